import Numerics

/// L_bound (Eq. 11) in every reading the paper leaves open.
public struct BoundReadings: Sendable, Equatable {
  public let dimension: Int
  public let classCount: Int
  /// Λ over all rows.
  public let bank: Double
  /// The mean over consecutive minibatches of `batchSize`: as published. Nil where there is not one whole batch.
  public let minibatch: Double?
  /// The standard deviation of L_bound between minibatches.
  public let minibatchDeviation: Double?
  /// The size of the minibatches behind `minibatch`.
  public let batchSize: Int
  /// (2/B)(1 − 1/d): what sampling alone adds to `minibatch` where Λ = I.
  public let samplingFloor: Double
  /// From pairs of independent rows (`UnbiasedLoss`).
  public let unbiased: Double
  /// From the correlation matrix of outputs standardised per dimension.
  public let standardised: Double
  /// Dimensions that are constant over the bank.
  public let constantDimensions: Int
  /// V(d): what each reading is at Λ = I.
  public let v: Double

  /// All readings of the `n × d` outputs z of a view bank.
  ///
  /// - Parameters:
  ///   - features: the same outputs on the sphere.
  ///   - imageOfRow: the image behind each row where the bank has several views of an image.
  /// - Throws: `FeatureError` where sizes differ or there are fewer than two independent rows.
  public init(
    outputs: Matrix, features: SphereFeatures, moment: SecondMoment, classCount: Int, batchSize: Int,
    imageOfRow: [Int]? = nil, threads: Int = 1
  ) throws(FeatureError) {
    guard outputs.rows == features.count, outputs.columns == features.dimension else {
      throw .mismatch(what: "feature rows", found: features.count, expected: outputs.rows)
    }
    let dimension = features.dimension
    func bound(_ loss: Double) -> Double {
      DimensionTerm.lBound(correlationLoss: loss, dimension: dimension, classCount: classCount)
    }
    self.dimension = dimension
    self.classCount = classCount
    self.batchSize = batchSize
    bank = bound(moment.correlationLoss)
    if features.count >= batchSize {
      let batches = try MinibatchLoss(features, batchSize: batchSize, threads: threads)
      minibatch = bound(batches.mean)
      minibatchDeviation = 2 * batches.standardDeviation / Double(dimension * dimension)
    } else {
      minibatch = nil
      minibatchDeviation = nil
    }
    samplingFloor = DimensionTerm.samplingFloor(batchSize: batchSize, dimension: dimension)
    unbiased = bound(try UnbiasedLoss(features, moment: moment, imageOfRow: imageOfRow, threads: threads).value)
    let correlation = try StandardisedCorrelation(outputs, threads: threads)
    standardised = bound(correlation.correlationLoss)
    constantDimensions = correlation.constantDimensions
    v = DimensionTerm.v(dimension: dimension, classCount: classCount)
  }
}
