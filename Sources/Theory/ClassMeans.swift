import Numerics

/// What the theorems know of the classes: their means μ_k and their probabilities p_k.
///
/// "x ∼ C_k" in the definition of p_i leaves k unbound; read x ∼ D (errata E2).
public struct ClassMeans: Sendable, Equatable {
  /// μ_k (§3, below Eq. 4) of features with ‖f‖² = d, `K × d`, one class a row.
  public let means: DoubleMatrix
  /// p_k, which add up to 1; zero for a class that does not occur.
  public let proportions: [Double]
  /// μᵢᵀμⱼ for all classes, `K × K`: every theorem asks for them, so they are computed once.
  public let meanProducts: DoubleMatrix

  /// - Precondition: one proportion for each row of `means`.
  public init(means: DoubleMatrix, proportions: [Double]) {
    precondition(means.rows == proportions.count, "one proportion for each class")
    self.means = means
    self.proportions = proportions
    meanProducts = means.multiplied(by: means, transposingOther: true)
  }

  public var classCount: Int { means.rows }
  public var dimension: Int { means.columns }
  /// r² = d.
  public var squaredRadius: Double { Double(means.columns) }

  /// Σp_k²: the probability that two independent samples are of one class.
  public var sameProbability: Double { proportions.reduce(0) { $0 + $1 * $1 } }

  /// 1 − Σp_k²: the probability that two independent samples differ in class.
  /// Exactly zero where only one class occurs, whatever the rounding of the p_k.
  public var differenceProbability: Double {
    proportions.count { $0 > 0 } > 1 ? max(0, 1 - sameProbability) : 0
  }

  /// The smallest and largest p_k among classes that occur.
  public var leastProportion: Double { proportions.filter { $0 > 0 }.min() ?? 0 }
  public var largestProportion: Double { proportions.max() ?? 0 }
}
