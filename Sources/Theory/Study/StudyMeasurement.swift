import Numerics

/// What a trained encoder of the study says at one ε: the measured error beside every bound.
public struct StudyMeasurement: Sendable, Equatable {
  /// ε that was aimed at, and the diameter of the classes that was reached.
  public let target: Double
  public let epsilon: Double
  /// The spread of the data that gave it.
  public let spread: Double
  /// Er: error of the nearest class mean over all views, those that the means are made of, as the theorems have it.
  public let error: Double
  /// Whether no view can belong to two classes (Eq. 7); where it is false the labels themselves are uncertain.
  public let isDisjoint: Bool
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

  /// - Parameter offsets: `offsets(of:samplesPerClass:views:)`, where they were made before.
  public init(
    data: StudyData, encoder: StudyEncoder, samplesPerClass: Int = 16, views: Int = 2, offsets known: Matrix? = nil
  ) {
    self.data = data
    self.encoder = encoder
    self.samplesPerClass = samplesPerClass
    self.views = views
    let range = Self.range(data, samplesPerClass)
    samples = (0..<views).flatMap { _ in Array(range) }
    offsets = known ?? Self.offsets(of: data, samplesPerClass: samplesPerClass, views: views)
    precondition(offsets.rows == samples.count, "an offset for each view")
  }

  /// The offsets of all views, all first views before all second ones: the same for every encoder.
  public static func offsets(of data: StudyData, samplesPerClass: Int = 16, views: Int = 2) -> Matrix {
    let range = range(data, samplesPerClass)
    return Matrix(
      rows: views * range.count, columns: data.inputDimension,
      values: data.offsets(range, views: views).flatMap(\.values))
  }

  private static func range(_ data: StudyData, _ samplesPerClass: Int) -> Range<Int> {
    // A multiple of K, so that labels start at 0.
    let first = firstSample / data.classCount * data.classCount
    return first..<first + samplesPerClass * data.classCount
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
  public func measure(epsilon: Double) throws(FeatureError) -> StudyMeasurement {
    var ladder: [(spread: Double, diameter: Double)] = []
    return try measure(epsilon: epsilon, &ladder)
  }

  /// The same for several ε, whose searches share their first steps.
  public func measure(epsilons: [Double]) throws(FeatureError) -> [StudyMeasurement] {
    var ladder: [(spread: Double, diameter: Double)] = []
    var measurements: [StudyMeasurement] = []
    for epsilon in epsilons { measurements.append(try measure(epsilon: epsilon, &ladder)) }
    return measurements
  }

  private func measure(
    epsilon: Double, _ ladder: inout [(spread: Double, diameter: Double)]
  ) throws(FeatureError) -> StudyMeasurement {
    var (below, above) = try bracket(epsilon, &ladder)
    for _ in 0..<10 where above > below {
      let middle = (below + above) / 2
      if try diameter(spread: middle) > epsilon { above = middle } else { below = middle }
    }
    return try measure(spread: below, target: epsilon)
  }

  /// Two neighbouring rungs of spreads that double, with the wanted diameter between them.
  ///
  /// - Parameter ladder: the rungs that are known, and more where they do not reach.
  private func bracket(
    _ epsilon: Double, _ ladder: inout [(spread: Double, diameter: Double)]
  ) throws(FeatureError) -> (low: Double, high: Double) {
    var (low, high, rung) = (0.0, 0.01, 0)
    while high < 10 {
      if rung == ladder.count { ladder.append((high, try diameter(spread: high))) }
      if ladder[rung].diameter > epsilon { return (low, high) }
      low = high
      high *= 2
      rung += 1
    }
    return (low, low)
  }

  private func diameter(spread: Double) throws(FeatureError) -> Double {
    try largestDistances(features(spread: spread), labels: labels(), classCount: data.classCount).max() ?? 0
  }

  /// Measures at a given spread.
  ///
  /// - Parameter isCoarse: whether the coarse labels are scored; ε is then the diameter of the coarse classes.
  public func measure(spread: Double, target: Double, isCoarse: Bool = false) throws(FeatureError) -> StudyMeasurement {
    let features = try features(spread: spread)
    let quantities = try AuditQuantities(
      features, labels: labels(isCoarse: isCoarse), classCount: isCoarse ? data.coarseCount : data.classCount,
      imageOfRow: sampleOfRow)
    return StudyMeasurement(
      target: target, epsilon: quantities.epsilon, spread: spread, error: quantities.error,
      isDisjoint: data.isDisjoint(spread: spread), quantities: quantities,
      theorem3: Theorem3(
        quantities.classes, correlationLoss: quantities.correlationLoss, epsilon: quantities.epsilon),
      theorem2: Theorem2(
        quantities.classes, correlationLoss: quantities.correlationLoss, epsilon: quantities.epsilon))
  }
}
