import Foundation
import Numerics
import Testing

@testable import Theory

/// Gradients of Eq. 30–38 against central differences: these settle which side Eq. 34 and 35 belong to.
@Suite struct PredictedPairTests {
  private struct Case: CustomStringConvertible {
    let z: [Double]
    let target: [Double]
    let predictor: DoubleMatrix
    let description: String

    init(seed: Int) {
      var stream = RandomStream(seed: UInt64(seed), purpose: 0x7E5C)
      let d = 1 + stream.integer(below: 7)
      z = stream.normals(d)
      target = stream.normals(d)
      predictor = DoubleMatrix(rows: d, columns: d, values: stream.normals(d * d))
      description = "seed \(seed), d \(d)"
    }

    /// g from its definition alone.
    func g(_ z: [Double], _ predictor: DoubleMatrix) -> Double {
      let p = (0..<z.count).map { row in (0..<z.count).reduce(0) { $0 + predictor[row, $1] * z[$1] } }
      return Samples.dot(p, target) / (Samples.dot(p, p) * Samples.dot(target, target)).squareRoot()
    }
  }

  private func difference(_ f: (Double) -> Double) -> Double {
    let h = 1e-5
    return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h)
  }

  @Test(arguments: 0..<200) func gradientsAgreeWithDifferences(seed: Int) throws {
    let sample = Case(seed: seed)
    let d = sample.z.count
    let pair = try #require(
      PredictedPair(representation: sample.z, target: sample.target, predictor: sample.predictor))
    #expect(isClose(pair.similarity, sample.g(sample.z, sample.predictor)))
    for index in 0..<d {
      let expected = difference { step in
        var z = sample.z
        z[index] += step
        return sample.g(z, sample.predictor)
      }
      #expect(isClose(pair.representationGradient[index], expected, tolerance: 1e-6), "\(sample)")
    }
    for index in 0..<d * d {
      let expected = difference { step in
        var predictor = sample.predictor
        predictor.values[index] += step
        return sample.g(sample.z, predictor)
      }
      #expect(isClose(pair.predictorGradient.values[index], expected, tolerance: 1e-6), "\(sample)")
    }
    // z₁ · ∂g/∂z₁ = 0: g does not depend on the length of z₁.
    #expect(abs(Samples.dot(pair.representationGradient, sample.z)) < 1e-10)
    #expect(abs(Samples.dot(pair.residual, pair.predictionDirection)) < 1e-12)
  }

  /// Eq. 34 as printed calls ∂g/∂z₁ what is a matrix, Eq. 35 calls ∂g/∂W_p what is a vector: by shape alone they are
  /// swapped, and the numbers above say the same. The norm bars of Eq. 35 are wrong as well.
  @Test func normBarsOfEquation35() throws {
    let sample = Case(seed: 3)
    let pair = try #require(
      PredictedPair(representation: sample.z, target: sample.target, predictor: sample.predictor))
    let norm = sample.predictor.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let printed = pair.residual.map { norm / pair.predictionNorm * $0 }
    #expect(Samples.distance(printed, pair.representationGradient) > 0.1)
  }

  @Test(arguments: 0..<50) func predictionGradientAndUnitVector(seed: Int) throws {
    let sample = Case(seed: seed)
    let d = sample.z.count
    let pair = try #require(
      PredictedPair(representation: sample.z, target: sample.target, predictor: .identity(d)))
    let derivative = try #require(unitVectorDerivative(sample.z))
    for index in 0..<d {
      // With W_p = I, p₁ is z₁ (Eq. 33).
      #expect(isClose(pair.predictionGradient[index], pair.representationGradient[index]))
      for row in 0..<d {
        let expected = difference { step in
          var z = sample.z
          z[index] += step
          return z[row] / Samples.dot(z, z).squareRoot()
        }
        #expect(isClose(derivative[row, index], expected, tolerance: 1e-7), "\(sample)")
      }
    }
    #expect(unitVectorDerivative([0, 0]) == nil)
  }

  /// Eq. 32: ∂f/∂X = Aᵀ(∂f/∂Y)Bᵀ for Y = AXB, here with f = ½‖Y‖².
  @Test func derivativeThroughAXB() {
    var stream = RandomStream(seed: 8, purpose: 0x7E5D)
    let a = DoubleMatrix(rows: 3, columns: 2, values: stream.normals(6))
    let b = DoubleMatrix(rows: 4, columns: 5, values: stream.normals(20))
    let x = DoubleMatrix(rows: 2, columns: 4, values: stream.normals(8))
    func y(_ x: DoubleMatrix) -> DoubleMatrix { a.multiplied(by: x).multiplied(by: b) }
    let gradient = a.multiplied(by: y(x), transposingSelf: true).multiplied(by: b, transposingOther: true)
    for index in 0..<8 {
      let expected = difference { step in
        var moved = x
        moved.values[index] += step
        return y(moved).values.reduce(0) { $0 + $1 * $1 } / 2
      }
      #expect(isClose(gradient.values[index], expected, tolerance: 1e-7))
    }
  }

  /// Eq. 38 and 41: a small step along ∂g/∂z₁ turns z̃₁ by `directionChange`, and the projection takes nothing away.
  @Test(arguments: 0..<50) func stepTurnsTheDirection(seed: Int) throws {
    let sample = Case(seed: seed)
    let pair = try #require(
      PredictedPair(representation: sample.z, target: sample.target, predictor: sample.predictor))
    let rate = 1e-6
    let moved = zip(sample.z, pair.representationGradient).map { $0 + rate * $1 }
    let (after, _) = try #require(unit(moved))
    let change = pair.directionChange(rate: rate)
    for index in sample.z.indices {
      #expect(abs(after[index] - pair.representationDirection[index] - change[index]) < 1e-10, "\(sample)")
      #expect(isClose(change[index], rate * pair.representationGradient[index] / pair.representationNorm))
    }
  }

  @Test func noDirectionNoPair() {
    #expect(PredictedPair(representation: [0, 0], target: [1, 0], predictor: .identity(2)) == nil)
    #expect(PredictedPair(representation: [1, 0], target: [0, 0], predictor: .identity(2)) == nil)
    #expect(
      PredictedPair(representation: [1, 0], target: [1, 0], predictor: DoubleMatrix(rows: 2, columns: 2)) == nil)
  }
}
