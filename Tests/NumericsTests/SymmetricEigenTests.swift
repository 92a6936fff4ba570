import Testing

@testable import Numerics

@Suite struct SymmetricEigenTests {
  @Test func reconstructsTheMatrix() throws {
    for seed in 0..<20 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 2)
      let size = 1 + stream.integer(below: 40)
      let factor = DoubleMatrix(rows: size, columns: size, values: stream.normals(size * size))
      let matrix = factor.multiplied(by: factor, transposingOther: true)
      let eigen = try SymmetricEigen(matrix)
      var scaled = eigen.vectors
      for row in 0..<size { for column in 0..<size { scaled[row, column] *= eigen.values[row] } }
      let again = eigen.vectors.multiplied(by: scaled, transposingSelf: true)
      let error = zip(again.values, matrix.values).map { abs($0 - $1) }.max() ?? 0
      #expect(error < 1e-10 * Double(size) * 10, "seed \(seed), size \(size)")
      #expect(eigen.values == eigen.values.sorted(), "seed \(seed)")
    }
  }
}
