/// The right side of Theorem 3, and of its repair, for one ε.
public struct Theorem3: Sendable, Equatable {
  /// What an upper bound of an error rate says.
  public enum Verdict: String, Sendable, Equatable, CaseIterable {
    /// ε ≥ 2 − √3: Theorem 1 separates nothing, and there is no bound.
    case undefined
    /// One or more: every error rate is below it.
    case vacuous
    /// Below zero: no error rate is, so an assumption of the theorem does not hold.
    case impossible
    /// Between 0 and 1.
    case informative
  }

  public let epsilon: Double
  /// [2‖Λ − I‖²/d² + 2ε⁴ + (K − d)/d²]/[(1 − Σp²)(1 − 4ε + ε²)²] as printed, which is false as it stands (audit 6);
  /// nil where ε ≥ 2 − √3 or all rows are of one class.
  public let printed: Double?
  /// (1/p_min)·[2‖Λ − I‖²/d² + 2ε⁴ + (K − d)/d²]/(1 − 4ε + ε²)²: by the union bound over the classes that a row can be
  /// mistaken for (audit 6); nil where `printed` is.
  public let repaired: Double?

  public var printedVerdict: Verdict { Self.verdict(printed) }
  public var repairedVerdict: Verdict { Self.verdict(repaired) }

  /// - Parameters:
  ///   - correlationLoss: ‖Λ − I‖² of the features that `classes` describes.
  ///   - epsilon: ε of Eq. 6, or a quantile of the distances within classes to see what it would take.
  public init(_ classes: ClassStatistics, correlationLoss: Double, epsilon: Double) {
    self.epsilon = epsilon
    let difference = classes.differenceProbability
    guard epsilon < Theorem1.epsilonLimit, difference > 0 else {
      printed = nil
      repaired = nil
      return
    }
    let lBound = DimensionTerm.lBound(
      correlationLoss: correlationLoss, dimension: classes.dimension, classCount: classes.classCount)
    let margin = Theorem1.margin(epsilon: epsilon)
    let numerator = lBound + 2 * epsilon * epsilon * epsilon * epsilon
    printed = numerator / (difference * margin * margin)
    repaired = numerator / (classes.leastProportion * margin * margin)
  }

  static func verdict(_ bound: Double?) -> Verdict {
    guard let bound, bound.isFinite else { return .undefined }
    if bound < 0 { return .impossible }
    return bound >= 1 ? .vacuous : .informative
  }
}
