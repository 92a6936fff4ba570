import Numerics

/// The Barlow Twins loss of a batch with fewer pairs than dimensions, without its d × d matrix.
///
/// C = ẑ₁ᵀ ẑ₂ / B enters the loss by its diagonal and by ‖C‖² = tr(Cᵀ C), and under the trace the factors may go round:
/// with the B × B products Gᵥ = ẑᵥ ẑᵥᵀ of the samples
///
///     B² ‖C‖² = Σ (G₁ ∘ G₂),    B Cᵢᵢ = Σ_b ẑ₁[b, i] ẑ₂[b, i],
///     loss = Σᵢ ((1 − Cᵢᵢ)² − λ Cᵢᵢ²) + λ ‖C‖²,
///     ∂loss/∂ẑ₁ = 2λ/B² G₂ ẑ₁ + ẑ₂ diag(s)/B,  ∂loss/∂ẑ₂ = 2λ/B² G₁ ẑ₂ + ẑ₁ diag(s)/B,  sᵢ = −2 (1 − Cᵢᵢ) − 2λ Cᵢᵢ.
///
/// These are 8 B² d multiplications and additions where C takes 6 B d²: a sixth, with 256 pairs at d = 2048. Nothing cancels
/// in the loss: C has rank B at most, so where all Cᵢᵢ are alike, ‖C‖² ≥ d/B Σᵢ Cᵢᵢ², at least 4/3 of what is taken from it.
final class BatchProducts {
  private let grams = FloatBuffer()
  private let diagonal = DoubleBuffer()
  private let rowSums = DoubleBuffer()

  /// Whether this way takes fewer multiplications than by C.
  static func needFewerMultiplications(batch: Int, dimension: Int) -> Bool { 4 * batch < 3 * dimension }

  /// The loss before `factor`, and ∂(factor · loss)/∂ẑ.
  ///
  /// - Parameters:
  ///   - first: ẑ₁, batch × dimension.
  ///   - second: ẑ₂, as `first`.
  ///   - gradient: 2 · batch × dimension, the first view's rows before the second's; written over.
  func evaluate(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, batch: Int, dimension d: Int, lambda: Double,
    factor: Double, gradient: UnsafeMutablePointer<Float>, _ pass: Pass
  ) -> Double {
    grams.reserve(2 * batch * batch)
    let (firstGram, secondGram) = (grams.pointer, grams.pointer + batch * batch)
    for (view, gram) in [(first, firstGram), (second, secondGram)] {
      MatrixProduct.multiply(
        .none, .transpose, m: batch, n: batch, k: d, view, lda: d, view, ldb: d, gram, ldc: batch,
        threads: pass.threads, workspace: pass.workspace)
    }
    let square = sumOfProducts(firstGram, secondGram, batch: batch, threads: pass.threads)
    let pairs = Double(batch)
    let alpha = Float(2 * factor * lambda / (pairs * pairs))
    for (view, gram, target) in [(first, secondGram, gradient), (second, firstGram, gradient + batch * d)] {
      MatrixProduct.multiply(
        .none, .none, m: batch, n: d, k: batch, alpha: alpha, gram, lda: batch, view, ldb: d, target, ldc: d,
        threads: pass.threads, workspace: pass.workspace)
    }
    let fromDiagonal = addDiagonal(
      first, second, batch: batch, dimension: d, lambda: lambda, factor: factor, gradient, threads: pass.threads)
    return fromDiagonal + lambda * square / (pairs * pairs)
  }

  /// Σ over all numbers of the product of two batch × batch matrices, rows in order.
  private func sumOfProducts(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, batch: Int, threads: Int
  ) -> Double {
    rowSums.reserve(batch)
    let rowSums = rowSums
    nonisolated(unsafe) let (a, b) = (a, b)
    parallelFor(batch, threads: threads) { row in
      let (x, y) = (a + row * batch, b + row * batch)
      var sums = SIMD8<Double>.zero
      let whole = batch / 8 * 8
      for column in stride(from: 0, to: whole, by: 8) {
        sums += Self.eight(x + column) * Self.eight(y + column)
      }
      var sum = sums.sum()
      for column in whole..<batch { sum += Double(x[column]) * Double(y[column]) }
      rowSums[row] = sum
    }
    return (0..<batch).reduce(0) { $0 + rowSums[$1] }
  }

  /// Adds what the diagonal of C gives to the gradient.
  ///
  /// - Returns: Σᵢ ((1 − Cᵢᵢ)² − λ Cᵢᵢ²), dimensions in order.
  private func addDiagonal(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, batch: Int, dimension d: Int, lambda: Double,
    factor: Double, _ gradient: UnsafeMutablePointer<Float>, threads: Int
  ) -> Double {
    diagonal.reserve(d)
    let diagonal = diagonal
    nonisolated(unsafe) let (first, second, gradient) = (first, second, gradient)
    let pairs = Double(batch)
    // Columns go in blocks of a cache line, each block on one thread from the first sample to the last.
    parallelFor((d + 15) / 16, threads: threads) { block in
      let column = block * 16
      let count = min(16, d - column)
      var (low, high) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      for row in 0..<batch {
        let (x, y) = (load(first + row * d + column, count), load(second + row * d + column, count))
        low += SIMD8<Double>(x.lowHalf) * SIMD8<Double>(y.lowHalf)
        high += SIMD8<Double>(x.highHalf) * SIMD8<Double>(y.highHalf)
      }
      for index in 0..<count { diagonal[column + index] = (index < 8 ? low[index] : high[index - 8]) / pairs }
      var slope = SIMD16<Float>.zero
      for index in 0..<count {
        let c = diagonal[column + index]
        slope[index] = Float(-2 * factor * (1 - c + lambda * c) / pairs)
      }
      for row in 0..<batch {
        let (a, b) = (row * d + column, (batch + row) * d + column)
        store(load(gradient + a, count) + load(second + a, count) * slope, gradient + a, count)
        store(load(gradient + b, count) + load(first + a, count) * slope, gradient + b, count)
      }
    }
    return (0..<d).reduce(0) { sum, column in
      let c = diagonal[column]
      return sum + (1 - c) * (1 - c) - lambda * c * c
    }
  }

  private static func eight(_ pointer: UnsafePointer<Float>) -> SIMD8<Double> {
    SIMD8<Double>(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self))
  }
}

/// Up to sixteen numbers, zeros behind them.
@inline(__always)
private func load(_ pointer: UnsafePointer<Float>, _ count: Int) -> SIMD16<Float> {
  if count == 16 { return UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self) }
  var numbers = SIMD16<Float>.zero
  for index in 0..<count { numbers[index] = pointer[index] }
  return numbers
}

@inline(__always)
private func store(_ numbers: SIMD16<Float>, _ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
  if count == 16 {
    UnsafeMutableRawPointer(pointer).storeBytes(of: numbers, as: SIMD16<Float>.self)
  } else {
    for index in 0..<count { pointer[index] = numbers[index] }
  }
}
