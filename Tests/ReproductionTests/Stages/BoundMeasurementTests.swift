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
