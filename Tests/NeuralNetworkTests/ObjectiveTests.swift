import Numerics
import Testing

@testable import NeuralNetwork

/// Losses against their formulas in `Double`, gradients against finite differences of those.
@Suite struct ObjectiveTests {
  private func normals(_ count: Int, seed: UInt64) -> [Double] {
    var stream = RandomStream(seed: seed, purpose: 10)
    return stream.normals(count).map { Double(Float($0)) }
  }

  private func check(
    _ objective: any Objective, outputs: [Double], batch: Int, dimension: Int, loss: ([Double]) -> Double,
    difference: (Int) -> Double
  ) {
    let (buffer, gradient) = (FloatBuffer(), FloatBuffer())
    buffer.assign(outputs.map(Float.init))
    let pass = Pass(images: 2 * batch, views: 2, training: true, threads: 1)
    let expected = loss(outputs)
    let actual = objective.evaluate(buffer, gradient: gradient, pass)
    #expect(abs(actual - expected) < 2e-6 * max(1, abs(expected)), "loss \(actual), \(expected)")
    expectClose(
      gradient.array(outputs.count), outputs.indices.map { Float(difference($0)) }, tolerance: 2e-4, "gradient")
  }

  private func centralDifference(_ outputs: [Double], _ index: Int, _ loss: ([Double]) -> Double) -> Double {
    let step = 1e-5
    var (above, below) = (outputs, outputs)
    above[index] += step
    below[index] -= step
    return (loss(above) - loss(below)) / (2 * step)
  }

  // By C itself and, where the batch is the smaller, by products of samples (the last four).
  @Test(arguments: [
    (2, 1, false), (9, 4, true), (17, 21, false), (4, 6, false), (3, 16, true), (7, 37, false), (12, 17, true),
  ])
  func barlowTwins(_ sizes: (batch: Int, dimension: Int, perDimension: Bool)) {
    let (batch, d) = (sizes.batch, sizes.dimension)
    let configuration = BarlowTwinsConfiguration(lambda: 0.03, scale: 0.7, perDimension: sizes.perDimension)
    func loss(_ z: [Double]) -> Double {
      var standardised = z
      for view in 0..<2 {
        for column in 0..<d {
          let indices = (0..<batch).map { (view * batch + $0) * d + column }
          let mean = indices.reduce(0) { $0 + z[$1] } / Double(batch)
          let variance = indices.reduce(0) { $0 + (z[$1] - mean) * (z[$1] - mean) } / Double(batch)
          for index in indices { standardised[index] = (z[index] - mean) / (variance + 1e-5).squareRoot() }
        }
      }
      var sum = 0.0
      for row in 0..<d {
        for column in 0..<d {
          var c = 0.0
          for sample in 0..<batch {
            c += standardised[sample * d + row] * standardised[(batch + sample) * d + column] / Double(batch)
          }
          sum += row == column ? (1 - c) * (1 - c) : 0.03 * c * c
        }
      }
      return 0.7 * sum / (sizes.perDimension ? Double(d) : 1)
    }
    let outputs = normals(2 * batch * d, seed: 1)
    check(
      Method.barlowTwins(configuration).objective(dimension: d, store: ParameterStore()), outputs: outputs,
      batch: batch, dimension: d, loss: loss, difference: { centralDifference(outputs, $0, loss) })
  }

  /// The two ways to the Barlow Twins loss give the same number, and the same bits on any number of threads. The products
  /// of 100 samples are large enough for the processor's tiles, which leave 16 bits of a number's 24.
  @Test(arguments: [(24, 64, false), (100, 300, false), (100, 300, true), (33, 129, false)])
  func barlowTwinsByBatchProducts(_ sizes: (batch: Int, dimension: Int, withoutTiles: Bool)) {
    let (batch, d, withoutTiles) = sizes
    let standardised = normals(2 * batch * d, seed: 4).map(Float.init)
    let (first, second) = (standardised[..<(batch * d)], standardised[(batch * d)...])
    var (loss, gradients) = ([Double](), [[Float]]())
    for threads in [1, 2, 3, 8] {
      let gradient = FloatBuffer(capacity: 2 * batch * d)
      Array(first).withUnsafeBufferPointer { x in
        Array(second).withUnsafeBufferPointer { y in
          guard let x = x.baseAddress, let y = y.baseAddress else { return }
          let value = MatrixTiles.$areForbidden.withValue(withoutTiles) {
            BatchProducts().evaluate(
              x, y, batch: batch, dimension: d, lambda: 0.03, factor: 0.5, gradient: gradient.pointer,
              Pass(images: 2 * batch, views: 2, training: true, threads: threads))
          }
          loss.append(value)
        }
      }
      gradients.append(gradient.array(2 * batch * d))
    }
    #expect(Set(loss).count == 1 && Set(gradients).count == 1)
    var expected = 0.0
    var slope = [Double](repeating: 0, count: d * d)
    for row in 0..<d {
      for column in 0..<d {
        var c = 0.0
        for sample in 0..<batch {
          c += Double(standardised[sample * d + row]) * Double(standardised[(batch + sample) * d + column])
        }
        c /= Double(batch)
        expected += row == column ? (1 - c) * (1 - c) : 0.03 * c * c
        slope[row * d + column] = 0.5 * (row == column ? -2 * (1 - c) : 0.06 * c)
      }
    }
    #expect(abs(loss[0] - expected) < 1e-6 * expected, "loss \(loss[0]), \(expected)")
    let exact = (0..<2 * batch * d).map { index in
      let (sample, column) = (index / d, index % d)
      var sum = 0.0
      for other in 0..<d {
        sum +=
          sample < batch
          ? Double(standardised[(batch + sample) * d + other]) * slope[column * d + other]
          : Double(standardised[(sample - batch) * d + other]) * slope[other * d + column]
      }
      return Float(sum / Double(batch))
    }
    expectClose(gradients[0], exact, tolerance: 2e-6, "gradient")
  }

  @Test(arguments: [(1, 2), (5, 3), (8, 19)]) func simSiam(_ sizes: (batch: Int, dimension: Int)) {
    let (batch, d) = (sizes.batch, sizes.dimension)
    let store = ParameterStore()
    let objective = Method.simSiam(SimSiamConfiguration()).objective(dimension: d, store: store)
    store.allocate(gradients: true)
    let weights = normals(d * d, seed: 2)
    store.load(weights.map(Float.init), into: store.tensors[0])
    // `targets` are held while z moves: the gradient is stopped there.
    func loss(_ z: [Double], targets: [Double], weights: [Double]) -> Double {
      var sum = 0.0
      for row in 0..<2 * batch {
        let target = row < batch ? row + batch : row - batch
        var (pp, tt, pt) = (0.0, 0.0, 0.0)
        for i in 0..<d {
          var p = 0.0
          for j in 0..<d { p += weights[i * d + j] * z[row * d + j] }
          let t = targets[target * d + i]
          (pp, tt, pt) = (pp + p * p, tt + t * t, pt + p * t)
        }
        sum += pt / (pp * tt).squareRoot()
      }
      return -0.5 * sum / Double(batch)
    }
    let outputs = normals(2 * batch * d, seed: 3)
    check(
      objective, outputs: outputs, batch: batch, dimension: d,
      loss: { loss($0, targets: outputs, weights: weights) },
      difference: { index in
        centralDifference(outputs, index) { loss($0, targets: outputs, weights: weights) }
      })
    expectClose(
      store.gradients.array(d * d),
      weights.indices.map { index in
        Float(centralDifference(weights, index) { loss(outputs, targets: outputs, weights: $0) })
      }, tolerance: 2e-4, "predictor")
  }

  @Test func simSiamOfZeroOutputsIsFinite() {
    let store = ParameterStore()
    let objective = Method.simSiam(SimSiamConfiguration()).objective(dimension: 3, store: store)
    store.allocate(gradients: true)
    let gradient = FloatBuffer()
    let loss = objective.evaluate(
      FloatBuffer(capacity: 12), gradient: gradient, Pass(images: 4, views: 2, training: true, threads: 1))
    #expect(loss == 0)
    #expect(gradient.array(12).allSatisfy { $0 == 0 })
  }
}
