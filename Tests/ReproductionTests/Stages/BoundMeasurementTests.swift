import Numerics
import Testing
import Theory

@testable import Reproduction

@Suite struct BoundMeasurementTests {
  private func outputs(rows: Int, columns: Int, seed: UInt64) -> Matrix {
    var stream = RandomStream(seed: seed, purpose: 77)
    return Matrix(rows: rows, columns: columns, values: stream.normals(rows * columns).map(Float.init))
  }

  @Test func everyColumnIsMeasured() throws {
    let bank = BoundMeasurement.Bank(
      labels: (0..<40).map { UInt16($0 % 4) }, classCount: 4, views: 2, batchSize: 16)
    let measurement = try BoundMeasurement(
      epoch: 3, outputs: outputs(rows: 80, columns: 6, seed: 1), bank: bank, threads: 1)
    #expect(Set(measurement.row.keys) == Set(BoundMeasurement.columns))
    #expect(measurement.row["epoch"] == 3)
    #expect(measurement.row["collapsed"] == 0)
    // tr Λ = d on the sphere.
    #expect(abs(measurement.eigenvalues.reduce(0, +) - 6) < 1e-6)
    // Eq. 11, from its parts.
    let loss = try #require(measurement.row["correlation_loss"] ?? nil)
    let bound = try #require(measurement.row["l_bound_bank"] ?? nil)
    #expect(abs(bound - (2 * loss / 36 + (4.0 - 6.0) / 36)) < 1e-9)
  }

  @Test func deadOutputsAreACollapseAndNoFailure() throws {
    let bank = BoundMeasurement.Bank(labels: [0, 1, 0, 1], classCount: 2, views: 2, batchSize: 4)
    let measurement = try BoundMeasurement(
      epoch: 9, outputs: Matrix(rows: 8, columns: 3), bank: bank, threads: 1)
    #expect(measurement.row["collapsed"] == 1)
    #expect(measurement.eigenvalues == [0, 0, 0])
    #expect(measurement.row["zero_rows"] == 8)
    #expect(measurement.audit.checks.allSatisfy { !$0.isMet && $0.verdict == .vacuous })
  }

  /// One dead output is not a collapse: its image is left out and the rest measured, with no statement's assumptions met.
  @Test func oneZeroRowIsCounted() throws {
    let labels = (0..<40).map { UInt16($0 % 4) }
    var matrix = outputs(rows: 80, columns: 6, seed: 5)
    for column in 0..<6 { matrix[47, column] = 0 }
    let measured = try BoundMeasurement(
      epoch: 1, outputs: matrix, bank: .init(labels: labels, classCount: 4, views: 2, batchSize: 16), threads: 1)
    #expect(measured.row["zero_rows"] == 1 && measured.row["collapsed"] == 0)
    #expect(measured.audit.checks.count == Statement.all.count)
    #expect(measured.audit.checks.allSatisfy { !$0.isMet && $0.verdict == .vacuous && $0.left == nil })
    // Row 47 is the second view of image 7: what is left is a bank of the other 39.
    let rest = (0..<80).filter { $0 % 40 != 7 }
    let without = try BoundMeasurement(
      epoch: 1, outputs: Matrix(rows: 78, columns: 6, values: rest.flatMap { matrix.row($0) }),
      bank: .init(
        labels: (0..<40).filter { $0 != 7 }.map { labels[$0] }, classCount: 4, views: 2, batchSize: 16), threads: 1)
    for name in BoundMeasurement.columns where name != "zero_rows" {
      #expect(measured.row[name] == without.row[name], "\(name)")
    }
    #expect(measured.eigenvalues == without.eigenvalues && without.row["zero_rows"] == 0)
    #expect(without.audit.checks.contains { $0.isMet })
  }

  /// With three views of an image every column is over all of them.
  @Test func viewSpreadIsOverAllViews() throws {
    let bank = BoundMeasurement.Bank(labels: [0, 0, 1, 1], classCount: 2, views: 3, batchSize: 4)
    var matrix = outputs(rows: 12, columns: 5, seed: 6)
    // Equal first and second views; the third is opposite.
    for image in 0..<4 {
      for column in 0..<5 {
        matrix[4 + image, column] = matrix[image, column]
        matrix[8 + image, column] = -matrix[image, column]
      }
    }
    let measured = try BoundMeasurement(epoch: 1, outputs: matrix, bank: bank, threads: 1)
    let spread = try #require(measured.row["view_spread_maximum"] ?? nil)
    #expect(abs(spread - 2) < 1e-6)
  }

  @Test func outputsThatAreNotFiniteAreRefused() {
    var matrix = outputs(rows: 8, columns: 3, seed: 2)
    matrix[2, 1] = .nan
    let bank = BoundMeasurement.Bank(labels: [0, 1, 0, 1], classCount: 2, views: 2, batchSize: 4)
    #expect(throws: FeatureError.self) {
      try BoundMeasurement(epoch: 0, outputs: matrix, bank: bank, threads: 1)
    }
  }
}
