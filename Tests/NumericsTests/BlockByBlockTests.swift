import Synchronization
import Testing

@testable import Numerics

/// Convolutions whose input, or whose output's gradient, is made on the way: the same bits as where it was there before.
@Suite struct BlockByBlockTests {
  /// Random shapes of the kinds that take blocks whole, and the corners of `ConvolutionTests`.
  private static func shapes(_ stream: inout RandomStream) -> [ConvolutionShape] {
    func pick(_ range: ClosedRange<Int>) -> Int {
      range.lowerBound + Int(stream.uniform(0, Float(range.count) - 0.01))
    }
    return (0..<12).map { _ in
      ConvolutionTests.shape(pick(1...18), pick(1...18), pick(1...34), pick(1...34), kernel: 3)
    } + [ConvolutionTests.shape(32, 32, 16, 16, kernel: 3), ConvolutionTests.shape(33, 30, 16, 32, kernel: 3)]
      + ConvolutionTests.shapes
  }

  /// The layers of small networks of which both gradients are made together, and others of which they are not.
  @Test(arguments: [
    (16, 32, true), (16, 16, true), (32, 32, true), (32, 16, true), (32, 8, true), (64, 8, false), (64, 32, false),
    (128, 4, false),
  ])
  func fewChannelsFitTheCache(_ layer: (channels: Int, side: Int, fits: Bool)) throws {
    let shape = ConvolutionTests.shape(layer.side, layer.side, layer.channels, layer.channels, kernel: 3)
    let algorithm = try #require(WinogradConvolution(shape: shape))
    #expect(algorithm.keepsOutputGradient == !layer.fits)
    #expect(algorithm.readsWholeBlocks == (layer.fits || layer.side <= 16))
  }

  @Test(arguments: Convolution.allCases) func gradientsAreThoseOfAGradientThatIsThere(_ kind: Convolution) {
    var stream = RandomStream(seed: 41, purpose: 23)
    for (index, shape) in Self.shapes(&stream).enumerated() {
      let (images, groups) = (10, 2)
      let algorithm = kind.algorithm(for: shape)
      let batch = ConvolutionBatch(
        images: images, groups: groups, threads: [1, 2, 9][index % 3], workspace: Workspace())
      func numbers(_ count: Int) -> [Float] { stream.normals(count).map(Float.init) }
      let (input, weights) = (numbers(images * shape.inputCount), numbers(shape.weightCount))
      let (gradient, output) = (numbers(images * shape.outputCount), numbers(images * shape.outputCount))
      let tables = numbers(groups * (4 * shape.outputChannels + 2 * shape.inputChannels))
      // By the definition: g · a + (x − mean) · b + c.
      var whole = gradient
      for index in whole.indices {
        let group = index / (images / groups * shape.outputCount)
        let table = group * 4 * shape.outputChannels + index % shape.outputChannels
        func coefficient(_ number: Int) -> Float { tables[table + number * shape.outputChannels] }
        let rest = coefficient(3).addingProduct(gradient[index], coefficient(1))
        whole[index] = rest.addingProduct(output[index] - coefficient(0), coefficient(2))
      }
      var expected = [Float](repeating: .nan, count: images * shape.inputCount)
      var expectedWeights = [Float](repeating: .nan, count: shape.weightCount)
      var actual = expected
      var actualWeights = expectedWeights
      var kept = [Float](repeating: .nan, count: gradient.count)
      let seen = Mutex<[Int]>([])
      tables.withUnsafeBufferPointer { tables in
        guard let coefficients = tables.baseAddress else { return }
        let factor = coefficients + groups * 4 * shape.outputChannels
        let activation =
          algorithm.readsActivations
          ? InputActivation(factor: factor, constant: factor + groups * shape.inputChannels) : nil
        algorithm.weightGradient(
          input: input, activation: activation, outputGradient: whole, weightGradient: &expectedWeights, batch: batch)
        algorithm.dataGradient(
          outputGradient: whole, weights: weights, inputGradient: &expected, batch: batch, then: nil)
        actual.withUnsafeMutableBufferPointer { actual in
          kept.withUnsafeMutableBufferPointer { kept in
            output.withUnsafeBufferPointer { output in
              gradient.withUnsafeBufferPointer { gradient in
                guard let base = actual.baseAddress, let output = output.baseAddress,
                  let gradient = gradient.baseAddress
                else { return }
                nonisolated(unsafe) let target = base
                // Whatever is not yet written, is written again or is handed out twice is not the negative afterwards.
                let work = BlockWork(reads: [output]) { block in
                  for place in block.rows.lowerBound * shape.inputChannels..<block.rows.upperBound * shape.inputChannels
                  { target[place] = -target[place] }
                  seen.withLock { $0.append(block.index) }
                }
                algorithm.gradients(
                  input: input, activation: activation,
                  outputGradient: OutputGradient(gradient, output: output, coefficients: coefficients),
                  weights: weights, kept: algorithm.keepsOutputGradient ? kept.baseAddress : nil,
                  inputGradient: target, weightGradient: &actualWeights, batch: batch, then: work)
              }
            }
          }
        }
      }
      let (same, sameWeights) = (actual == expected.map { -$0 }, actualWeights == expectedWeights)
      #expect(same, "input gradient: \(kind), \(shape)")
      #expect(sameWeights, "weight gradient: \(kind), \(shape)")
      let blocks = algorithm.inputBlocks(images: images, groups: groups)
      #expect(seen.withLock { $0.sorted() } == Array(0..<blocks.count), "\(kind), \(shape)")
    }
  }

  @Test(arguments: Convolution.allCases) func inputIsMadeOnceBeforeItIsRead(_ kind: Convolution) {
    var stream = RandomStream(seed: 42, purpose: 23)
    for (index, shape) in Self.shapes(&stream).enumerated() {
      let (images, groups) = (14, 2)
      let algorithm = kind.algorithm(for: shape)
      let batch = ConvolutionBatch(
        images: images, groups: groups, threads: [1, 2, 9][index % 3], workspace: Workspace())
      let input = stream.normals(images * shape.inputCount).map(Float.init)
      let weights = stream.normals(shape.weightCount).map(Float.init)
      var expected = [Float](repeating: .nan, count: images * shape.outputCount)
      var actual = expected
      algorithm.forward(
        input: input, activation: nil, weights: weights, output: &expected, batch: batch, then: nil)
      // Made by addition: twice would be twice as much.
      var made = [Float](repeating: 0, count: input.count)
      made.withUnsafeMutableBufferPointer { made in
        guard let base = made.baseAddress else { return }
        nonisolated(unsafe) let target = base
        let work = BlockWork { block in
          for index in block.rows.lowerBound * shape.inputChannels..<block.rows.upperBound * shape.inputChannels {
            target[index] += input[index]
          }
        }
        algorithm.forward(making: target, by: work, weights: weights, output: &actual, batch: batch, then: nil)
      }
      let (same, whole) = (actual == expected, made == input)
      #expect(same, "output: \(kind), \(shape)")
      #expect(whole, "input: \(kind), \(shape)")
    }
  }
}
