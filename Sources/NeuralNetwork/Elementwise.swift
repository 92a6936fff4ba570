import Numerics

/// Loops over whole buffers.
enum Elementwise {
  private static let blockNumbers = 1 << 14

  /// target += source.
  static func add(_ source: FloatBuffer, to target: FloatBuffer, count: Int, threads: Int) {
    parallelFor((count + blockNumbers - 1) / blockNumbers, threads: threads) { block in
      let first = block * blockNumbers
      let (x, y) = (source.pointer + first, target.pointer + first)
      for index in 0..<min(blockNumbers, count - first) { y[index] += x[index] }
    }
  }

  /// Σ x², in `Double`.
  static func sumOfSquares(_ source: FloatBuffer, count: Int) -> Double {
    let x = source.pointer
    // Eight sums side by side, each in its order: the additions do not wait for each other.
    var sums = SIMD8<Double>.zero
    let wide = count / 8 * 8
    for index in stride(from: 0, to: wide, by: 8) {
      let value = SIMD8<Double>(UnsafeRawPointer(x + index).loadUnaligned(as: SIMD8<Float>.self))
      sums.addProduct(value, value)
    }
    var sum = sums.sum()
    for index in wide..<count { sum += Double(x[index]) * Double(x[index]) }
    return sum
  }

  /// Whether all numbers are finite.
  static func isFinite(_ source: UnsafePointer<Float>, count: Int) -> Bool {
    for index in 0..<count where !source[index].isFinite { return false }
    return true
  }
}
