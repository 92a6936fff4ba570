import Numerics

/// L_bound (Eq. 11) in every reading the paper leaves open.
public struct BoundReadings: Sendable, Equatable {
  public let dimension: Int
  public let classCount: Int
  /// Λ over all rows.
  public let bank: Double
  /// What sampling adds to `bank`: `EstimatorBias.bank`, with the unbiased estimate in place of ‖Λ‖².
  public let bankFloor: Double
  /// The mean over consecutive minibatches of `batchSize`: as published. Nil where there are fewer images than that, so that a
  /// batch would hold two views of one.
  public let minibatch: Double?
  /// The standard deviation of L_bound between minibatches.
  public let minibatchDeviation: Double?
  /// The size of the minibatches behind `minibatch`.
  public let batchSize: Int
  /// (2/B)(1 − 1/d): what sampling alone adds to `minibatch` where Λ = I, and the most that it can add.
  public let samplingFloor: Double
  /// From pairs of independent rows (`UnbiasedLoss`). Its floor is zero.
  public let unbiased: Double
  /// The standard error of `unbiased` (`UnbiasedError`) from one row of each image, which more views of them do not make larger; nil for
  /// fewer than five images.
  public let unbiasedError: Double?
  /// From the correlation matrix of outputs standardised per dimension.
  public let standardised: Double
  /// What sampling adds to `standardised` where the dimensions are independent: (2/(n − 1))(1 − 1/d), n counting images,
  /// since views of one image are no independent rows.
  public let standardisedFloor: Double
  /// V(d): what each reading is at Λ = I.
  public let v: Double

  /// All readings of the `n × d` outputs z of a view bank.
  ///
  /// - Parameters:
  ///   - features: the same outputs on the sphere.
  ///   - imageOfRow: the image behind each row where the bank has several views of an image, as many of each; all first views
  ///   before all second ones, in the same order, so that consecutive rows are of different images.
  /// - Throws: `FeatureError` where sizes differ, images have different numbers of views, or there are fewer than two independent
  ///   rows.
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
    let firstRows = Self.firstRows(imageOfRow, count: features.count)
    let (images, views) = (firstRows.count, features.count / firstRows.count)
    try Self.requireEqualViews(imageOfRow, views: views)
    if images >= batchSize {
      let batches = try MinibatchLoss(features, batchSize: batchSize, threads: threads)
      minibatch = bound(batches.mean)
      minibatchDeviation = 2 * batches.standardDeviation / Double(dimension * dimension)
    } else {
      minibatch = nil
      minibatchDeviation = nil
    }
    samplingFloor = DimensionTerm.samplingFloor(batchSize: batchSize, dimension: dimension)
    let loss = try UnbiasedLoss(features, moment: moment, imageOfRow: imageOfRow, threads: threads)
    unbiased = bound(loss.value)
    // ‖Λ‖² of the distribution, which no sampling makes smaller than d.
    let squaredNorm = max(Double(dimension), loss.value + Double(dimension))
    bankFloor = EstimatorBias.inLBound(
      EstimatorBias.bank(
        squaredNorm: squaredNorm, dimension: dimension, images: images, views: views,
        viewProduct: loss.viewProduct ?? squaredNorm),
      dimension: dimension)
    if images > 4 {
      let error = try UnbiasedError(features.selecting(firstRows), threads: threads).standardError
      unbiasedError = EstimatorBias.inLBound(error, dimension: dimension)
    } else {
      unbiasedError = nil
    }
    standardisedFloor = EstimatorBias.inLBound(
      EstimatorBias.standardised(dimension: dimension, rows: max(2, images)), dimension: dimension)
    let correlation = try StandardisedCorrelation(outputs, threads: threads)
    standardised = bound(correlation.correlationLoss)
    v = DimensionTerm.v(dimension: dimension, classCount: classCount)
  }

  private static func requireEqualViews(_ imageOfRow: [Int]?, views: Int) throws(FeatureError) {
    guard let imageOfRow else { return }
    var counts: [Int: Int] = [:]
    for image in imageOfRow { counts[image, default: 0] += 1 }
    if let other = counts.values.first(where: { $0 != views }) {
      throw .mismatch(what: "views of an image", found: other, expected: views)
    }
  }

  /// One row of each image, in order.
  private static func firstRows(_ imageOfRow: [Int]?, count: Int) -> [Int] {
    guard let imageOfRow else { return Array(0..<count) }
    var seen: Set<Int> = []
    return (0..<count).filter { seen.insert(imageOfRow[$0]).inserted }
  }
}
