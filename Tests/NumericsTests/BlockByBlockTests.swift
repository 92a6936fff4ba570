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

  @Test(arguments: Convolution.allCases) func gradientsAreThoseOfAGradientThatIsThere(_ kind: Convolution) {
    var stream = RandomStream(seed: 41, purpose: 23)
    var inTheCache = 0
    for shape in Self.shapes(&stream) {
      let (images, groups) = (10, 2)
      let algorithm = kind.algorithm(for: shape)
      let batch = ConvolutionBatch(images: images, groups: groups, threads: 2, workspace: Workspace())
      func numbers(_ count: Int) -> [Float] { stream.normals(count).map(Float.init) }
      let (input, weights) = (numbers(images * shape.inputCount), numbers(shape.weightCount))
      let (gradient, output) = (numbers(images * shape.outputCount), numbers(images * shape.outputCount))
      let coefficients = numbers(groups * 4 * shape.outputChannels)
      // By the definition: g · a + (x − mean) · b + c.
      var whole = gradient
      for index in whole.indices {
        let group = index / (images / groups * shape.outputCount)
        let table = group * 4 * shape.outputChannels + index % shape.outputChannels
        func coefficient(_ number: Int) -> Float { coefficients[table + number * shape.outputChannels] }
        let rest = coefficient(3).addingProduct(gradient[index], coefficient(1))
        whole[index] = rest.addingProduct(output[index] - coefficient(0), coefficient(2))
      }
      var expected = [Float](repeating: .nan, count: images * shape.inputCount)
      var expectedWeights = [Float](repeating: .nan, count: shape.weightCount)
      algorithm.weightGradient(
        input: input, activation: nil, outputGradient: whole, weightGradient: &expectedWeights, batch: batch)
      algorithm.dataGradient(
        outputGradient: whole, weights: weights, inputGradient: &expected, batch: batch, then: nil)
      if !algorithm.keepsOutputGradient { inTheCache += 1 }
      var actual = [Float](repeating: .nan, count: expected.count)
      var actualWeights = [Float](repeating: .nan, count: expectedWeights.count)
      var kept = [Float](repeating: .nan, count: gradient.count)
      let seen = Mutex<[Int]>([])
      let work = BlockWork { block in seen.withLock { $0.append(block.index) } }
      output.withUnsafeBufferPointer { output in
        gradient.withUnsafeBufferPointer { gradient in
          coefficients.withUnsafeBufferPointer { coefficients in
            kept.withUnsafeMutableBufferPointer { kept in
              guard let output = output.baseAddress, let gradient = gradient.baseAddress,
                let coefficients = coefficients.baseAddress
              else { return }
              algorithm.gradients(
                input: input, activation: nil,
                outputGradient: OutputGradient(gradient, output: output, coefficients: coefficients),
                weights: weights, kept: algorithm.keepsOutputGradient ? kept.baseAddress : nil,
                inputGradient: &actual, weightGradient: &actualWeights, batch: batch, then: work)
            }
          }
        }
      }
      let (same, sameWeights) = (actual == expected, actualWeights == expectedWeights)
      #expect(same, "input gradient: \(kind), \(shape)")
      #expect(sameWeights, "weight gradient: \(kind), \(shape)")
      let blocks = algorithm.inputBlocks(images: images, groups: groups)
      #expect(seen.withLock { $0.sorted() } == Array(0..<blocks.count), "\(kind), \(shape)")
    }
    if kind == .winograd { #expect(inTheCache >= 10, "of few channels both gradients are made together") }
  }

  @Test(arguments: Convolution.allCases) func inputIsMadeBeforeItIsRead(_ kind: Convolution) {
    var stream = RandomStream(seed: 42, purpose: 23)
    var inTheCache = 0
    for shape in Self.shapes(&stream) {
      let (images, groups) = (14, 2)
      let algorithm = kind.algorithm(for: shape)
      let batch = ConvolutionBatch(images: images, groups: groups, threads: 2, workspace: Workspace())
      let input = stream.normals(images * shape.inputCount).map(Float.init)
      let weights = stream.normals(shape.weightCount).map(Float.init)
      var expected = [Float](repeating: .nan, count: images * shape.outputCount)
      var actual = expected
      algorithm.forward(
        input: input, activation: nil, weights: weights, output: &expected, batch: batch, then: nil)
      if (algorithm as? WinogradConvolution)?.readsWholeBlocks == true { inTheCache += 1 }
      var made = [Float](repeating: .nan, count: input.count)
      made.withUnsafeMutableBufferPointer { made in
        guard let base = made.baseAddress else { return }
        nonisolated(unsafe) let target = base
        let work = BlockWork { block in
          for index in block.rows.lowerBound * shape.inputChannels..<block.rows.upperBound * shape.inputChannels {
            target[index] = input[index]
          }
        }
        algorithm.forward(making: target, by: work, weights: weights, output: &actual, batch: batch, then: nil)
      }
      let (same, whole) = (actual == expected, made == input)
      #expect(same, "output: \(kind), \(shape)")
      #expect(whole, "input: \(kind), \(shape)")
    }
    if kind == .winograd { #expect(inTheCache >= 10, "blocks of whole images are made one by one") }
  }
}
