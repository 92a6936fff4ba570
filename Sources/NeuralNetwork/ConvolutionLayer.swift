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
    then: (@Sendable (RowBlock) -> Void)? = nil
  ) -> FloatBuffer {
    output.reserve(pass.images * shape.outputCount)
    algorithm.forward(
      input: input.pointer, activation: activation, weights: store.value(weight), output: output.pointer,
      batch: pass.batch, then: then)
    return output
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
  func weightGradient(
    _ gradient: FloatBuffer, input: FloatBuffer, activation: InputActivation? = nil, _ pass: Pass
  ) {
    algorithm.weightGradient(
      input: input.pointer, activation: activation, outputGradient: gradient.pointer,
      weightGradient: store.gradient(weight), batch: pass.batch)
  }

  /// inputGradient ← ∂loss/∂(activation(input)), which has room for it.
  ///
  /// - Parameter then: called with each of `inputBlocks` once it is written.
  func dataGradient(
    _ gradient: FloatBuffer, inputGradient: FloatBuffer, _ pass: Pass, then: (@Sendable (RowBlock) -> Void)? = nil
  ) {
    inputGradient.reserve(pass.images * shape.inputCount)
    algorithm.dataGradient(
      outputGradient: gradient.pointer, weights: store.value(weight), inputGradient: inputGradient.pointer,
      batch: pass.batch, then: then)
  }
}
