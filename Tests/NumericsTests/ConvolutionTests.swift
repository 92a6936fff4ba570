import Synchronization
import Testing

@testable import Numerics

/// Each algorithm against sums written out in `Double`.
@Suite struct ConvolutionTests {
  /// Shapes that touch the corners: one pixel, one channel, odd sizes, strides, channels around 8, 16 and 32.
  static let shapes: [ConvolutionShape] = [
    shape(1, 1, 1, 1, kernel: 3), shape(1, 1, 16, 32, kernel: 3), shape(2, 2, 32, 32, kernel: 3),
    shape(5, 3, 3, 16, kernel: 3), shape(4, 4, 1, 8, kernel: 3), shape(6, 6, 8, 8, kernel: 3),
    shape(7, 7, 5, 13, kernel: 3, stride: 2), shape(8, 8, 16, 32, kernel: 3, stride: 2),
    shape(3, 3, 24, 40, kernel: 3, stride: 2), shape(5, 5, 16, 48, kernel: 1, stride: 2, padding: 0),
    shape(4, 5, 17, 33, kernel: 1, padding: 0), shape(9, 9, 4, 20, kernel: 5, stride: 3, padding: 2),
    shape(8, 6, 9, 65, kernel: 2, padding: 0), shape(4, 6, 3, 8, kernel: 3), shape(3, 2, 8, 5, kernel: 3),
    shape(2, 2, 64, 16, kernel: 3, stride: 2), shape(8, 8, 16, 16, kernel: 3), shape(9, 13, 48, 80, kernel: 3),
    shape(1, 9, 7, 3, kernel: 3), shape(12, 4, 32, 17, kernel: 3), shape(4, 4, 176, 192, kernel: 3),
    shape(7, 9, 12, 48, kernel: 3), shape(16, 16, 8, 8, kernel: 3), shape(5, 8, 11, 16, kernel: 3),
    shape(3, 16, 32, 32, kernel: 3), shape(4, 6, 32, 64, kernel: 3, stride: 2),
    shape(3, 32, 32, 32, kernel: 3, stride: 2),
    shape(5, 5, 64, 32, kernel: 1, stride: 2, padding: 0), shape(3, 2, 96, 32, kernel: 5),
  ]

  static func shape(
    _ height: Int, _ width: Int, _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int? = nil
  ) -> ConvolutionShape {
    ConvolutionShape(
      inputHeight: height, inputWidth: width, inputChannels: inputs, outputChannels: outputs, kernel: kernel,
      stride: stride, padding: padding ?? kernel / 2)
  }

  @Test(arguments: Convolution.allCases) func agreesWithTheDefinition(_ kind: Convolution) {
    for (index, shape) in Self.shapes.enumerated() {
      for images in [1, 3, 8, 13, 34] {
        let problem = ConvolutionProblem(shape, images: images, seed: UInt64(index))
        let expected = problem.reference()
        let actual = problem.solve(kind.algorithm(for: shape), threads: 2)
        expectClose(actual.output, expected.output, "output", shape, images, kind)
        expectClose(actual.inputGradient, expected.inputGradient, "input gradient", shape, images, kind)
        expectClose(actual.weightGradient, expected.weightGradient, "weight gradient", shape, images, kind)
      }
    }
  }

  @Test(arguments: Convolution.allCases) func sameBitsForAnyThreads(_ kind: Convolution) {
    for shape in Self.shapes {
      let problem = ConvolutionProblem(shape, images: 37, seed: 9)
      let algorithm = kind.algorithm(for: shape)
      let single = problem.solve(algorithm, threads: 1)
      for threads in 2...3 { #expect(problem.solve(algorithm, threads: threads) == single, "\(shape)") }
    }
  }

  /// What is done to a block while it is in the cache must find it finished, once, and no other block changed after it.
  @Test(arguments: Convolution.allCases) func handsOutEachBlockOnceWhenItIsWritten(_ kind: Convolution) {
    for (index, shape) in Self.shapes.enumerated() {
      for (images, groups) in [(1, 1), (7, 1), (10, 2), (37, 1), (52, 2)] {
        let problem = ConvolutionProblem(shape, images: images, seed: UInt64(100 + index))
        let algorithm = kind.algorithm(for: shape)
        let batch = ConvolutionBatch(images: images, groups: groups, threads: 2, workspace: Workspace())
        expectBlocks(
          algorithm.outputBlocks(images: images, groups: groups), numbers: images * shape.outputCount,
          "forward, \(kind), \(shape), \(images) images in \(groups) groups"
        ) { target, then in
          algorithm.forward(
            input: problem.input, activation: nil, weights: problem.weights, output: target, batch: batch, then: then)
        }
        expectBlocks(
          algorithm.inputBlocks(images: images, groups: groups), numbers: images * shape.inputCount,
          "data gradient, \(kind), \(shape), \(images) images in \(groups) groups"
        ) { target, then in
          algorithm.dataGradient(
            outputGradient: problem.outputGradient, weights: problem.weights, inputGradient: target, batch: batch,
            then: then)
        }
      }
    }
  }

  /// Each block is turned into its negative when it is handed out: whatever was not yet written, is written again or is handed out
  /// twice is not the negative of what comes out without.
  private func expectBlocks(
    _ blocks: RowBlocks, numbers: Int, _ what: String,
    compute: (UnsafeMutablePointer<Float>, BlockWork?) -> Void
  ) {
    var plain = [Float](repeating: .nan, count: numbers)
    var negated = plain
    compute(&plain, nil)
    let channels = numbers / blocks.rows
    let seen = Mutex<[Int]>([])
    negated.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      nonisolated(unsafe) let target = base
      compute(
        target,
        BlockWork { block in
          for place in block.rows.lowerBound * channels..<block.rows.upperBound * channels {
            target[place] = -target[place]
          }
          seen.withLock { $0.append(block.index) }
        })
    }
    #expect(seen.withLock { $0.sorted() } == Array(0..<blocks.count), "\(what)")
    #expect(negated == plain.map { -$0 }, "\(what)")
  }

  private func expectClose(
    _ actual: [Float], _ expected: [Double], _ what: String, _ shape: ConvolutionShape, _ images: Int,
    _ kind: Convolution
  ) {
    let largest = expected.reduce(1e-6) { max($0, abs($1)) }
    let error = zip(actual, expected).reduce(0.0) { max($0, abs(Double($1.0) - $1.1)) }
    // F(4×4,3×3) and numbers in two parts round about ten times as coarsely as sums do.
    #expect(
      error <= (kind == .winograd || kind == .tiles ? 3e-5 : 1e-5) * largest,
      "\(what) of \(shape), \(images) images: off by \(error) of \(largest)")
  }
}
