import Numerics

/// The two matrices of one minibatch that Figure 5 can be read as, and their distance from the identity.
///
/// With batch size B < d both have rank B at most, so ‖Λ̂ − I‖² ≥ d − B although every entry off the diagonal is small
/// (audit 16): the norm belongs beside the picture.
public struct BatchCorrelation: Sendable, Equatable {
  /// Λ̂ on the sphere ‖f‖² = d, uncentred, as the theory has it.
  public let uncentred: SecondMoment
  /// The correlation matrix of outputs standardised within the batch.
  public let standardised: StandardisedCorrelation

  /// - Parameter outputs: one batch, `B × d`, as the encoder gave it.
  /// - Throws: `FeatureError` where a row has no direction or the batch has one row only.
  public init(_ outputs: Matrix, threads: Int = 1) throws(FeatureError) {
    uncentred = SecondMoment(try SphereFeatures(outputs), threads: threads)
    standardised = try StandardisedCorrelation(outputs, threads: threads)
  }

  /// d − B, or zero where the batch has d rows or more: no batch of this size comes nearer to the identity.
  public var leastLoss: Double { Double(max(0, uncentred.dimension - uncentred.count)) }
}
