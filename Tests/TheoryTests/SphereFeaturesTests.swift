import Numerics
import Testing

@testable import Theory

@Suite struct SphereFeaturesTests {
  @Test(arguments: [(1, 1), (3, 7), (40, 2)])
  func rowsHaveSquaredLengthD(rows: Int, columns: Int) throws {
    let features = try SphereFeatures(Samples.random(rows: rows, columns: columns, seed: 1))
    let block = features.block(0..<rows)
    for row in 0..<rows {
      let values = Array(block.row(row))
      #expect(isClose(Samples.dot(values, values), Double(columns)))
    }
  }

  @Test func theFirstBadRowIsNamed() {
    var features = Samples.random(rows: 5, columns: 3, seed: 2)
    features[3, 1] = .nan
    features[4, 0] = .infinity
    #expect(throws: FeatureError.nonFinite(row: 3, count: 2, rows: 5)) { try SphereFeatures(features) }
    let zero = Matrix(rows: 2, columns: 3, values: [1, 0, 0, 0, 0, 0])
    #expect(throws: FeatureError.zero(row: 1, count: 1, rows: 2)) { try SphereFeatures(zero) }
    #expect(throws: FeatureError.tooFewRows(found: 0, needed: 1)) { try SphereFeatures(Matrix(rows: 0, columns: 3)) }
    #expect(FeatureError.zero(row: 1, count: 1, rows: 2).localizedDescription.contains("row 1"))
  }

  @Test func tinyAndHugeRowsKeepTheirDirection() throws {
    let features = try SphereFeatures(Matrix(rows: 2, columns: 2, values: [3e-30, 4e-30, 3e30, 4e30]))
    for row in 0..<2 {
      #expect(isClose(features.block(0..<2)[row, 0], 0.6 * 2.0.squareRoot(), tolerance: 1e-6))
    }
  }

  @Test func selectionKeepsRows() throws {
    let features = try SphereFeatures(Samples.random(rows: 6, columns: 4, seed: 3))
    #expect(features.selecting([4, 1]).block(0..<2) == features.gather([4, 1]))
    #expect(features.prefix(9).count == 6)
    #expect(features.prefix(2).block(0..<2) == features.block(0..<2))
  }
}
