import Numerics

/// Barlow Twins: Σᵢ (1 − Cᵢᵢ)² + λ Σᵢ≠ⱼ Cᵢⱼ² with C = ẑ₁ᵀ ẑ₂ / B, ẑ standardised per dimension over the batch.
///
/// Zbontar et al. (ICML 2021), Equations 1 and 2; the standardisation is a batch norm without weight and bias, as in
/// facebookresearch/barlowtwins.
final class BarlowTwinsObjective: Objective {
  private let configuration: BarlowTwinsConfiguration
  private let dimension: Int
  private let standardisation: BatchNormalisation
  private let correlation = FloatBuffer()
  private let rowLosses = DoubleBuffer()

  init(_ configuration: BarlowTwinsConfiguration, dimension: Int) {
    self.configuration = configuration
    self.dimension = dimension
    let store = ParameterStore()
    standardisation = BatchNormalisation(
      "standardisation", channels: dimension, affine: false, store: store)
    store.allocate(gradients: false)
  }

  func initialise(_ stream: inout RandomStream) {}

  func evaluate(_ outputs: FloatBuffer, gradient: FloatBuffer, _ pass: Pass) -> Double {
    let (batch, d) = (pass.imagesPerView, dimension)
    let standardised = standardisation.forward(outputs, rectifies: false, pass)
    let (first, second) = (standardised.pointer, standardised.pointer + batch * d)
    correlation.reserve(d * d)
    MatrixProduct.multiply(
      .transpose, .none, m: d, n: d, k: batch, alpha: 1 / Float(batch), first, lda: d, second, ldb: d,
      correlation.pointer, ldc: d, threads: pass.threads, workspace: pass.workspace)
    let factor = configuration.scale / (configuration.perDimension ? Double(d) : 1)
    let loss = factor * lossAndSlope(factor: factor, threads: pass.threads)
    // ∂loss/∂ẑ₁ = ẑ₂ Sᵀ / B and ∂loss/∂ẑ₂ = ẑ₁ S / B, S being ∂loss/∂C.
    gradient.reserve(2 * batch * d)
    MatrixProduct.multiply(
      .none, .transpose, m: batch, n: d, k: d, alpha: 1 / Float(batch), second, lda: d, correlation.pointer, ldb: d,
      gradient.pointer, ldc: d, threads: pass.threads, workspace: pass.workspace)
    MatrixProduct.multiply(
      .none, .none, m: batch, n: d, k: d, alpha: 1 / Float(batch), first, lda: d, correlation.pointer, ldb: d,
      gradient.pointer + batch * d, ldc: d, threads: pass.threads, workspace: pass.workspace)
    standardisation.backward(gradient, input: outputs, rectifies: false, pass)
    return loss
  }

  /// The loss before `factor`; C is written over with ∂(factor · loss)/∂C.
  private func lossAndSlope(factor: Double, threads: Int) -> Double {
    let (correlation, rowLosses, dimension) = (correlation, rowLosses, dimension)
    let (diagonalSlope, slope) = (Float(-2 * factor), Float(2 * factor * configuration.lambda))
    let lambda = configuration.lambda
    rowLosses.reserve(dimension)
    parallelFor(dimension, threads: threads) { row in
      let c = correlation.pointer + row * dimension
      let onDiagonal = 1 - c[row]
      c[row] = 0
      // Eight sums side by side, in an order that depends on the dimension alone.
      var sums = SIMD8<Double>.zero
      let whole = dimension / 8 * 8
      for column in stride(from: 0, to: whole, by: 8) {
        let values = UnsafeRawPointer(c + column).loadUnaligned(as: SIMD8<Float>.self)
        let wide = SIMD8<Double>(values)
        sums += wide * wide
        UnsafeMutableRawPointer(c + column).storeBytes(of: values * slope, as: SIMD8<Float>.self)
      }
      var offDiagonal = sums.sum()
      for column in whole..<dimension {
        offDiagonal += Double(c[column]) * Double(c[column])
        c[column] *= slope
      }
      c[row] = diagonalSlope * onDiagonal
      rowLosses[row] = Double(onDiagonal) * Double(onDiagonal) + lambda * offDiagonal
    }
    return (0..<dimension).reduce(0) { $0 + rowLosses[$1] }
  }
}
