import Numerics

/// Λ̂ of one minibatch, as Figure 5 shows it, and what to read beside it.
///
/// With batch size B < d it has rank B at most, so ‖Λ̂ − I‖² ≥ d − B although every entry off the diagonal is small
/// (errata E21): the norm belongs beside the picture.
public struct BatchCorrelation: Sendable, Equatable {
  /// Λ̂ on the sphere ‖f‖² = d, uncentred, as the theory has it.
  public let uncentred: SecondMoment

  /// - Parameter outputs: one batch, `B × d`, as the encoder gave it.
  /// - Throws: `FeatureError` where a row has no direction.
  public init(_ outputs: Matrix, threads: Int = 1) throws(FeatureError) {
    uncentred = SecondMoment(try SphereFeatures(outputs), threads: threads)
  }

  /// d − B, or zero where the batch has d rows or more: no batch of this size comes nearer to the identity.
  public var leastLoss: Double { Self.leastLoss(dimension: uncentred.dimension, rows: uncentred.count) }

  /// The same of any batch.
  public static func leastLoss(dimension: Int, rows: Int) -> Double { Double(max(0, dimension - rows)) }

  /// What ‖Λ̂ − I‖² is on average where the true Λ is I and rows that share an image are as alike as they are here
  /// (`EstimatorBias.bank`): up to V times `expectedLossAtIdentity`, which takes all rows for independent.
  ///
  /// - Parameter imageOfRow: the image behind each row, each with as many rows.
  /// - Throws: `FeatureError` where sizes differ or no two rows are independent.
  public static func expectedLossAtIdentity(
    _ features: SphereFeatures, moment: SecondMoment, imageOfRow: [Int], threads: Int = 1
  ) throws(FeatureError) -> Double {
    let loss = try UnbiasedLoss(features, moment: moment, imageOfRow: imageOfRow, threads: threads)
    let images = Set(imageOfRow).count
    let d = Double(features.dimension)
    return EstimatorBias.bank(
      squaredNorm: d, dimension: features.dimension, images: images, views: features.count / max(1, images),
      viewProduct: loss.viewProduct ?? d)
  }

  /// (d² − d)/B: what ‖Λ̂ − I‖² is on average for B independent rows whose true Λ is I. From E‖f fᵀ‖² = ‖f‖⁴ = d², of
  /// which ‖I‖² = d is no noise.
  public var expectedLossAtIdentity: Double {
    let d = Double(uncentred.dimension)
    return (d * d - d) / Double(uncentred.count)
  }
}
