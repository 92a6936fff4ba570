/// The sizes of a two-dimensional convolution with zero padding.
///
/// Images are NHWC; weights are HWIO, `[kernelRow][kernelColumn][inputChannel][outputChannel]`, so that the weights of
/// a kernel row lie in memory as the pixels that they meet do.
public struct ConvolutionShape: Sendable, Equatable {
  public let inputHeight: Int
  public let inputWidth: Int
  public let inputChannels: Int
  public let outputChannels: Int
  public let kernelHeight: Int
  public let kernelWidth: Int
  public let strideHeight: Int
  public let strideWidth: Int
  /// Zeros on each of the four sides.
  public let padding: Int
  public let outputHeight: Int
  public let outputWidth: Int
  public let outputPixels: Int
  /// Numbers of one input image.
  public let inputCount: Int
  /// Numbers of one output image.
  public let outputCount: Int
  /// Numbers that meet in one output: kernel area × input channels.
  public let depth: Int
  public let weightCount: Int

  /// A square kernel with the same stride along both sides.
  public init(
    inputHeight: Int, inputWidth: Int, inputChannels: Int, outputChannels: Int, kernel: Int, stride: Int, padding: Int
  ) {
    self.init(
      inputHeight: inputHeight, inputWidth: inputWidth, inputChannels: inputChannels, outputChannels: outputChannels,
      kernel: (kernel, kernel), stride: (stride, stride), padding: padding)
  }

  /// - Parameters kernel, stride: along the height and along the width.
  init(
    inputHeight: Int, inputWidth: Int, inputChannels: Int, outputChannels: Int, kernel: (Int, Int),
    stride: (Int, Int), padding: Int
  ) {
    precondition(
      min(inputHeight, inputWidth, inputChannels, outputChannels) > 0 && min(kernel.0, kernel.1) > 0
        && min(stride.0, stride.1) > 0 && padding >= 0, "sizes are positive")
    precondition(
      inputHeight + 2 * padding >= kernel.0 && inputWidth + 2 * padding >= kernel.1,
      "the kernel is larger than the padded image")
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    (kernelHeight, kernelWidth) = kernel
    (strideHeight, strideWidth) = stride
    self.padding = padding
    outputHeight = (inputHeight + 2 * padding - kernel.0) / stride.0 + 1
    outputWidth = (inputWidth + 2 * padding - kernel.1) / stride.1 + 1
    outputPixels = outputHeight * outputWidth
    inputCount = inputHeight * inputWidth * inputChannels
    outputCount = outputPixels * outputChannels
    depth = kernel.0 * kernel.1 * inputChannels
    weightCount = depth * outputChannels
  }

  /// Multiplications and additions of one image's forward pass, padding counted in.
  public var multiplyAdds: Int { outputPixels * weightCount }
}
