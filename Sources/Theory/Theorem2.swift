/// Theorem 2: the mean of (μᵢᵀμⱼ)² over pairs of different classes is bounded by ‖Λ − I‖².
///
/// The views of the statement come from one x, whose class is one; independent x, x′ are meant (audit 2).
public struct Theorem2: Sendable, Equatable {
  /// Σ_{i≠j} pᵢpⱼ(μᵢᵀμⱼ)²/(1 − Σp²) (Eq. 23).
  public let leftSide: Double
  /// [2‖Λ − I‖² + 2r⁴ε⁴ + K − d]/(1 − Σp²): what the proof gives (Eq. 27) and Theorem 3 uses.
  public let proved: Double
  /// 2[‖Λ − I‖² + 2r⁴ε⁴ + K − d]/(1 − Σp²): as the statement prints it (audit 3).
  public let stated: Double
  /// Σᵢ(pᵢ‖μᵢ‖² − 1)²: the term that Eq. 26 drops (audit 4).
  public let droppedTerm: Double

  public var provedHolds: Bool { leftSide <= proved }
  public var statedHolds: Bool { leftSide <= stated }

  /// Nil where all rows are of one class, so that there is no pair.
  ///
  /// - Parameters:
  ///   - correlationLoss: ‖Λ − I‖² of the features that `classes` describes.
  ///   - epsilon: ε of Eq. 6.
  public init?(_ classes: ClassStatistics, correlationLoss: Double, epsilon: Double) {
    let proportions = classes.proportions
    let difference = classes.differenceProbability
    guard difference > 0 else { return nil }
    let (count, d) = (classes.classCount, classes.squaredRadius)
    let products = classes.meanProducts
    var (sum, dropped) = (0.0, 0.0)
    for first in 0..<count {
      for second in 0..<count {
        let product = products.values[first * count + second]
        if first == second {
          let term = proportions[first] * product - 1
          dropped += term * term
        } else {
          sum += proportions[first] * proportions[second] * product * product
        }
      }
    }
    // r⁴ε⁴ with r² = d
    let spread = d * d * epsilon * epsilon * epsilon * epsilon
    leftSide = sum / difference
    proved = (2 * correlationLoss + 2 * spread + Double(count) - d) / difference
    stated = 2 * (correlationLoss + 2 * spread + Double(count) - d) / difference
    droppedTerm = dropped
  }
}
