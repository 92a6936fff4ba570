import Numerics
import Testing

@testable import NeuralNetwork

/// Batch norm, residual and ReLU against a reference in `Double`, and its gradient against finite differences of that.
@Suite struct BatchNormalisationTests {
  struct Problem {
    let rows: Int
    let channels: Int
    let views: Int
    let rectifies: Bool
    let hasResidual: Bool
    var input: [Double]
    var residual: [Double]
    var scale: [Double]
    var shift: [Double]
    let weights: [Double]

    init(rows: Int, channels: Int, views: Int, rectifies: Bool, residual hasResidual: Bool, seed: UInt64) {
      (self.rows, self.channels, self.views) = (rows, channels, views)
      (self.rectifies, self.hasResidual) = (rectifies, hasResidual)
      var stream = RandomStream(seed: seed, purpose: 8)
      // Rounded to Float, so that both sides start from the same numbers; columns with means of their own.
      func numbers(_ count: Int, offset: Double = 0) -> [Double] {
        stream.normals(count).map { Double(Float($0 + offset)) }
      }
      input = numbers(views * rows * channels, offset: 3)
      residual = numbers(views * rows * channels)
      scale = numbers(channels)
      shift = numbers(channels)
      weights = numbers(views * rows * channels)
    }

    /// Output for batch statistics, each view with its own.
    func forward() -> [Double] {
      var output = input
      for view in 0..<views {
        for channel in 0..<channels {
          let indices = (0..<rows).map { (view * rows + $0) * channels + channel }
          let mean = indices.reduce(0) { $0 + input[$1] } / Double(rows)
          let variance = indices.reduce(0) { $0 + (input[$1] - mean) * (input[$1] - mean) } / Double(rows)
          for index in indices {
            var value = (input[index] - mean) / (variance + 1e-5).squareRoot() * scale[channel] + shift[channel]
            if hasResidual { value += residual[index] }
            output[index] = rectifies ? max(0, value) : value
          }
        }
      }
      return output
    }

    /// Σ weights · output, whose gradient is looked for.
    func loss() -> Double { zip(forward(), weights).reduce(0) { $0 + $1.0 * $1.1 } }

    func difference(_ path: WritableKeyPath<Problem, [Double]>, _ index: Int) -> Double {
      let step = 1e-5
      var (above, below) = (self, self)
      above[keyPath: path][index] += step
      below[keyPath: path][index] -= step
      return (above.loss() - below.loss()) / (2 * step)
    }
  }

  static let problems: [Problem] = [
    Problem(rows: 7, channels: 1, views: 1, rectifies: false, residual: false, seed: 1),
    Problem(rows: 9, channels: 8, views: 2, rectifies: true, residual: false, seed: 2),
    Problem(rows: 33, channels: 16, views: 2, rectifies: true, residual: true, seed: 3),
    Problem(rows: 12, channels: 29, views: 3, rectifies: false, residual: true, seed: 4),
    Problem(rows: 5, channels: 50, views: 1, rectifies: true, residual: true, seed: 5),
  ]

  @Test func agreesWithReference() throws {
    for problem in Self.problems {
      let count = problem.input.count
      let store = ParameterStore()
      let layer = BatchNormalisation("bn", channels: problem.channels, store: store)
      store.allocate(gradients: true)
      layer.initialise()
      store.load(problem.scale.map(Float.init), into: store.tensors[0])
      store.load(problem.shift.map(Float.init), into: store.tensors[1])
      let (input, residual, gradient, inputGradient) = (FloatBuffer(), FloatBuffer(), FloatBuffer(), FloatBuffer())
      input.assign(problem.input.map(Float.init))
      residual.assign(problem.residual.map(Float.init))
      gradient.assign(problem.weights.map(Float.init))
      let pass = Pass(images: problem.views, views: problem.views, training: true, threads: 2)
      let blocks = RowBlocks(
        height: problem.rows, width: 1, channels: problem.channels, images: problem.views, groups: problem.views)
      let collect = try #require(layer.statistics(of: input, blocks, pass))
      for index in 0..<blocks.count { collect(blocks[index]) }
      layer.finishStatistics(blocks, pass)
      let output = layer.normalise(
        input, residual: problem.hasResidual ? .plain(residual) : .none, rectifies: problem.rectifies, blocks, pass)
      expectClose(output.array(count), problem.forward().map(Float.init), tolerance: 2e-6, "output")
      // Half of the gradient comes from elsewhere. Without a residual the mask can be made again from the input.
      let other = FloatBuffer()
      other.assign(problem.weights.map { Float($0 / 2) })
      gradient.assign(problem.weights.map { Float($0 / 2) })
      let mask: BatchNormalisation.Mask = problem.rectifies ? .output(output) : .none
      if problem.rectifies && !problem.hasResidual {
        gradient.assign(problem.weights.map(Float.init))
        let sums = layer.gradientSums(of: gradient, mask: .normalised, input: input, blocks)
        for index in 0..<blocks.count { sums(blocks[index]) }
      } else {
        let sums = layer.gradientSums(of: gradient, adding: other, mask: mask, input: input, blocks)
        for index in 0..<blocks.count { sums(blocks[index]) }
      }
      inputGradient.reserve(count)
      layer.finishBackward(gradient, input: input, blocks, pass).write(
        blocks, channels: problem.channels, to: inputGradient.pointer, threads: pass.threads)
      expectClose(
        inputGradient.array(count), (0..<count).map { Float(problem.difference(\.input, $0)) }, tolerance: 1e-4,
        "input")
      if problem.hasResidual {
        expectClose(
          gradient.array(count), (0..<count).map { Float(problem.difference(\.residual, $0)) }, tolerance: 1e-4,
          "residual")
      }
      for (slot, path) in [(0, \Problem.scale), (1, \Problem.shift)] {
        let actual = (0..<problem.channels).map { store.gradient(store.tensors[slot].slot)[$0] }
        expectClose(
          actual, (0..<problem.channels).map { Float(problem.difference(path, $0)) }, tolerance: 1e-4, "affine")
      }
    }
  }

  @Test func runningStatistics() {
    let store = ParameterStore()
    let layer = BatchNormalisation("bn", channels: 1, affine: false, store: store)
    store.allocate(gradients: true)
    layer.initialise()
    let input = FloatBuffer()
    input.assign([1, 3, 10, 14])
    // Two views, one after the other: means 2 and 12, unbiased variances 2 and 8.
    _ = layer.forward(input, rectifies: false, Pass(images: 4, views: 2, training: true, threads: 1))
    #expect(abs(store.statistics.pointer[0] - (0.2 * 0.9 + 1.2)) < 1e-6)
    #expect(abs(store.statistics.pointer[1] - ((0.9 + 0.2) * 0.9 + 0.8)) < 1e-6)
    let mean = store.statistics.pointer[0]
    let deviation = (store.statistics.pointer[1] + 1e-5).squareRoot()
    let output = layer.forward(input, rectifies: false, Pass(images: 4, views: 1, training: false, threads: 1))
    expectClose(output.array(4), [1, 3, 10, 14].map { ($0 - mean) / deviation }, tolerance: 1e-6, "evaluation")
    #expect(store.statistics.pointer[0] == mean, "evaluation must not move the statistics")
  }

  /// The variance of a column of which a sum of squares in `Float` would leave nothing.
  @Test func largeMean() {
    let values = (0..<1000).map { 10_000 + Float($0 % 2) }
    let input = FloatBuffer()
    input.assign(values)
    let blocks = RowBlocks(height: 1, width: 1, channels: 64, images: 1000, groups: 1)
    let partial = FloatBuffer(capacity: 2 * blocks.count)
    for index in 0..<blocks.count {
      let rows = blocks[index].rows
      RowKernels.moments(
        input.pointer + rows.lowerBound, rows: rows.count, channels: 1, to: partial.pointer + 2 * index)
    }
    var moments = ColumnMoments(channels: 1)
    moments.combine(partial, blocks, group: 0)
    #expect(abs(moments.mean[0] - 10_000.5) < 1e-2)
    #expect(abs(moments.variance[0] - 0.25) < 1e-3)
  }

  /// NaN must come through ReLU, or a broken training would go unnoticed.
  @Test func notANumberPassesReLU() {
    for channels in [1, 8, 16] {
      let (input, output) = (FloatBuffer(), FloatBuffer(capacity: channels))
      for number in [Float.nan, -Float.nan] {
        input.assign([Float](repeating: number, count: channels))
        let (factor, constant) = ([Float](repeating: 1, count: channels), [Float](repeating: 0, count: channels))
        RowKernels.affine(
          input.pointer, factor: factor, constant: constant, residual: nil, rectifies: true, to: output.pointer,
          rows: 1, channels: channels)
        #expect(output.array(channels).allSatisfy { $0.isNaN })
      }
    }
  }
}
