/// Theorem 1: classes i and j are never mistaken for each other where μᵢᵀμⱼ < r²(1 − 4ε + ε²).
public struct Theorem1: Sendable, Equatable {
  /// 2 − √3 ≈ .268: only below it is 1 − 4ε + ε² positive, which the theorem needs and does not say (audit 1).
  public static let epsilonLimit = 2 - 3.0.squareRoot()

  /// 1 − 4ε + ε².
  public static func margin(epsilon: Double) -> Double { 1 - 4 * epsilon + epsilon * epsilon }

  public let epsilon: Double
  /// Unordered pairs of classes that have rows.
  public let pairs: Int
  /// Pairs that meet the condition.
  public let separatedPairs: Int
  /// The largest μᵢᵀμⱼ/r² over pairs; nil where there is no pair.
  public let largestProduct: Double?

  /// Whether ε < 2 − √3, so that orthogonal classes are separated.
  public var isApplicable: Bool { epsilon < Self.epsilonLimit }

  /// Whether no row at all can be mistaken, by this theorem.
  public var separatesAll: Bool { separatedPairs == pairs }

  public init(_ classes: ClassStatistics, epsilon: Double) {
    let products = classes.meanProducts
    let limit = Self.margin(epsilon: epsilon)
    var (pairs, separated) = (0, 0)
    var largest: Double?
    for first in 0..<classes.classCount where classes.counts[first] > 0 {
      for second in first + 1..<max(first + 1, classes.classCount) where classes.counts[second] > 0 {
        let product = products.values[first * classes.classCount + second] / classes.squaredRadius
        pairs += 1
        if product < limit { separated += 1 }
        largest = max(largest ?? product, product)
      }
    }
    self.epsilon = epsilon
    self.pairs = pairs
    separatedPairs = separated
    largestProduct = largest
  }
}
