import Foundation
import Numerics
import Testing

@testable import Theory

@Suite struct PairLossTests {
  private func random(_ rows: Int, _ columns: Int, _ seed: UInt64) -> DoubleMatrix {
    var stream = RandomStream(seed: seed, purpose: 0x7E5E)
    return DoubleMatrix(rows: rows, columns: columns, values: stream.normals(rows * columns))
  }

  @Test(arguments: [(1, 3), (7, 1), (20, 5)]) func crossCorrelationAgreesWithLoops(rows: Int, columns: Int) throws {
    let (first, second) = (random(rows, columns, 1), random(rows, columns, 2))
    let plain = try CrossCorrelation(first, second, isExchangeable: false)
    let symmetric = try CrossCorrelation(first, second)
    for lambda in [1, 0.005] {
      var (loss, exchangeable) = (0.0, 0.0)
      for i in 0..<columns {
        for j in 0..<columns {
          let c = (0..<rows).reduce(0) { $0 + first[$1, i] * second[$1, j] } / Double(rows)
          let back = (0..<rows).reduce(0) { $0 + first[$1, j] * second[$1, i] } / Double(rows)
          #expect(isClose(plain.matrix[i, j], c))
          let mean = (c + back) / 2
          loss += i == j ? (1 - c) * (1 - c) : lambda * c * c
          exchangeable += i == j ? (1 - mean) * (1 - mean) : lambda * mean * mean
        }
      }
      #expect(isClose(plain.barlowTwinsLoss(lambda: lambda), loss))
      #expect(isClose(symmetric.barlowTwinsLoss(lambda: lambda), exchangeable))
      // With λ < 1 only ‖C − I‖² ≤ L_BT/λ (errata E11).
      #expect(plain.barlowTwinsLoss() <= loss / lambda + 1e-12)
    }
    #expect(isClose(plain.barlowTwinsLoss(), squaredDistanceToIdentity(plain.matrix)))
  }

  /// Λ = C_sym + ½E[δδᵀ] for exchangeable views: the identity behind the repair of Eq. 13 (errata E11).
  @Test func identityBehindEquation13() throws {
    let (first, second) = (random(30, 4, 3), random(30, 4, 4))
    let c = try CrossCorrelation(first, second).matrix
    for i in 0..<4 {
      for j in 0..<4 {
        let both = (0..<30).reduce(0) { $0 + first[$1, i] * first[$1, j] + second[$1, i] * second[$1, j] } / 60
        let spread = (0..<30).reduce(0) { sum, row in
          sum + (first[row, i] - second[row, i]) * (first[row, j] - second[row, j])
        }
        #expect(isClose(both, c[i, j] + spread / 60))
      }
    }
  }

  @Test(arguments: [1, 0.2]) func infoNCEAgreesWithItsDefinition(temperature: Double) throws {
    let (first, second) = (random(6, 3, 5), random(6, 3, 6))
    var total = 0.0
    for a in 0..<6 {
      let x = Array(first.row(a))
      let positive = exp(Samples.dot(x, Array(second.row(a))) / temperature)
      var negatives = 0.0
      for b in 0..<6 where b != a {
        negatives += exp(Samples.dot(x, Array(first.row(b))) / temperature)
        negatives += exp(Samples.dot(x, Array(second.row(b))) / temperature)
      }
      total -= log(positive / (positive + negatives))
    }
    #expect(isClose(try PairLoss.infoNCE(first, second, temperature: temperature), total / 6))
  }

  @Test func simSiamAgreesWithItsDefinition() throws {
    let (first, second, predictor) = (random(6, 3, 7), random(6, 3, 8), random(3, 3, 9))
    let predictions = first.multiplied(by: predictor, transposingOther: true)
    let cosines = (0..<6).map { row in
      let (p, z) = (Array(predictions.row(row)), Array(second.row(row)))
      return Samples.dot(p, z) / (Samples.dot(p, p) * Samples.dot(z, z)).squareRoot()
    }
    #expect(isClose(try PairLoss.simSiam(first, second, predictor: predictor), -cosines.reduce(0, +) / 6))
    #expect(throws: FeatureError.zero(row: 0, count: 1, rows: 6)) {
      try PairLoss.simSiam(first, second, predictor: DoubleMatrix(rows: 3, columns: 3))
    }
  }

  @Test func sizesThatDifferAreNamed() {
    let (small, large) = (random(2, 3, 1), random(3, 3, 1))
    #expect(throws: FeatureError.self) { try CrossCorrelation(small, large) }
    #expect(throws: FeatureError.self) { try PairLoss.infoNCE(small, large) }
    #expect(throws: FeatureError.self) { try PairLoss.infoNCE(random(1, 3, 1), random(1, 3, 2)) }
    #expect(throws: FeatureError.self) { try PairLoss.simSiam(small, small, predictor: random(2, 2, 1)) }
  }
}
