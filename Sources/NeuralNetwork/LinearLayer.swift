import Numerics

/// y = W x without bias, W being `outputs × inputs`.
final class LinearLayer {
  let name: String
  let inputs: Int
  let outputs: Int
  private let store: ParameterStore
  private let weight: ParameterStore.Slot
  let output = FloatBuffer()

  init(_ name: String, inputs: Int, outputs: Int, store: ParameterStore, kind: ParameterStore.Kind = .encoder) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
    self.store = store
    weight = store.declare(name + ".weight", shape: [outputs, inputs], kind: kind)
  }

  /// Uniform in ±1/√inputs, PyTorch's default.
  func initialise(_ stream: inout RandomStream) {
    let bound = 1 / Double(inputs).squareRoot()
    let target = store.value(weight)
    for index in 0..<weight.count { target[index] = stream.uniform(-Float(bound), Float(bound)) }
  }

  /// The identity; a square layer only.
  func initialiseAsIdentity() {
    precondition(inputs == outputs, "only a square matrix can be the identity")
    let target = store.value(weight)
    for index in 0..<weight.count { target[index] = index % (inputs + 1) == 0 ? 1 : 0 }
  }

  /// - Parameter input: images × inputs.
  /// - Returns: images × outputs, valid until the next call.
  func forward(_ input: FloatBuffer, _ pass: Pass) -> FloatBuffer {
    output.reserve(pass.images * outputs)
    MatrixProduct.multiply(
      .none, .transpose, m: pass.images, n: outputs, k: inputs, input.pointer, lda: inputs, store.value(weight),
      ldb: inputs, output.pointer, ldc: outputs, choosingFor: pass.choosingFor, threads: pass.threads,
      workspace: pass.workspace)
    return output
  }

  /// Sets the weight's gradient, and `inputGradient` where there is one.
  func backward(_ gradient: FloatBuffer, input: FloatBuffer, inputGradient: FloatBuffer?, _ pass: Pass) {
    MatrixProduct.multiply(
      .transpose, .none, m: outputs, n: inputs, k: pass.images, gradient.pointer, lda: outputs, input.pointer,
      ldb: inputs, store.gradient(weight), ldc: inputs, threads: pass.threads, workspace: pass.workspace)
    guard let inputGradient else { return }
    inputGradient.reserve(pass.images * inputs)
    MatrixProduct.multiply(
      .none, .none, m: pass.images, n: inputs, k: outputs, gradient.pointer, lda: outputs, store.value(weight),
      ldb: inputs, inputGradient.pointer, ldc: inputs, threads: pass.threads, workspace: pass.workspace)
  }
}
