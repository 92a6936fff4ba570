import Numerics

/// Λ̂ of one minibatch, as Figure 5 shows it, and what to read beside it.
///
/// With batch size B < d it has rank B at most and the trace d, so ‖Λ̂ − I‖² ≥ d²/B − d although every entry off the diagonal
/// is small (errata E21): the norm belongs beside the picture.
public struct BatchCorrelation: Sendable, Equatable {
  /// Λ̂ on the sphere ‖f‖² = d, uncentred, as the theory has it.
  public let uncentred: SecondMoment

  /// - Parameter outputs: one batch, `B × d`, as the encoder gave it.
  /// - Throws: `FeatureError` where a row has no direction.
  public init(_ outputs: Matrix, threads: Int = 1) throws(FeatureError) {
    uncentred = SecondMoment(try SphereFeatures(outputs), threads: threads)
  }

  /// d²/B − d, or zero where the batch has d rows or more: no batch of this size comes nearer to the identity.
  public var leastLoss: Double { Self.leastLoss(dimension: uncentred.dimension, rank: uncentred.count) }

  /// d²/b − d with b the least of d and `rank`: the least ‖Λ − I‖² of any Λ of such a rank.
  ///
  /// tr Λ = d makes it ‖Λ‖² − d, and a sum d over b eigenvalues has squares of at least d²/b: as much where all b are equal, as
  /// those of b orthogonal rows are.
  ///
  /// - Parameter rank: what Λ's rank cannot exceed, at least 1: the rows of a batch, or the dimension of the backbone before a
  ///   linear projector.
  public static func leastLoss(dimension: Int, rank: Int) -> Double {
    let (d, b) = (Double(dimension), Double(max(1, min(dimension, rank))))
    return d * (d / b - 1)
  }

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
