import Numerics

/// ε by sample: ‖f(x̂₁) − f(x̂₂)‖/r over pairs of views of the same image. It is what augmentation alone does, which the
/// paper's text means by ε (§4.1), and at most the ε of Eq. 6.
public struct ViewSpread: Sendable, Equatable {
  public let maximum: Double
  /// Quantiles over all pairs of views of one image.
  public let quantiles: DistanceQuantiles
  /// Quantiles over images of the largest distance between two views of the image.
  public let quantilesOfImages: DistanceQuantiles

  /// - Parameters:
  ///   - imageOfRow: the image behind each row; images with a single row say nothing.
  /// - Throws: `FeatureError.mismatch` where sizes differ.
  public init(_ features: SphereFeatures, imageOfRow: [Int]) throws(FeatureError) {
    guard imageOfRow.count == features.count else {
      throw .mismatch(what: "image numbers", found: imageOfRow.count, expected: features.count)
    }
    let order = (0..<features.count).sorted { (imageOfRow[$0], $0) < (imageOfRow[$1], $1) }
    var (pairs, images) = (DistanceHistogram(), DistanceHistogram())
    for group in runs(of: order.map { imageOfRow[$0] }) where group.count > 1 {
      let block = features.gather(Array(order[group]), radius: 1)
      var largest = 0.0
      for a in 0..<block.rows {
        for b in 0..<a {
          let distance = zip(block.row(a), block.row(b)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
          pairs.add(distance)
          largest = max(largest, distance)
        }
      }
      images.add(largest)
    }
    maximum = pairs.maximum
    quantiles = pairs.quantiles
    quantilesOfImages = images.quantiles
  }
}
