/// Theorem 2: the mean of (μᵢᵀμⱼ)² over pairs of different classes is bounded by ‖Λ − I‖².
///
/// The views of the statement come from one x, whose class is one, so that its condition C(x̂₁) ≠ C(x̂₂) is empty;
/// independent x, x′ are meant (errata E3).
public struct Theorem2: Sendable, Equatable {
  /// Σ_{i≠j} pᵢpⱼ(μᵢᵀμⱼ)²/(1 − Σp²) (Eq. 23).
  public let leftSide: Double
  /// [2‖Λ − I‖² + 2r⁴ε⁴ + K − d]/(1 − Σp²): what the proof gives (Eq. 27) and Theorem 3 uses.
  public let proved: Double
  /// 2[‖Λ − I‖² + 2r⁴ε⁴ + K − d]/(1 − Σp²): as the statement prints it (errata E4). Not below `proved` for d ≤ K, but false
  /// beyond: K = 32 orthogonal classes in d = 33 dimensions break it (paper/errata.md).
  public let printed: Double
  /// [‖Λ − I‖² + d − d² max(0, 1 − ε²/2)²Σp²]/(1 − Σp²): with the diagonal of Eq. 26 kept and without the factor 2 of Eq. 25. At
  /// Λ = I, ε = 0 and equal p it is d² times the Welch bound. From Λ = Σpᵢμᵢμᵢᵀ + Σpᵢ Covᵢ, both positive, so
  /// ‖Λ‖ ≥ ‖Σpᵢμᵢμᵢᵀ‖, and ‖μᵢ‖² ≥ d max(0, 1 − ε²/2), whose right side may be squared only as it stands: without the maximum
  /// the bound is false beyond ε = √2 (`NamedConstruction.centredClasses`). At most ⅛/(1 − Σp²) above `proved`, and far below it for small d.
  public let repaired: Double
  /// [‖Λ‖² − Σpᵢ²‖μᵢ‖⁴]/(1 − Σp²): the same with the lengths of the means as they are, so without any ε.
  public let measured: Double
  /// Σᵢ(pᵢ‖μᵢ‖² − 1)²: the term that Eq. 26 drops (errata E5).
  public let droppedTerm: Double

  /// Nil where all views are of one class, so that there is no pair.
  ///
  /// - Parameters:
  ///   - correlationLoss: ‖Λ − I‖² of the features that `classes` describes.
  ///   - epsilon: ε of Eq. 6.
  public init?(_ classes: ClassMeans, correlationLoss: Double, epsilon: Double) {
    let proportions = classes.proportions
    let difference = classes.differenceProbability
    guard difference > 0 else { return nil }
    let (count, d) = (classes.classCount, classes.squaredRadius)
    let products = classes.meanProducts
    var (sum, dropped, diagonal) = (0.0, 0.0, 0.0)
    for first in 0..<count {
      for second in 0..<count {
        let product = products.values[first * count + second]
        if first == second {
          let term = proportions[first] * product
          diagonal += term * term
          dropped += (term - 1) * (term - 1)
        } else {
          sum += proportions[first] * proportions[second] * product * product
        }
      }
    }
    // r⁴ε⁴ with r² = d
    let spread = d * d * epsilon * epsilon * epsilon * epsilon
    leftSide = sum / difference
    proved = (2 * correlationLoss + 2 * spread + Double(count) - d) / difference
    printed = 2 * (correlationLoss + 2 * spread + Double(count) - d) / difference
    repaired =
      (correlationLoss + d - d * d * Self.leastSquaredMean(epsilon: epsilon) * classes.sameProbability) / difference
    measured = (correlationLoss + d - diagonal) / difference
    droppedTerm = dropped
  }

  public init?(_ classes: ClassStatistics, correlationLoss: Double, epsilon: Double) {
    self.init(classes.classMeans, correlationLoss: correlationLoss, epsilon: epsilon)
  }

  /// max(0, 1 − ε²/2)²: a lower bound of ‖μᵢ‖⁴/r⁴, and zero where ε says nothing of the means.
  static func leastSquaredMean(epsilon: Double) -> Double {
    let least = max(0, 1 - epsilon * epsilon / 2)
    return least * least
  }
}
