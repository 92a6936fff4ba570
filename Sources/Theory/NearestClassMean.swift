import Numerics

/// The classifier G of Eq. 4: the class whose mean is nearest.
public struct NearestClassMean: Sendable, Equatable {
  /// The class of each row; ties go to the lower class.
  public let predictions: [UInt16]

  /// Classifies each row of `features`; classes without rows in `classes` are never predicted.
  ///
  /// - Throws: `FeatureError.mismatch` where dimensions differ.
  public init(_ features: SphereFeatures, classes: ClassStatistics, threads: Int = 1) throws(FeatureError) {
    guard features.dimension == classes.dimension else {
      throw .mismatch(what: "feature dimensions", found: features.dimension, expected: classes.dimension)
    }
    let count = classes.classCount
    let present = (0..<count).filter { classes.counts[$0] > 0 }
    guard !present.isEmpty else { throw .tooFewRows(found: 0, needed: 1) }
    let squaredLengths = (0..<count).map { classes.means.row($0).reduce(0) { $0 + $1 * $1 } }
    let ranges = blocks(of: features.count, size: 256)
    predictions = parallelMap(ranges.count, threads: threads) { index in
      let products = features.block(ranges[index]).multiplied(by: classes.means, transposingOther: true)
      return (0..<ranges[index].count).map { row in
        var best = (label: 0, distance: Double.infinity)
        for label in present {
          // ‖f − μ‖² less ‖f‖², which all classes share
          let distance = squaredLengths[label] - 2 * products.values[row * count + label]
          if distance < best.distance { best = (label, distance) }
        }
        return UInt16(best.label)
      }
    }.flatMap { $0 }
  }

  /// 1 − Er (Eq. 5): the share of predictions that are right.
  ///
  /// - Throws: `FeatureError.mismatch` where sizes differ.
  public func accuracy(labels: [UInt16]) throws(FeatureError) -> Double {
    try Theory.accuracy(of: predictions, labels: labels)
  }
}
