import Numerics

/// The standard error of `UnbiasedLoss`, which has no bias but is not without noise.
///
/// The estimate is a U-statistic of order two with kernel h(f, f′) = (f·f′)². Its variance is
/// [4(n − 2)ζ₁ + 2ζ₂]/(n(n − 1)) with ζ₁ = Var fᵀΛf and ζ₂ = Var (f·f′)² (Hoeffding 1948). At Λ = I the first vanishes,
/// since fᵀf = d whatever f is, and the second alone is left.
public struct UnbiasedError: Sendable, Equatable {
  /// ζ₁: variance over rows of fᵀΛf.
  public let firstOrder: Double
  /// ζ₂: variance over pairs of independent rows of (f·f′)².
  public let secondOrder: Double
  /// Independent rows.
  public let count: Int

  /// The standard error of ‖Λ − I‖².
  public var standardError: Double {
    let n = Double(count)
    return ((4 * (n - 2) * firstOrder + 2 * secondOrder) / (n * (n - 1))).squareRoot()
  }

  /// - Parameters:
  ///   - features: independent rows, one view of each image.
  ///   - moment: Λ of their distribution, or its best estimate.
  ///   - maximumRows: ζ₂ is taken over all pairs of the first that many rows.
  /// - Throws: `FeatureError.tooFewRows` for fewer than three rows.
  public init(_ features: SphereFeatures, moment: SecondMoment, maximumRows: Int = 1024) throws(FeatureError) {
    guard features.count > 2 else { throw .tooFewRows(found: features.count, needed: 3) }
    guard features.dimension == moment.dimension else {
      throw .mismatch(what: "feature dimensions", found: features.dimension, expected: moment.dimension)
    }
    count = features.count
    let width = features.dimension
    var values: [Double] = []
    values.reserveCapacity(features.count)
    for range in blocks(of: features.count, size: 512) {
      let block = features.block(range)
      let mapped = block.multiplied(by: moment.matrix)
      for row in 0..<range.count {
        var sum = 0.0
        for column in row * width..<(row + 1) * width { sum += block.values[column] * mapped.values[column] }
        values.append(sum)
      }
    }
    firstOrder = variance(values)
    let rows = features.block(0..<min(maximumRows, features.count))
    let products = rows.multiplied(by: rows, transposingOther: true)
    var pairs: [Double] = []
    pairs.reserveCapacity(rows.rows * (rows.rows - 1) / 2)
    for a in 0..<rows.rows {
      for b in 0..<a { pairs.append(products.values[a * rows.rows + b] * products.values[a * rows.rows + b]) }
    }
    secondOrder = variance(pairs)
  }
}

/// The variance of `values` with n − 1 in the denominator; zero for fewer than two.
func variance(_ values: [Double]) -> Double {
  guard values.count > 1 else { return 0 }
  let mean = values.reduce(0, +) / Double(values.count)
  return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}
