/// Theorem 1: classes i and j are never mistaken for each other where μᵢᵀμⱼ < r²(1 − 4ε + ε²).
///
/// It holds for ε ≤ 1, where the proof is good. Its use in Theorem 3, by |μᵢᵀμⱼ| < r²(1 − 4ε + ε²), needs a positive margin
/// as well: ε < 2 − √3, which the paper does not say (errata E1). `sharpMargin` separates more pairs, up to ε < 2/3.
public struct Theorem1: Sendable, Equatable {
  /// 2 − √3 ≈ .268: only below it is 1 − 4ε + ε² positive, so that classes with orthogonal means are separated.
  public static let epsilonLimit = 2 - 3.0.squareRoot()

  /// 2/3: only below it is 1 − 9ε²/4 positive.
  public static let sharpEpsilonLimit = 2.0 / 3

  /// 1 − 4ε + ε².
  public static func margin(epsilon: Double) -> Double { 1 - 4 * epsilon + epsilon * epsilon }

  /// 1 − 9ε²/4, which separates as well; never below `margin` for ε ≤ 16/13. Proof in paper/errata.md: with
  /// vᵢ = d − ‖μᵢ‖² ≤ ½dε² a view f of class i has ‖f − μᵢ‖² < dε² − vᵢ, and a mistake asks for
  /// ‖μᵢ − μⱼ‖ ≤ 2‖f − μᵢ‖.
  public static func sharpMargin(epsilon: Double) -> Double { 1 - 2.25 * epsilon * epsilon }

  public let epsilon: Double
  /// Unordered pairs of classes that occur.
  public let pairs: Int
  /// Pairs that meet the condition.
  public let separatedPairs: Int
  /// Pairs that meet the sharper one.
  public let sharplySeparatedPairs: Int

  public init(_ classes: ClassMeans, epsilon: Double) {
    let products = classes.meanProducts
    let (limit, sharpLimit) = (Self.margin(epsilon: epsilon), Self.sharpMargin(epsilon: epsilon))
    var (pairs, separated, sharplySeparated) = (0, 0, 0)
    let present = classes.proportions.indices.filter { classes.proportions[$0] > 0 }
    for (position, first) in present.enumerated() {
      for second in present[(position + 1)...] {
        let product = products.values[first * classes.classCount + second] / classes.squaredRadius
        pairs += 1
        if product < limit { separated += 1 }
        if product < sharpLimit { sharplySeparated += 1 }
      }
    }
    self.epsilon = epsilon
    self.pairs = pairs
    separatedPairs = separated
    sharplySeparatedPairs = sharplySeparated
  }

  public init(_ classes: ClassStatistics, epsilon: Double) { self.init(classes.classMeans, epsilon: epsilon) }
}
