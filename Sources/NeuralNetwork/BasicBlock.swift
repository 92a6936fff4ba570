import Numerics

/// ResNet's block: ReLU(BN(conv(ReLU(BN(conv(x))))) + shortcut(x)), the shortcut being x itself or BN(1×1 conv(x))
/// where the block changes resolution or width.
///
/// He et al.: Deep Residual Learning (CVPR 2016), Figure 2; names as in torchvision.
final class BasicBlock {
  private let convolution1: ConvolutionLayer
  private let normalisation1: BatchNormalisation
  private let convolution2: ConvolutionLayer
  private let normalisation2: BatchNormalisation
  private let downsample: (convolution: ConvolutionLayer, normalisation: BatchNormalisation)?
  private var input: FloatBuffer?

  var outputShape: ConvolutionShape { convolution2.shape }

  /// - Parameters side, inputs: height and width, and channels, of what comes in.
  init(_ name: String, side: Int, inputs: Int, outputs: Int, stride: Int, store: ParameterStore) {
    func shape(side: Int, inputs: Int, kernel: Int, stride: Int) -> ConvolutionShape {
      ConvolutionShape(
        inputHeight: side, inputWidth: side, inputChannels: inputs, outputChannels: outputs, kernel: kernel,
        stride: stride, padding: kernel / 2)
    }
    let first = shape(side: side, inputs: inputs, kernel: 3, stride: stride)
    convolution1 = ConvolutionLayer(name + ".conv1", shape: first, store: store)
    normalisation1 = BatchNormalisation(name + ".bn1", channels: outputs, rectifies: true, store: store)
    convolution2 = ConvolutionLayer(
      name + ".conv2", shape: shape(side: first.outputHeight, inputs: outputs, kernel: 3, stride: 1), store: store)
    normalisation2 = BatchNormalisation(name + ".bn2", channels: outputs, rectifies: true, store: store)
    downsample =
      stride == 1 && inputs == outputs
      ? nil
      : (
        ConvolutionLayer(
          name + ".downsample.0", shape: shape(side: side, inputs: inputs, kernel: 1, stride: stride), store: store),
        BatchNormalisation(name + ".downsample.1", channels: outputs, rectifies: false, store: store)
      )
  }

  func initialise(_ stream: inout RandomStream) {
    for convolution in [convolution1, convolution2, downsample?.convolution] { convolution?.initialise(&stream) }
    for normalisation in [normalisation1, normalisation2, downsample?.normalisation] { normalisation?.initialise() }
  }

  func forward(_ input: FloatBuffer, _ pass: Pass) -> FloatBuffer {
    self.input = input
    let pixels = outputShape.outputPixels
    let hidden = normalisation1.forward(convolution1.forward(input, pass), rowsPerImage: pixels, pass)
    var shortcut = input
    if let (convolution, normalisation) = downsample {
      shortcut = normalisation.forward(convolution.forward(input, pass), rowsPerImage: pixels, pass)
    }
    return normalisation2.forward(
      convolution2.forward(hidden, pass), residual: shortcut, rowsPerImage: pixels, pass)
  }

  /// Takes ∂loss/∂output, which it gives back to `pool`, and returns ∂loss/∂input from `pool`.
  func backward(_ gradient: FloatBuffer, _ pool: BufferPool, _ pass: Pass) -> FloatBuffer {
    guard let input else { preconditionFailure("backward before forward") }
    let pixels = outputShape.outputPixels
    // `gradient` becomes the shortcut's gradient, `inner` the residual branch's.
    let inner = pool.take(pass.images * outputShape.outputCount)
    normalisation2.backward(gradient, input: convolution2.output, inputGradient: inner, rowsPerImage: pixels, pass)
    let hidden = pool.take(pass.images * outputShape.inputCount)
    convolution2.backward(inner, input: normalisation1.output, inputGradient: hidden, pass)
    pool.give(inner)
    normalisation1.backward(hidden, input: convolution1.output, inputGradient: hidden, rowsPerImage: pixels, pass)
    let count = pass.images * convolution1.shape.inputCount
    let result = pool.take(count)
    convolution1.backward(hidden, input: input, inputGradient: result, pass)
    pool.give(hidden)
    if let (convolution, normalisation) = downsample {
      normalisation.backward(
        gradient, input: convolution.output, inputGradient: gradient, rowsPerImage: pixels, pass)
      let shortcut = pool.take(count)
      convolution.backward(gradient, input: input, inputGradient: shortcut, pass)
      Elementwise.add(shortcut, to: result, count: count, threads: pass.threads)
      pool.give(shortcut)
    } else {
      Elementwise.add(gradient, to: result, count: count, threads: pass.threads)
    }
    pool.give(gradient)
    return result
  }

  /// The layers in the order in which they run, with what they put out.
  func outputs(_ images: Int) -> [(name: String, buffer: FloatBuffer, count: Int)] {
    let count = images * outputShape.outputCount
    var list = [
      (convolution1.name, convolution1.output, count), (normalisation1.name, normalisation1.output, count),
    ]
    if let (convolution, normalisation) = downsample {
      list += [(convolution.name, convolution.output, count), (normalisation.name, normalisation.output, count)]
    }
    return list + [
      (convolution2.name, convolution2.output, count), (normalisation2.name, normalisation2.output, count),
    ]
  }

  /// Multiplications and additions of one image's forward pass.
  var multiplyAdds: Int {
    convolution1.shape.multiplyAdds + convolution2.shape.multiplyAdds
      + (downsample?.convolution.shape.multiplyAdds ?? 0)
  }
}
