import Numerics

/// Barlow Twins: Σᵢ (1 − Cᵢᵢ)² + λ Σᵢ≠ⱼ Cᵢⱼ² with C = ẑ₁ᵀ ẑ₂ / B, ẑ standardised per dimension over the batch.
///
/// Zbontar et al. (ICML 2021), Equations 1 and 2; the standardisation is a batch norm without weight and bias, as in
/// facebookresearch/barlowtwins.
///
/// Where the batch is smaller than the dimension, C is never made: see `BatchProducts`.
final class BarlowTwinsObjective: Objective {
  private let configuration: BarlowTwinsConfiguration
  private let dimension: Int
  private let standardisation: BatchNormalisation
  private let correlation = FloatBuffer()
  private let products = BatchProducts()
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
    let factor = configuration.scale / (configuration.perDimension ? Double(d) : 1)
    gradient.reserve(2 * batch * d)
    let sum =
      BatchProducts.needFewerMultiplications(batch: batch, dimension: d)
      ? products.evaluate(
        first, second, batch: batch, dimension: d, lambda: configuration.lambda, factor: factor,
        gradient: gradient.pointer, pass)
      : evaluateByCorrelation(first, second, factor: factor, gradient: gradient.pointer, pass)
    standardisation.backward(gradient, input: outputs, rectifies: false, pass)
    return factor * sum
  }

  /// The loss before `factor`, and the gradient with respect to ẑ, by C itself.
  private func evaluateByCorrelation(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, factor: Double,
    gradient: UnsafeMutablePointer<Float>, _ pass: Pass
  ) -> Double {
    let (batch, d) = (pass.imagesPerView, dimension)
    correlation.reserve(d * d)
    MatrixProduct.multiply(
      .transpose, .none, m: d, n: d, k: batch, alpha: 1 / Float(batch), first, lda: d, second, ldb: d,
      correlation.pointer, ldc: d, threads: pass.threads, workspace: pass.workspace)
    let sum = lossAndSlope(factor: factor, threads: pass.threads)
    // ∂loss/∂ẑ₁ = ẑ₂ Sᵀ / B and ∂loss/∂ẑ₂ = ẑ₁ S / B, S being ∂loss/∂C.
    MatrixProduct.multiply(
      .none, .transpose, m: batch, n: d, k: d, alpha: 1 / Float(batch), second, lda: d, correlation.pointer, ldb: d,
      gradient, ldc: d, threads: pass.threads, workspace: pass.workspace)
    MatrixProduct.multiply(
      .none, .none, m: batch, n: d, k: d, alpha: 1 / Float(batch), first, lda: d, correlation.pointer, ldb: d,
      gradient + batch * d, ldc: d, threads: pass.threads, workspace: pass.workspace)
    return sum
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
