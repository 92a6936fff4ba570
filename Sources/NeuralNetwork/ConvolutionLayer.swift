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

  /// - Parameter input: images × inputCount.
  /// - Returns: images × outputCount, valid until the next call.
  func forward(_ input: FloatBuffer, _ pass: Pass) -> FloatBuffer {
    output.reserve(pass.images * shape.outputCount)
    algorithm.forward(
      input: input.pointer, weights: store.value(weight), output: output.pointer, images: pass.images,
      threads: pass.threads)
    return output
  }

  /// Sets the weights' gradient and, where there is an `inputGradient`, that too.
  func backward(_ gradient: FloatBuffer, input: FloatBuffer, inputGradient: FloatBuffer?, _ pass: Pass) {
    algorithm.weightGradient(
      input: input.pointer, outputGradient: gradient.pointer, weightGradient: store.gradient(weight),
      images: pass.images, threads: pass.threads)
    guard let inputGradient else { return }
    inputGradient.reserve(pass.images * shape.inputCount)
    algorithm.dataGradient(
      outputGradient: gradient.pointer, weights: store.value(weight), inputGradient: inputGradient.pointer,
      images: pass.images, threads: pass.threads)
  }
}
