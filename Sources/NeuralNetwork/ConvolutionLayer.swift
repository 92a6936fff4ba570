import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A convolution without bias, NHWC.
final class ConvolutionLayer {
  let name: String
  private let store: ParameterStore
  private let weight: ParameterStore.Slot
  private let algorithm: any ConvolutionAlgorithm
  let output = FloatBuffer()

  var shape: ConvolutionShape { algorithm.shape }

  init(_ name: String, shape: ConvolutionShape, store: ParameterStore, algorithm: (any ConvolutionAlgorithm)? = nil) {
    self.name = name
    self.store = store
    self.algorithm = algorithm ?? Convolution.best(for: shape)
    weight = store.declare(
      name + ".weight", shape: [shape.outputChannels, shape.inputChannels, shape.kernelHeight, shape.kernelWidth])
  }

  /// Kaiming normal, fan out, gain of ReLU, as torchvision initialises its ResNets.
  func initialise(_ stream: inout RandomStream) {
    let deviation = (2 / Double(shape.outputChannels * shape.kernelHeight * shape.kernelWidth)).squareRoot()
    let target = store.value(weight)
    for (index, normal) in stream.normals(weight.count).enumerated() { target[index] = Float(normal * deviation) }
  }

  /// Whether `forward` and `backward` take an activation.
  var readsActivations: Bool { algorithm.readsActivations }

  /// The blocks in which `forward` hands out its output.
  func outputBlocks(_ pass: Pass) -> RowBlocks { algorithm.outputBlocks(images: pass.images, groups: pass.views) }

  /// The blocks in which `backward` hands out the input's gradient.
  func inputBlocks(_ pass: Pass) -> RowBlocks { algorithm.inputBlocks(images: pass.images, groups: pass.views) }

  /// - Parameters:
  ///   - input: images × inputCount.
  ///   - activation: what is applied to the input on the way.
  ///   - then: called with each of `outputBlocks` once it is written.
  /// - Returns: images × outputCount, valid until the next call.
  @discardableResult
  func forward(
    _ input: FloatBuffer, activation: InputActivation? = nil, _ pass: Pass,
    then: BlockWork? = nil
  ) -> FloatBuffer {
    output.reserve(pass.images * shape.outputCount)
    algorithm.forward(
      input: input.pointer, activation: activation, weights: store.value(weight), output: output.pointer,
      batch: pass.batch, then: then)
    return output
  }

  /// Forward, of rows that are made on the way, with the statistics of the normalisation that follows.
  func forward(_ input: PendingRows, into normalisation: BatchNormalisation, _ pass: Pass) {
    let blocks = outputBlocks(pass)
    output.reserve(pass.images * shape.outputCount)
    algorithm.forward(
      making: input.rows.pointer, by: input.work, weights: store.value(weight), output: output.pointer,
      batch: pass.batch, then: normalisation.statistics(of: output, blocks, pass))
    normalisation.finishStatistics(blocks, pass)
  }

  /// Forward, with the statistics of the normalisation that follows.
  func forward(
    _ input: FloatBuffer, activation: InputActivation? = nil, into normalisation: BatchNormalisation, _ pass: Pass
  ) {
    let blocks = outputBlocks(pass)
    output.reserve(pass.images * shape.outputCount)
    forward(input, activation: activation, pass, then: normalisation.statistics(of: output, blocks, pass))
    normalisation.finishStatistics(blocks, pass)
  }

  /// Sets the weights' gradient.
  ///
  /// - Parameter kept: room for the output's gradient; may be what it is made from.
  func weightGradient(
    _ gradient: OutputGradient, input: FloatBuffer, kept: FloatBuffer, _ pass: Pass
  ) {
    gradient.write(outputBlocks(pass), channels: shape.outputChannels, to: kept.pointer, threads: pass.threads)
    algorithm.weightGradient(
      input: input.pointer, activation: nil, outputGradient: kept.pointer, weightGradient: store.gradient(weight),
      batch: pass.batch)
  }

  /// Sets the weights' gradient, and inputGradient ← ∂loss/∂(activation(input)), which has room for it.
  ///
  /// - Parameters:
  ///   - kept: asked for room for the output's gradient where that cannot be made block by block.
  ///   - then: called with each of `inputBlocks` once it is written.
  func backward(
    _ gradient: OutputGradient, input: FloatBuffer, activation: InputActivation? = nil, kept: () -> FloatBuffer,
    inputGradient: FloatBuffer, _ pass: Pass, then: BlockWork? = nil
  ) {
    let room = algorithm.keepsOutputGradient ? kept() : nil
    algorithm.gradients(
      input: input.pointer, activation: activation, outputGradient: gradient, weights: store.value(weight),
      kept: room?.pointer, inputGradient: inputGradient.pointer, weightGradient: store.gradient(weight),
      batch: pass.batch, then: then)
  }
}
