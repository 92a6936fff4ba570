import Numerics

/// Loops over whole buffers.
enum Elementwise {
  private static let blockNumbers = 1 << 14

  /// Σ x², in `Double`: block by block, and the blocks in order.
  static func sumOfSquares(_ source: FloatBuffer, count: Int, partial: DoubleBuffer, threads: Int) -> Double {
    let blocks = (count + blockNumbers - 1) / blockNumbers
    partial.reserve(blocks)
    parallelFor(blocks, threads: threads) { block in
      let first = block * blockNumbers
      partial[block] = sumOfSquares(source.pointer + first, count: min(blockNumbers, count - first))
    }
    return (0..<blocks).reduce(0) { $0 + partial[$1] }
  }

  private static func sumOfSquares(_ x: UnsafePointer<Float>, count: Int) -> Double {
    // Eight sums side by side, each in its order: the additions do not wait for each other.
    var sums = SIMD8<Double>.zero
    let wide = count / 8 * 8
    for index in stride(from: 0, to: wide, by: 8) {
      let value = SIMD8<Double>(UnsafeRawPointer(x + index).loadUnaligned(as: SIMD8<Float>.self))
      sums += value * value
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
