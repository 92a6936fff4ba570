import Foundation
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

/// The largest distance within each class alone, over r: `ClassDiameter.maximumByClass` without the quantiles, for where it is
/// asked often.
///
/// - Throws: `FeatureError` where sizes differ or a label is no class.
func largestDistances(
  _ features: SphereFeatures, labels: [UInt16], classCount: Int, threads: Int = 1
) throws(FeatureError) -> [Double] {
  try requireLabels(labels, rows: features.count, classCount: classCount)
  var rows = [[Int]](repeating: [], count: classCount)
  for (row, label) in labels.enumerated() { rows[Int(label)].append(row) }
  let members = rows
  return parallelMap(classCount, threads: threads) { label in
    let ranges = blocks(of: members[label].count, size: 256)
    var least = 1.0
    for (index, range) in ranges.enumerated() {
      let block = features.gather(Array(members[label][range]), radius: 1)
      for other in ranges[index...] {
        let opposite = features.gather(Array(members[label][other]), radius: 1)
        least = block.multiplied(by: opposite, transposingOther: true).values.reduce(least) { min($0, $1) }
      }
    }
    // ‖z̃₁ − z̃₂‖² = 2 − 2cos
    return (2 * max(0, 1 - least)).squareRoot()
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

  /// - Parameters:
  ///   - first, second: one view of each image in each, in the same order.
  /// - Throws: `FeatureError.mismatch` where sizes differ.
  public init(_ first: SphereFeatures, _ second: SphereFeatures) throws(FeatureError) {
    guard first.count == second.count else {
      throw .mismatch(what: "second views", found: second.count, expected: first.count)
    }
    guard first.dimension == second.dimension else {
      throw .mismatch(what: "dimensions of the second views", found: second.dimension, expected: first.dimension)
    }
    var histogram = DistanceHistogram()
    for range in blocks(of: first.count, size: 512) {
      let (a, b) = (first.block(range, radius: 1), second.block(range, radius: 1))
      for row in 0..<range.count {
        var sum = 0.0
        for column in row * a.columns..<(row + 1) * a.columns {
          let difference = a.values[column] - b.values[column]
          sum += difference * difference
        }
        histogram.add(sum.squareRoot())
      }
    }
    maximum = histogram.maximum
    quantiles = histogram.quantiles
    quantilesOfImages = histogram.quantiles
  }
}
