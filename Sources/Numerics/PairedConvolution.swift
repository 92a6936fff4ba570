/// 3×3 convolution to few channels, two neighbouring pixels at a time, so that a vector of sixteen is filled.
///
/// In NHWC two neighbouring pixels of C channels are one pixel of 2C. To compute such a pixel is a convolution with a
/// kernel of 3×4, stride 2 along the rows, whose weights are those of the 3×3 kernel twice, moved by one column, and
/// zero where they do not reach: six of eight products count, where a half-filled vector would make four of eight.
struct PairedConvolution: ConvolutionAlgorithm {
  let shape: ConvolutionShape
  private let forward: DirectConvolution
  /// The data gradient as the forward convolution that it is, with the roles of the channels exchanged.
  private let mirrored: DirectConvolution
  private let mirroredIsPaired: Bool

  /// Output channels up to which pairing is the faster.
  private static let mostChannels = 8

  /// nil where the shape is not one for pairs.
  init?(shape: ConvolutionShape) {
    guard shape.kernelHeight == 3, shape.kernelWidth == 3, shape.strideHeight == 1, shape.strideWidth == 1,
      shape.padding == 1, shape.inputWidth % 2 == 0, shape.outputChannels <= Self.mostChannels
    else { return nil }
    self.shape = shape
    forward = DirectConvolution(
      shape: Self.paired(shape, inputs: shape.inputChannels, outputs: shape.outputChannels))
    mirroredIsPaired = shape.inputChannels <= Self.mostChannels
    mirrored =
      mirroredIsPaired
      ? DirectConvolution(shape: Self.paired(shape, inputs: shape.outputChannels, outputs: shape.inputChannels))
      : DirectConvolution(shape: shape)
  }

  private static func paired(_ shape: ConvolutionShape, inputs: Int, outputs: Int) -> ConvolutionShape {
    ConvolutionShape(
      inputHeight: shape.inputHeight, inputWidth: shape.inputWidth, inputChannels: inputs, outputChannels: 2 * outputs,
      kernel: (3, 4), stride: (1, 2), padding: 1)
  }

  func forward(
    input: UnsafePointer<Float>, activation: InputActivation?, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?
  ) {
    let wide = batch.workspace.zeros(forward.shape.weightCount)
    eachWeight { tap, input, output, pixel, wideTap in
      wide[(wideTap * shape.inputChannels + input) * 2 * shape.outputChannels + pixel * shape.outputChannels + output] =
        weights[(tap * shape.inputChannels + input) * shape.outputChannels + output]
    }
    forward.forward(
      input: input, activation: activation, weights: wide, output: output, batch: batch,
      blocks: outputBlocks(images: batch.images, groups: batch.groups), then: then)
  }

  func dataGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    batch: ConvolutionBatch, then: BlockWork?
  ) {
    guard mirroredIsPaired else {
      return mirrored.dataGradient(
        outputGradient: outputGradient, weights: weights, inputGradient: inputGradient, batch: batch, then: then)
    }
    let wide = batch.workspace.zeros(mirrored.shape.weightCount)
    eachWeight { tap, input, output, pixel, wideTap in
      // Tap 8 − t is tap t turned by half a circle.
      wide[(wideTap * shape.outputChannels + output) * 2 * shape.inputChannels + pixel * shape.inputChannels + input] =
        weights[((8 - tap) * shape.inputChannels + input) * shape.outputChannels + output]
    }
    mirrored.forward(
      input: outputGradient, activation: nil, weights: wide, output: inputGradient, batch: batch,
      blocks: inputBlocks(images: batch.images, groups: batch.groups), then: then)
  }

  func weightGradient(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch
  ) {
    let wide = batch.workspace.zeros(forward.shape.weightCount)
    forward.weightGradient(
      input: input, activation: activation, outputGradient: outputGradient, weightGradient: wide, batch: batch)
    weightGradient.update(repeating: 0, count: shape.weightCount)
    eachWeight { tap, input, output, pixel, wideTap in
      weightGradient[(tap * shape.inputChannels + input) * shape.outputChannels + output] +=
        wide[
          (wideTap * shape.inputChannels + input) * 2 * shape.outputChannels + pixel * shape.outputChannels + output]
    }
  }

  /// Calls `body` for each weight and each of the two pixels, with the tap of the 3×4 kernel that stands for it there.
  @inline(__always)
  private func eachWeight(_ body: (_ tap: Int, _ input: Int, _ output: Int, _ pixel: Int, _ wideTap: Int) -> Void) {
    for tap in 0..<9 {
      for pixel in 0..<2 {
        for input in 0..<shape.inputChannels {
          for output in 0..<shape.outputChannels { body(tap, input, output, pixel, tap / 3 * 4 + tap % 3 + pixel) }
        }
      }
    }
  }
}
