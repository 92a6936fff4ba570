import Testing

@testable import Numerics

/// When lines are cut into strips, what each needs, and that sums made strip by strip are the convolution's.
@Suite struct TileStripsTests {
  static func shape(_ height: Int, _ width: Int, _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 2)
    -> ConvolutionShape
  {
    ConvolutionShape(
      inputHeight: height, inputWidth: width, inputChannels: inputs, outputChannels: outputs, kernel: kernel,
      stride: stride, padding: kernel / 2)
  }

  @Test func needsEachLineOnce() {
    let strips = TileStrips(lines: 2, meets: [0..<1, 0..<2, 1..<2, 1..<3, 2..<3, 2..<3])
    #expect(strips.newLines == [0..<2, 2..<3, 3..<3])
    #expect(strips.linesMet == 2 && strips.count == 3)
    // Lines that meet none, at the border or between those of a stride.
    let gaps = TileStrips(lines: 1, meets: [0..<0, 0..<1, 0..<0, 1..<2])
    #expect(gaps.newLines == [0..<0, 0..<1, 1..<1, 1..<2])
    #expect(gaps.linesMet == 1)
    #expect(TileStrips(lines: 4, meets: [0..<1, 0..<2, 1..<3, 2..<3]).newLines == [0..<3])
  }

  /// Only where sums are many and weights are few.
  @Test func cutsWhatOutgrowsTheCache() {
    func data(_ shape: ConvolutionShape) -> TileStrips { TileMapping(dataGradient: shape).strips }
    let strided = Self.shape(32, 32, 64, 128)
    #expect(data(strided).lines == 2 && data(strided).count == 16)
    #expect(TileMapping(forward: strided).strips.count == 1)
    #expect(data(Self.shape(32, 32, 64, 128, kernel: 1)).count == 16)
    #expect(data(Self.shape(27, 32, 32, 32)).lines == 3)
    #expect(data(Self.shape(16, 16, 64, 128)).count == 1, "2 MiB of sums")
    #expect(data(Self.shape(32, 32, 256, 512)).count == 1, "4.5 MiB of weights")
    #expect(data(Self.shape(32, 32, 64, 64, stride: 1)).count == 1, "images one by one")
  }

  /// Against the direct sums; each block of rows is turned into its negative when it is handed out.
  @Test(
    .enabled(if: MatrixTiles.areAvailable, "a processor with tiles"),
    arguments: [shape(32, 32, 32, 64), shape(27, 32, 32, 32), shape(24, 24, 64, 64, stride: 1)])
  func dataGradientOfStrips(_ shape: ConvolutionShape) throws {
    #expect(TileMapping(dataGradient: shape).strips.count > 1)
    let tiles = try #require(TileConvolution(shape: shape))
    // A whole block and a part of one in each group.
    let images = 70
    var stream = RandomStream(seed: UInt64(shape.inputCount), purpose: 30)
    let gradient = stream.normals(images * shape.outputCount).map(Float.init)
    let weights = stream.normals(shape.weightCount).map(Float.init)
    func negative(_ algorithm: any ConvolutionAlgorithm, threads: Int) -> [Float] {
      var numbers = [Float](repeating: .nan, count: images * shape.inputCount)
      let batch = ConvolutionBatch(images: images, groups: 2, threads: threads, workspace: Workspace())
      let channels = shape.inputChannels
      numbers.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        nonisolated(unsafe) let target = base
        algorithm.dataGradient(
          outputGradient: gradient, weights: weights, inputGradient: target, batch: batch,
          then: BlockWork { block in
            for place in block.rows.lowerBound * channels..<block.rows.upperBound * channels {
              target[place] = -target[place]
            }
          })
      }
      return numbers
    }
    let expected = negative(DirectConvolution(shape: shape), threads: 2)
    let actual = negative(tiles, threads: 1)
    let largest = expected.reduce(0) { max($0, abs($1)) }
    let wrong = actual.indices.first { !(abs(actual[$0] - expected[$0]) <= 1.2e-5 * largest) }
    #expect(wrong == nil, "\(shape)")
    for threads in [2, 3] { #expect(negative(tiles, threads: threads) == actual, "\(shape), \(threads) threads") }
  }

  /// Forward too, where lines are no multiple of sixteen pixels; and with the depth in parts besides.
  @Test(
    .enabled(if: MatrixTiles.areAvailable, "a processor with tiles"),
    arguments: [shape(24, 24, 64, 64, stride: 1), shape(24, 24, 128, 128, stride: 1)])
  func forwardOfStrips(_ shape: ConvolutionShape) throws {
    #expect(TileMapping(forward: shape).strips.count > 1)
    let tiles = try #require(TileConvolution(shape: shape))
    let images = 3
    var stream = RandomStream(seed: UInt64(shape.inputCount), purpose: 31)
    let input = stream.normals(images * shape.inputCount).map(Float.init)
    let weights = stream.normals(shape.weightCount).map(Float.init)
    func solve(_ algorithm: any ConvolutionAlgorithm) -> [Float] {
      var output = [Float](repeating: .nan, count: images * shape.outputCount)
      let batch = ConvolutionBatch(images: images, threads: 2, workspace: Workspace())
      algorithm.forward(input: input, activation: nil, weights: weights, output: &output, batch: batch, then: nil)
      return output
    }
    let (expected, actual) = (solve(DirectConvolution(shape: shape)), solve(tiles))
    let largest = expected.reduce(0) { max($0, abs($1)) }
    let wrong = actual.indices.first { !(abs(actual[$0] - expected[$0]) <= 1.2e-5 * largest) }
    #expect(wrong == nil, "\(shape)")
  }
}
