import Numerics

/// The unbiased estimate of ‖Λ − I‖² from a sample: Σ_{a≠b}(f_a·f_b)²/(number of such pairs) − d, over pairs of
/// independent features (errata E22).
///
/// It may be below zero, which an estimate of an exact zero often is.
public struct UnbiasedLoss: Sendable, Equatable {
  /// The estimate of ‖Λ − I‖²_F.
  public let value: Double
  /// Ordered pairs that it averages over.
  public let pairs: Int
  /// The mean of (f₁·f₂)² over two views of one image, which `EstimatorBias.bank` asks for; nil where every image has one
  /// row.
  public let viewProduct: Double?

  /// - Parameters:
  ///   - moment: Λ over all rows of `features`.
  ///   - imageOfRow: the image behind each row. Views of one image are not independent, and their pairs are left
  ///     out; nil where every row is an image of its own.
  /// - Throws: `FeatureError` where sizes differ or no two rows are independent.
  public init(
    _ features: SphereFeatures, moment: SecondMoment, imageOfRow: [Int]? = nil, threads: Int = 1
  ) throws(FeatureError) {
    let count = features.count
    guard moment.count == count else {
      throw .mismatch(what: "rows behind Λ", found: moment.count, expected: count)
    }
    if let imageOfRow, imageOfRow.count != count {
      throw .mismatch(what: "image numbers", found: imageOfRow.count, expected: count)
    }
    let dimension = Double(features.dimension)
    // Σ over all pairs is n²‖Λ‖²; those of one image, a row with itself included, are taken away again.
    var dependent = dimension * dimension * Double(count)
    var dependentPairs = count
    var viewProduct: Double?
    if let imageOfRow {
      let order = (0..<count).sorted { (imageOfRow[$0], $0) < (imageOfRow[$1], $1) }
      let groups = runs(of: order.map { imageOfRow[$0] }).filter { $0.count > 1 }
      let sums = parallelMap(groups.count, threads: threads) { group in
        let block = features.gather(Array(order[groups[group]]))
        let gram = block.multiplied(by: block, transposingOther: true)
        var sum = 0.0
        for row in 0..<block.rows {
          for column in 0..<block.rows where column != row {
            let product = gram.values[row * block.rows + column]
            sum += product * product
          }
        }
        return sum
      }
      let (sum, pairs) = (sums.reduce(0, +), groups.reduce(0) { $0 + $1.count * ($1.count - 1) })
      dependent += sum
      dependentPairs += pairs
      if pairs > 0 { viewProduct = sum / Double(pairs) }
    }
    self.viewProduct = viewProduct
    pairs = count * count - dependentPairs
    guard pairs > 0 else { throw .tooFewRows(found: 1, needed: 2) }
    value = (Double(count) * Double(count) * moment.squaredNorm - dependent) / Double(pairs) - dimension
  }
}
