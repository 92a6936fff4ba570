import Numerics
import Theory

/// Accuracy of the two classifiers on one set of features: k nearest neighbours, which the paper's experiments use,
/// and the nearest class mean, of which its theory speaks (Eq. 4–5).
struct ProbeMeasurement {
  /// The labelled images that are looked up and the ones that are classified, under one labelling.
  struct Labels {
    let bank: [UInt16]
    let queries: [UInt16]
    let classCount: Int
  }

  /// Share of the queries whose class is found, 0…1.
  let nearestNeighbours: Double
  /// The same by nearest class mean; nil where the features have no direction (a zero row), which a collapsed
  /// encoder gives.
  let nearestMean: Double?

  /// - Parameters:
  ///   - bank, queries: features, one image a row.
  ///   - neighbours: k.
  ///   - temperature: T of the vote's weight exp(cos/T).
  /// - Throws: `FeatureError` where a feature is not finite.
  init(
    bank: Matrix, queries: Matrix, labels: Labels, neighbours: Int, temperature: Double, threads: Int
  ) throws {
    let found = try NearestNeighbours(bank: bank, queries: queries, k: neighbours, threads: threads)
    let vote = try NeighbourVote(
      found, bankLabels: labels.bank, classCount: labels.classCount, temperature: temperature)
    nearestNeighbours = try vote.accuracy(labels: labels.queries)
    nearestMean = try Self.nearestMean(bank: bank, queries: queries, labels: labels, threads: threads)
  }

  private static func nearestMean(
    bank: Matrix, queries: Matrix, labels: Labels, threads: Int
  ) throws -> Double? {
    guard !hasZeroRow(bank), !hasZeroRow(queries) else { return nil }
    let classes = try ClassStatistics(try SphereFeatures(bank), labels: labels.bank, classCount: labels.classCount)
    return try NearestClassMean(SphereFeatures(queries), classes: classes, threads: threads)
      .accuracy(labels: labels.queries)
  }

  private static func hasZeroRow(_ matrix: Matrix) -> Bool {
    (0..<matrix.rows).contains { matrix.row($0).allSatisfy { $0 == 0 } }
  }
}
