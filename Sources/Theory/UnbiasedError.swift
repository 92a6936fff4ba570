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

  /// ζ₁ from the rows themselves: g_a = Σ_{b≠a}(f_a·f_b)²/(n − 1) is f_aᵀΛf_a and noise, and its variance over a is
  /// (n − 2)[(n − 4)ζ₁ + ζ₂]/(n − 1)² on average. At Λ = I that is nearly ζ₂/n, which would be taken for ζ₁ and make the error
  /// √3 times too large; so it is taken away.
  ///
  /// - Parameters:
  ///   - features: independent rows, one view of each image.
  ///   - maximumRows: ζ₂ is taken over all pairs of the first that many rows.
  /// - Throws: `FeatureError.tooFewRows` for fewer than five rows.
  public init(_ features: SphereFeatures, maximumRows: Int = 1024, threads: Int = 1) throws(FeatureError) {
    guard features.count > 4 else { throw .tooFewRows(found: features.count, needed: 5) }
    count = features.count
    let moment = SecondMoment(features, threads: threads)
    let (n, d) = (Double(features.count), Double(features.dimension))
    let width = features.dimension
    var values: [Double] = []
    values.reserveCapacity(features.count)
    for range in blocks(of: features.count, size: 512) {
      let block = features.block(range)
      let mapped = block.multiplied(by: moment.matrix)
      for row in 0..<range.count {
        var sum = 0.0
        for column in row * width..<(row + 1) * width { sum += block.values[column] * mapped.values[column] }
        // Σ over all b is n·fᵀΛ̂f, and (f_a·f_a)² = d².
        values.append((n * sum - d * d) / (n - 1))
      }
    }
    let rows = features.block(0..<min(maximumRows, features.count))
    let products = rows.multiplied(by: rows, transposingOther: true)
    var pairs: [Double] = []
    pairs.reserveCapacity(rows.rows * (rows.rows - 1) / 2)
    for a in 0..<rows.rows {
      for b in 0..<a { pairs.append(products.values[a * rows.rows + b] * products.values[a * rows.rows + b]) }
    }
    let second = variance(pairs)
    secondOrder = second
    firstOrder = max(0, (variance(values) * (n - 1) * (n - 1) / (n - 2) - second) / (n - 4))
  }
}

/// The variance of `values` with n − 1 in the denominator; zero for fewer than two.
func variance(_ values: [Double]) -> Double {
  guard values.count > 1 else { return 0 }
  let mean = values.reduce(0, +) / Double(values.count)
  return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}
