import Testing

@testable import Numerics

/// What `ConvolutionTests` does not see: activations on the way in, and blocks on the way out.
@Suite struct WinogradTests {
  private func normals(_ count: Int, seed: UInt64) -> [Float] { ConvolutionProblem.normals(count, seed: seed) }

  /// Random shapes: the activation on the way in is the same as one made before, group by group.
  @Test func activationOnTheWayIn() throws {
    for seed in 0..<24 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 22)
      func pick(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(stream.uniform(0, Float(range.count) - 0.01))
      }
      let shape = ConvolutionShape(
        inputHeight: pick(1...13), inputWidth: pick(1...13), inputChannels: pick(1...40), outputChannels: pick(1...70),
        kernel: 3, stride: 1, padding: 1)
      let images = 2 * pick(1...5)
      let algorithm = try #require(WinogradConvolution(shape: shape))
      let batch = ConvolutionBatch(images: images, groups: 2, threads: 2, workspace: Workspace())
      let input = normals(images * shape.inputCount, seed: seed)
      let weights = normals(shape.weightCount, seed: seed + 100)
      let gradient = normals(images * shape.outputCount, seed: seed + 200)
      let factor = normals(2 * shape.inputChannels, seed: seed + 300)
      let constant = normals(2 * shape.inputChannels, seed: seed + 400)
      var activated = input
      for index in activated.indices {
        let group = index / (images / 2 * shape.inputCount)
        let table = group * shape.inputChannels + index % shape.inputChannels
        activated[index] = max(0, constant[table].addingProduct(input[index], factor[table]))
      }
      var (expected, actual) = ([Float](repeating: .nan, count: images * shape.outputCount), [Float]())
      actual = expected
      var (expectedGradient, actualGradient) = ([Float](repeating: .nan, count: shape.weightCount), [Float]())
      actualGradient = expectedGradient
      algorithm.forward(
        input: activated, activation: nil, weights: weights, output: &expected, batch: batch, then: nil)
      algorithm.weightGradient(
        input: activated, activation: nil, outputGradient: gradient, weightGradient: &expectedGradient, batch: batch)
      factor.withUnsafeBufferPointer { factor in
        constant.withUnsafeBufferPointer { constant in
          guard let factor = factor.baseAddress, let constant = constant.baseAddress else { return }
          let activation = InputActivation(factor: factor, constant: constant)
          algorithm.forward(
            input: input, activation: activation, weights: weights, output: &actual, batch: batch, then: nil)
          algorithm.weightGradient(
            input: input, activation: activation, outputGradient: gradient, weightGradient: &actualGradient,
            batch: batch)
        }
      }
      #expect(actual == expected, "seed \(seed): output of \(shape)")
      #expect(actualGradient == expectedGradient, "seed \(seed): weight gradient of \(shape)")
    }
  }

  /// Every row is handed out once, when it is written, and no block lies in two groups.
  @Test(arguments: Convolution.allCases) func blocksOnTheWayOut(_ kind: Convolution) {
    for shape in ConvolutionTests.shapes {
      let images = 12
      let algorithm = kind.algorithm(for: shape)
      let batch = ConvolutionBatch(images: images, groups: 3, threads: 3, workspace: Workspace())
      let input = normals(images * shape.inputCount, seed: 1)
      let weights = normals(shape.weightCount, seed: 2)
      let blocks = algorithm.outputBlocks(images: images, groups: 3)
      let output = FloatBuffer(capacity: images * shape.outputCount)
      let seen = FloatBuffer(capacity: images * shape.outputCount)
      let calls = FloatBuffer(capacity: blocks.count)
      output.pointer.update(repeating: .nan, count: images * shape.outputCount)
      let work = BlockWork { block in
        calls.pointer[block.index] += 1
        let (first, last) = (block.rows.lowerBound, block.rows.upperBound)
        for index in first * shape.outputChannels..<last * shape.outputChannels {
          seen.pointer[index] = output.pointer[index]
        }
      }
      algorithm.forward(
        input: input, activation: nil, weights: weights, output: output.pointer, batch: batch, then: work)
      #expect(calls.array(blocks.count).allSatisfy { $0 == 1 }, "\(kind), \(shape)")
      #expect(seen.array(images * shape.outputCount) == output.array(images * shape.outputCount), "\(kind), \(shape)")
      var next = 0
      for index in 0..<blocks.count {
        let block = blocks[index]
        #expect(block.rows.lowerBound == next)
        next = block.rows.upperBound
        let rowsPerGroup = images / 3 * shape.outputPixels
        #expect(block.rows.lowerBound / rowsPerGroup == block.group && (next - 1) / rowsPerGroup == block.group)
      }
      #expect(next == images * shape.outputPixels)
    }
  }
}
