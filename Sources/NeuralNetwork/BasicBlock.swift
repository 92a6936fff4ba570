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
  /// The blocks in which the gradient at hand was received.
  private var received: RowBlocks?

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
    normalisation1 = BatchNormalisation(name + ".bn1", channels: outputs, store: store)
    convolution2 = ConvolutionLayer(
      name + ".conv2", shape: shape(side: first.outputHeight, inputs: outputs, kernel: 3, stride: 1), store: store)
    normalisation2 = BatchNormalisation(name + ".bn2", channels: outputs, store: store)
    downsample =
      stride == 1 && inputs == outputs
      ? nil
      : (
        ConvolutionLayer(
          name + ".downsample.0", shape: shape(side: side, inputs: inputs, kernel: 1, stride: stride), store: store),
        BatchNormalisation(name + ".downsample.1", channels: outputs, store: store)
      )
  }

  func initialise(_ stream: inout RandomStream) {
    for convolution in [convolution1, convolution2, downsample?.convolution] { convolution?.initialise(&stream) }
    for normalisation in [normalisation1, normalisation2, downsample?.normalisation] { normalisation?.initialise() }
  }

  /// The blocks in which `backward` hands out ∂loss/∂input.
  func inputBlocks(_ pass: Pass) -> RowBlocks { convolution1.inputBlocks(pass) }

  /// ReLU's output.
  private var output: FloatBuffer { normalisation2.output }

  /// - Returns: the output, to be made by whoever reads it.
  func forward(_ pending: PendingRows, _ pass: Pass) -> PendingRows {
    let input = pending.rows
    self.input = input
    convolution1.forward(pending, into: normalisation1, pass)
    if convolution2.readsActivations {
      // Normalised and rectified as it is read, and again in the backward pass: it never lies in memory.
      convolution2.forward(
        convolution1.output, activation: normalisation1.activation, into: normalisation2, pass)
    } else {
      let hidden = normalisation1.normalise(
        convolution1.output, rectifies: true, convolution1.outputBlocks(pass), pass)
      convolution2.forward(hidden, into: normalisation2, pass)
    }
    var residual = BatchNormalisation.Residual.plain(input)
    if let (convolution, normalisation) = downsample {
      convolution.forward(input, into: normalisation, pass)
      residual = .normalised(convolution.output, normalisation)
    }
    return normalisation2.normalising(
      convolution2.output, residual: residual, rectifies: true, rows: pass.images * outputShape.outputPixels)
  }

  /// What has to be called for each block of `gradient`, ∂loss/∂output less `other`, that is written.
  func receive(
    _ gradient: FloatBuffer, adding other: FloatBuffer?, _ blocks: RowBlocks
  ) -> BlockWork {
    received = blocks
    let main = normalisation2.gradientSums(
      of: gradient, adding: other, mask: .output(output), input: convolution2.output, blocks)
    guard let (convolution, normalisation) = downsample else { return main }
    let shortcut = normalisation.gradientSums(of: gradient, mask: .none, input: convolution.output, blocks)
    return main.followed(by: shortcut)
  }

  /// Takes the gradient that `receive` was given, which it gives back to `pool`, and returns ∂loss/∂input from `pool`,
  /// handed block by block to what `below` makes of it.
  func backward(
    _ gradient: FloatBuffer, _ pool: BufferPool, _ pass: Pass,
    below: (FloatBuffer, FloatBuffer?, RowBlocks) -> BlockWork
  ) -> FloatBuffer {
    guard let input, let received else { preconditionFailure("backward before forward") }
    let outputCount = pass.images * outputShape.outputCount
    let inputCount = pass.images * convolution1.shape.inputCount
    // Where `gradient` is needed again, what is made of it takes a block of its own.
    var inner: FloatBuffer?
    let main = normalisation2.finishBackward(gradient, input: convolution2.output, received, pass)
    let shortcut = downsample.map { layers in
      layers.normalisation.finishBackward(gradient, input: layers.convolution.output, received, pass)
    }
    let hidden = pool.take(pass.images * outputShape.inputCount)
    let blocks = convolution2.inputBlocks(pass)
    let activated = convolution2.readsActivations
    convolution2.backward(
      main, input: activated ? convolution1.output : normalisation1.output,
      activation: activated ? normalisation1.activation : nil,
      kept: {
        let buffer = pool.take(outputCount)
        inner = buffer
        return buffer
      },
      inputGradient: hidden, pass,
      then: normalisation1.gradientSums(of: hidden, mask: .normalised, input: convolution1.output, blocks))
    if let inner { pool.give(inner) }
    var other = gradient
    if let downsample, let shortcut {
      other = pool.take(inputCount)
      downsample.convolution.backward(
        shortcut, input: input, kept: { gradient }, inputGradient: other, pass)
      pool.give(gradient)
    }
    let result = pool.take(inputCount)
    convolution1.backward(
      normalisation1.finishBackward(hidden, input: convolution1.output, blocks, pass), input: input, kept: { hidden },
      inputGradient: result, pass, then: below(result, other, convolution1.inputBlocks(pass)))
    pool.give(hidden)
    pool.give(other)
    return result
  }

  /// The layers in the order in which they run, with how many numbers of what they put out.
  func outputs(_ images: Int) -> [LayerOutput] {
    let count = images * outputShape.outputCount
    var list = [
      LayerOutput(convolution1.name, convolution1.output, count), LayerOutput(normalisation1),
    ]
    if let (convolution, normalisation) = downsample {
      list += [LayerOutput(convolution.name, convolution.output, count), LayerOutput(normalisation)]
    }
    return list + [
      LayerOutput(convolution2.name, convolution2.output, count),
      LayerOutput(normalisation2.name, normalisation2.output, count),
    ]
  }

  /// Multiplications and additions of one image's forward pass.
  var multiplyAdds: Int {
    convolution1.shape.multiplyAdds + convolution2.shape.multiplyAdds
      + (downsample?.convolution.shape.multiplyAdds ?? 0)
  }
}
