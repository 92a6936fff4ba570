import Numerics

/// y = W x without bias, W being `outputs × inputs`.
final class LinearLayer {
  let name: String
  let inputs: Int
  let outputs: Int
  private let store: ParameterStore
  private let weight: ParameterStore.Slot
  let output = FloatBuffer()

  /// Rows that are multiplied at a time; fixed, so that bits do not depend on the threads.
  private static let rowsPerBlock = 128

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
    nonisolated(unsafe) let weights = store.value(weight)
    let (inputs, outputs, target) = (inputs, outputs, output)
    eachBlock(pass) { first, rows in
      BLAS.gemm(
        .none, .transpose, m: rows, n: outputs, k: inputs, input.pointer + first * inputs, lda: inputs, weights,
        ldb: inputs, target.pointer + first * outputs, ldc: outputs)
    }
    return output
  }

  /// Sets the weight's gradient, and `inputGradient` where there is one.
  func backward(_ gradient: FloatBuffer, input: FloatBuffer, inputGradient: FloatBuffer?, _ pass: Pass) {
    BLAS.gemm(
      .transpose, .none, m: outputs, n: inputs, k: pass.images, gradient.pointer, lda: outputs, input.pointer,
      ldb: inputs, store.gradient(weight), ldc: inputs)
    guard let inputGradient else { return }
    inputGradient.reserve(pass.images * inputs)
    nonisolated(unsafe) let weights = store.value(weight)
    let (inputs, outputs) = (inputs, outputs)
    eachBlock(pass) { first, rows in
      BLAS.gemm(
        .none, .none, m: rows, n: inputs, k: outputs, gradient.pointer + first * outputs, lda: outputs, weights,
        ldb: inputs, inputGradient.pointer + first * inputs, ldc: inputs)
    }
  }

  private func eachBlock(_ pass: Pass, _ body: @Sendable (Int, Int) -> Void) {
    let size = Self.rowsPerBlock
    parallelFor((pass.images + size - 1) / size, threads: pass.threads) { block in
      body(block * size, min(size, pass.images - block * size))
    }
  }
}
