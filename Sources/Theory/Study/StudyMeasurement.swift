import Numerics

/// What a trained encoder of the study says at one ε: the measured error beside every bound.
public struct StudyMeasurement: Sendable, Equatable {
  /// ε that was aimed at, and the diameter of the classes that was reached.
  public let target: Double
  public let epsilon: Double
  /// The spread of the data that gave it.
  public let spread: Double
  /// Er: error of the nearest class mean over all views.
  public let error: Double
  public let quantities: AuditQuantities
  public let theorem3: Theorem3
  public let theorem2: Theorem2?

  public var dimension: Int { quantities.dimension }
  public var classCount: Int { quantities.classCount }
  /// L_bound (Eq. 11).
  public var lBound: Double {
    DimensionTerm.lBound(correlationLoss: quantities.correlationLoss, dimension: dimension, classCount: classCount)
  }
}

/// Widens the classes of the study until they have a wanted diameter, and measures.
public struct StudyEvaluation: Sendable {
  public let data: StudyData
  public let encoder: StudyEncoder
  /// Samples of each class, and views of each sample.
  public let samplesPerClass: Int
  public let views: Int
  /// The samples of the rows, all first views before all second ones, and their offsets.
  private let samples: [Int]
  private let offsets: Matrix

  public init(data: StudyData, encoder: StudyEncoder, samplesPerClass: Int = 16, views: Int = 2) {
    self.data = data
    self.encoder = encoder
    self.samplesPerClass = samplesPerClass
    self.views = views
    // A multiple of K, so that labels start at 0.
    let first = Self.firstSample / data.classCount * data.classCount
    let range = first..<first + samplesPerClass * data.classCount
    samples = (0..<views).flatMap { _ in Array(range) }
    offsets = Matrix(
      rows: samples.count, columns: data.inputDimension,
      values: (0..<views).flatMap { data.offsets(range, view: $0).values })
  }

  /// Samples that no training saw: they come behind it.
  private static let firstSample = 1 << 24

  private var sampleCount: Int { samplesPerClass * data.classCount }

  /// Features of every view at `spread`, all first views before all second ones.
  public func features(spread: Double) throws(FeatureError) -> SphereFeatures {
    try SphereFeatures(encoder.outputs(data.inputs(samples, offsets: offsets, spread: spread)))
  }

  /// Labels of the rows of `features`: fine, or coarse where `isCoarse`.
  public func labels(isCoarse: Bool = false) -> [UInt16] {
    (0..<views).flatMap { _ in
      (0..<sampleCount).map { UInt16(data.label($0) / (isCoarse ? data.finePerCoarse : 1)) }
    }
  }

  /// The image behind each row.
  var sampleOfRow: [Int] { (0..<views).flatMap { _ in 0..<sampleCount } }

  /// Measures at the spread that gives classes of diameter `epsilon`·r, or at the widest where even that does not reach it.
  ///
  /// - Parameter isCoarse: whether the coarse labels are scored; ε is then the diameter of the coarse classes at the spread
  ///   that the fine ones were given.
  public func measure(epsilon: Double) throws(FeatureError) -> StudyMeasurement {
    let (low, high) = try bracket(epsilon)
    var (below, above) = (low, high)
    for _ in 0..<10 where above > below {
      let middle = (below + above) / 2
      if try diameter(spread: middle) > epsilon { above = middle } else { below = middle }
    }
    return try measure(spread: below, target: epsilon)
  }

  private func bracket(_ epsilon: Double) throws(FeatureError) -> (low: Double, high: Double) {
    var (low, high) = (0.0, 0.01)
    while high < 10 {
      if try diameter(spread: high) > epsilon { return (low, high) }
      low = high
      high *= 2
    }
    return (low, low)
  }

  private func diameter(spread: Double) throws(FeatureError) -> Double {
    try largestDistances(features(spread: spread), labels: labels(), classCount: data.classCount).max() ?? 0
  }

  /// Measures at a given spread.
  public func measure(spread: Double, target: Double, isCoarse: Bool = false) throws(FeatureError) -> StudyMeasurement {
    let features = try features(spread: spread)
    let quantities = try AuditQuantities(
      features, labels: labels(isCoarse: isCoarse), classCount: isCoarse ? data.coarseCount : data.classCount,
      imageOfRow: sampleOfRow)
    return StudyMeasurement(
      target: target, epsilon: quantities.epsilon, spread: spread, error: quantities.error, quantities: quantities,
      theorem3: Theorem3(
        quantities.classes, correlationLoss: quantities.correlationLoss, epsilon: quantities.epsilon),
      theorem2: Theorem2(
        quantities.classes, correlationLoss: quantities.correlationLoss, epsilon: quantities.epsilon))
  }
}
