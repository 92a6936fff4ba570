import Numerics
import Testing

@testable import Theory

@Suite struct EigenspaceAlignmentTests {
  private func symmetric(_ d: Int, seed: UInt64) -> DoubleMatrix {
    var stream = RandomStream(seed: seed, purpose: 0x7E5F)
    let root = DoubleMatrix(rows: d, columns: d, values: stream.normals(d * d))
    return root.multiplied(by: root, transposingOther: true)
  }

  /// A polynomial of Λ has its eigenspaces.
  @Test func polynomialIsAligned() throws {
    let moment = symmetric(6, seed: 1)
    var predictor = moment.multiplied(by: moment)
    for index in predictor.values.indices {
      predictor.values[index] = 0.3 * predictor.values[index] - moment.values[index]
    }
    let alignment = try EigenspaceAlignment(predictor: predictor, moment: moment)
    #expect(isClose(alignment.diagonalShare, 1))
    #expect(alignment.commutator < 1e-12)
    #expect(alignment.asymmetry < 1e-12)
    for (value, image) in zip(alignment.eigenvalues, alignment.predictorEigenvalues) {
      #expect(isClose(image, 0.3 * value * value - value, tolerance: 1e-8))
    }
    #expect(zip(alignment.eigenvalues, alignment.eigenvalues.dropFirst()).allSatisfy { $0 >= $1 })
  }

  /// The random basis gives what its formula says on average, and the identity is aligned with everything.
  @Test func randomShareIsTheMeanOverRandomBases() throws {
    var stream = RandomStream(seed: 4, purpose: 0x7E60)
    let predictor = DoubleMatrix(rows: 5, columns: 5, values: stream.normals(25))
    var shares: [Double] = []
    for seed in 0..<2000 {
      let alignment = try EigenspaceAlignment(predictor: predictor, moment: symmetric(5, seed: UInt64(100 + seed)))
      shares.append(alignment.diagonalShare)
    }
    let expected = try EigenspaceAlignment(predictor: predictor, moment: symmetric(5, seed: 2)).randomShare
    let mean = shares.reduce(0, +) / 2000
    #expect(abs(mean - expected) < 3 * (variance(shares) / 2000).squareRoot(), "\(mean) against \(expected)")
    let identity = try EigenspaceAlignment(predictor: .identity(5), moment: symmetric(5, seed: 3))
    #expect(isClose(identity.diagonalShare, 1) && isClose(identity.randomShare, 1))
  }

  @Test func rotationIsAsymmetric() throws {
    let rotation = DoubleMatrix(rows: 2, columns: 2, values: [0, -1, 1, 0])
    let alignment = try EigenspaceAlignment(predictor: rotation, moment: symmetric(2, seed: 5))
    #expect(isClose(alignment.asymmetry, 1))
    #expect(isClose(alignment.diagonalShare, 0))
  }

  @Test func whatHasNoEigenspacesThrows() {
    #expect(throws: FeatureError.self) {
      try EigenspaceAlignment(predictor: .identity(3), moment: .identity(2))
    }
    #expect(throws: FeatureError.self) {
      try EigenspaceAlignment(predictor: DoubleMatrix(rows: 2, columns: 2), moment: .identity(2))
    }
    #expect(throws: FeatureError.self) {
      try EigenspaceAlignment(
        predictor: .identity(2), moment: DoubleMatrix(rows: 2, columns: 2, repeating: .nan))
    }
  }
}
