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

  init(_ configuration: BarlowTwinsConfiguration, dimension: Int) {
    self.configuration = configuration
    self.dimension = dimension
    let store = ParameterStore()
    standardisation = BatchNormalisation(
      "standardisation", channels: dimension, affine: false, rectifies: false, store: store)
    store.allocate(gradients: false)
  }

  func initialise(_ stream: inout RandomStream) {}

  func evaluate(_ outputs: FloatBuffer, gradient: FloatBuffer, _ pass: Pass) -> Double {
    let (batch, d) = (pass.imagesPerView, dimension)
    let standardised = standardisation.forward(outputs, rowsPerImage: 1, pass)
    let (first, second) = (standardised.pointer, standardised.pointer + batch * d)
    correlation.reserve(d * d)
    BLAS.gemm(
      .transpose, .none, m: d, n: d, k: batch, alpha: 1 / Float(batch), first, lda: d, second, ldb: d,
      correlation.pointer, ldc: d)
    let factor = configuration.scale / (configuration.perDimension ? Double(d) : 1)
    let loss = factor * lossAndSlope(factor: factor)
    // ∂loss/∂ẑ₁ = ẑ₂ Sᵀ / B and ∂loss/∂ẑ₂ = ẑ₁ S / B, S being ∂loss/∂C.
    gradient.reserve(2 * batch * d)
    BLAS.gemm(
      .none, .transpose, m: batch, n: d, k: d, alpha: 1 / Float(batch), second, lda: d, correlation.pointer, ldb: d,
      gradient.pointer, ldc: d)
    BLAS.gemm(
      .none, .none, m: batch, n: d, k: d, alpha: 1 / Float(batch), first, lda: d, correlation.pointer, ldb: d,
      gradient.pointer + batch * d, ldc: d)
    standardisation.backward(gradient, input: outputs, inputGradient: gradient, rowsPerImage: 1, pass)
    return loss
  }

  /// The loss before `factor`; C is written over with ∂(factor · loss)/∂C.
  private func lossAndSlope(factor: Double) -> Double {
    let c = correlation.pointer
    let (diagonalSlope, slope) = (Float(-2 * factor), Float(2 * factor * configuration.lambda))
    var (onDiagonal, offDiagonal) = (0.0, 0.0)
    for row in 0..<dimension {
      for column in 0..<dimension {
        let index = row * dimension + column
        if row == column {
          onDiagonal += Double(1 - c[index]) * Double(1 - c[index])
          c[index] = diagonalSlope * (1 - c[index])
        } else {
          offDiagonal += Double(c[index]) * Double(c[index])
          c[index] *= slope
        }
      }
    }
    return onDiagonal + configuration.lambda * offDiagonal
  }
}
