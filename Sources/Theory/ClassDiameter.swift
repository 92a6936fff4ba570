import Numerics

/// ε of Eq. 6: ‖f(x̂₁) − f(x̂₂)‖/r over pairs of views of one class, its maximum and its distribution.
///
/// By Eq. 6 ε is a class diameter, not the strength of augmentation (errata E1): the largest distance over all pairs of
/// a class. One outlier decides it, so quantiles are reported beside it.
public struct ClassDiameter: Sendable, Equatable {
  /// ε: the largest distance within any class, divided by r.
  public let maximum: Double
  /// The largest distance within each class; zero for classes of fewer than two rows.
  public let maximumByClass: [Double]
  /// Quantiles of the distance within each class.
  public let quantilesByClass: [DistanceQuantiles]
  /// Quantiles over the pairs of all classes together.
  public let quantiles: DistanceQuantiles
  /// Whether the quantiles are over all pairs. `maximum` always is: a theorem at a lower bound of ε is another statement.
  public let isExact: Bool

  /// - Parameters:
  ///   - maximumRowsPerClass: where a class has more rows, its quantiles are over the pairs of that many of them, at even
  ///     distances, so that every view and every part of the bank is among them.
  /// - Throws: `FeatureError` where sizes differ or a label is no class.
  public init(
    _ features: SphereFeatures, labels: [UInt16], classCount: Int, maximumRowsPerClass: Int = 2000, threads: Int = 1
  ) throws(FeatureError) {
    try requireLabels(labels, rows: features.count, classCount: classCount)
    var rows = [[Int]](repeating: [], count: classCount)
    for (row, label) in labels.enumerated() { rows[Int(label)].append(row) }
    let isExact = rows.allSatisfy { $0.count <= maximumRowsPerClass }
    let members = rows.map { rows in
      rows.count <= maximumRowsPerClass
        ? rows : (0..<maximumRowsPerClass).map { rows[$0 * rows.count / maximumRowsPerClass] }
    }
    let histograms = parallelMap(classCount, threads: threads) { label in
      DistanceHistogram(pairsOf: members[label], in: features)
    }
    var all = DistanceHistogram()
    for histogram in histograms { all.add(histogram) }
    maximumByClass =
      try isExact
      ? histograms.map(\.maximum)
      : largestDistances(features, labels: labels, classCount: classCount, threads: threads)
    maximum = maximumByClass.max() ?? 0
    quantilesByClass = histograms.map(\.quantiles)
    quantiles = all.quantiles
    self.isExact = isExact
  }
}

/// Quantiles of distances ‖f(x̂₁) − f(x̂₂)‖/r, which lie in 0...2; accurate to 2⁻¹⁶.
public struct DistanceQuantiles: Sendable, Equatable {
  public let median: Double
  public let q90: Double
  public let q99: Double
  /// Pairs behind them; the quantiles of none are zero.
  public let pairs: Int
}
