import Foundation
import Numerics

/// L_uniform = log E exp(−t‖z̃₁ − z̃₂‖²) over independent unit vectors (Eq. 9; Wang & Isola 2020).
public struct Uniformity: Sendable, Equatable {
  public let value: Double
  /// Rows whose pairs it averages over.
  public let rows: Int
  /// Whether all rows of the sample are among them.
  public let isExact: Bool

  /// - Parameters:
  ///   - features: one view of each image, so that rows are independent. All pairs of the first `maximumRows` are used.
  ///   - t: the paper's and Wang and Isola's is 2.
  /// - Throws: `FeatureError.tooFewRows` for a single row.
  public init(_ features: SphereFeatures, t: Double = 2, maximumRows: Int = 4096, threads: Int = 1) throws(FeatureError)
  {
    let count = min(features.count, maximumRows)
    guard count > 1 else { throw .tooFewRows(found: count, needed: 2) }
    let ranges = blocks(of: count, size: 256)
    // The block's largest exponent and its sum relative to that.
    let partials: [(largest: Double, sum: Double)] = parallelMap(ranges.count, threads: threads) { index in
      let range = ranges[index]
      let block = features.block(range, radius: 1)
      var exponents: [Double] = []
      for other in ranges[index...] {
        let products = block.multiplied(by: features.block(other, radius: 1), transposingOther: true)
        for row in 0..<range.count {
          for column in 0..<other.count where other.lowerBound + column > range.lowerBound + row {
            // ‖z̃₁ − z̃₂‖² = 2 − 2cos
            exponents.append(-2 * t * (1 - min(1, products.values[row * other.count + column])))
          }
        }
      }
      let largest = exponents.max() ?? -.infinity
      return (largest, exponents.reduce(0) { $0 + exp($1 - largest) })
    }
    let largest = partials.reduce(-Double.infinity) { max($0, $1.largest) }
    let sum = partials.reduce(0.0) { $1.sum == 0 ? $0 : $0 + $1.sum * exp($1.largest - largest) }
    value = largest + log(sum) - log(Double(count * (count - 1) / 2))
    rows = count
    isExact = count == features.count
  }
}
