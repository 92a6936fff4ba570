/// The sizes of a two-dimensional convolution with a square kernel, the same stride and zero padding on all sides.
///
/// Images are NHWC; weights are HWIO, `[kernelRow][kernelColumn][inputChannel][outputChannel]`, so that the weights of
/// a kernel row lie in memory as the pixels that they meet do.
public struct ConvolutionShape: Sendable, Equatable {
  public let inputHeight: Int
  public let inputWidth: Int
  public let inputChannels: Int
  public let outputChannels: Int
  public let kernel: Int
  public let stride: Int
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

  public init(
    inputHeight: Int, inputWidth: Int, inputChannels: Int, outputChannels: Int, kernel: Int, stride: Int, padding: Int
  ) {
    precondition(min(inputHeight, inputWidth, inputChannels, outputChannels, kernel, stride) > 0 && padding >= 0)
    precondition(min(inputHeight, inputWidth) + 2 * padding >= kernel, "the kernel is larger than the padded image")
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    outputHeight = (inputHeight + 2 * padding - kernel) / stride + 1
    outputWidth = (inputWidth + 2 * padding - kernel) / stride + 1
    outputPixels = outputHeight * outputWidth
    inputCount = inputHeight * inputWidth * inputChannels
    outputCount = outputPixels * outputChannels
    depth = kernel * kernel * inputChannels
    weightCount = depth * outputChannels
  }

  /// Multiplications and additions of one image's forward pass, padding counted in.
  public var multiplyAdds: Int { outputPixels * weightCount }
}
