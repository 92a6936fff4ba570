import Numerics

/// ResNet-18 in the form that CIFAR is trained with: a 3×3 stem of stride 1, no max-pool, four stages of two basic
/// blocks with `width`, 2, 4 and 8 times `width` channels, and global average pooling.
///
/// Width 64 is the paper's. Tensor names are torchvision's, without the classifier.
final class ResNet18 {
  let width: Int
  let inputChannels: Int
  let side: Int
  private let stem: ConvolutionLayer
  private let stemNormalisation: BatchNormalisation
  private let blocks: [BasicBlock]
  /// Height and width of what the last block puts out.
  private let outputSide: Int
  private let pool: GlobalAveragePool
  private let gradients = BufferPool()
  private var input: FloatBuffer?

  /// Dimensions of the backbone's features.
  var featureCount: Int { 8 * width }

  init(width: Int, inputChannels: Int, side: Int, store: ParameterStore) {
    self.width = width
    self.inputChannels = inputChannels
    self.side = side
    stem = ConvolutionLayer(
      "conv1",
      shape: ConvolutionShape(
        inputHeight: side, inputWidth: side, inputChannels: inputChannels, outputChannels: width, kernel: 3, stride: 1,
        padding: 1), store: store)
    stemNormalisation = BatchNormalisation("bn1", channels: width, store: store)
    var blocks: [BasicBlock] = []
    var (side, channels) = (side, width)
    for stage in 0..<4 {
      for index in 0..<2 {
        let block = BasicBlock(
          "layer\(stage + 1).\(index)", side: side, inputs: channels, outputs: width << stage,
          stride: stage > 0 && index == 0 ? 2 : 1, store: store)
        (side, channels) = (block.outputShape.outputHeight, width << stage)
        blocks.append(block)
      }
    }
    self.blocks = blocks
    outputSide = side
    pool = GlobalAveragePool(pixels: side * side, channels: channels)
  }

  func initialise(_ stream: inout RandomStream) {
    stem.initialise(&stream)
    stemNormalisation.initialise()
    for block in blocks { block.initialise(&stream) }
  }

  /// - Parameter input: images × side × side × inputChannels.
  /// - Returns: images × featureCount, valid until the next call.
  func forward(_ input: FloatBuffer, _ pass: Pass) -> FloatBuffer {
    self.input = input
    stem.forward(input, into: stemNormalisation, pass)
    var features = stemNormalisation.normalising(
      stem.output, rectifies: true, rows: pass.images * stem.shape.outputPixels)
    for block in blocks { features = block.forward(features, pass) }
    return pool.forward(features.made(pixels(pass), pass), pass)
  }

  /// The blocks of the last layer's rows.
  private func pixels(_ pass: Pass) -> RowBlocks {
    RowBlocks(
      height: outputSide, width: outputSide, channels: pool.channels, images: pass.images, groups: pass.views)
  }

  /// Sets the gradients of all parameters from ∂loss/∂features.
  func backward(_ gradient: FloatBuffer, _ pass: Pass) {
    guard let input else { preconditionFailure("backward before forward") }
    guard let last = blocks.last else { return }
    let pixels = pixels(pass)
    var current = gradients.take(pass.images * pool.pixels * pool.channels)
    pool.backward(gradient, inputGradient: current, pass)
    let collect = last.receive(current, adding: nil, pixels)
    collect.run(pixels, threads: pass.threads)
    for index in blocks.indices.reversed() {
      current = blocks[index].backward(current, gradients, pass) { result, other, parts in
        index > 0
          ? blocks[index - 1].receive(result, adding: other, parts)
          : stemNormalisation.gradientSums(
            of: result, adding: other, mask: .output(stemNormalisation.output), input: stem.output, parts)
      }
    }
    let stemGradient = stemNormalisation.finishBackward(
      current, input: stem.output, blocks[0].inputBlocks(pass), pass)
    stem.weightGradient(stemGradient, input: input, kept: current, pass)
    gradients.give(current)
  }

  /// The layers in the order in which they run, with what they put out.
  func outputs(_ images: Int) -> [LayerOutput] {
    let count = images * stem.shape.outputCount
    return [
      LayerOutput(stem.name, stem.output, count),
      LayerOutput(stemNormalisation.name, stemNormalisation.output, count),
    ] + blocks.flatMap { $0.outputs(images) } + [LayerOutput("avgpool", pool.output, images * pool.channels)]
  }

  /// Multiplications and additions of one image's forward pass.
  var multiplyAdds: Int { blocks.reduce(stem.shape.multiplyAdds) { $0 + $1.multiplyAdds } }
}
