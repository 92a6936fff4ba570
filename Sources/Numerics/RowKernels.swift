import CVector

/// The loops of batch normalisation over some rows of a matrix, sixteen channels at a time, then eight, then one by one.
///
/// Pointers are to the first of the rows; tables hold a number for each channel. All of them are called block by block
/// while a block is in the cache (see `RowBlock`), on any thread. Generic code is specialised within a file only, so
/// the loops and what they call stand together here.
public enum RowKernels {
  /// sums ← the mean of each channel and then, `channels` numbers further, the sum of squared deviations from it.
  ///
  /// Two passes over rows that are in the cache. One pass with deviations from the first row costs a digit: ten steps
  /// of a small training then differ from PyTorch's in the fourth digit of the loss.
  public static func moments(
    _ x: UnsafePointer<Float>, rows: Int, channels: Int, to sums: UnsafeMutablePointer<Float>
  ) {
    eachChannel(
      channels, wide: { moments(SIMD16<Float>.self, x, rows, channels, sums, $0) },
      half: { moments(SIMD8<Float>.self, x, rows, channels, sums, $0) },
      single: { moments(SIMD1.self, x, rows, channels, sums, $0) })
  }

  @inline(__always)
  private static func moments<V: Lanes>(
    _: V.Type, _ x: UnsafePointer<Float>, _ rows: Int, _ channels: Int, _ sums: UnsafeMutablePointer<Float>,
    _ channel: Int
  ) {
    var (sum0, sum1) = (V.zero, V.zero)
    var p = x + channel
    // Two sums side by side: the additions do not wait for each other.
    for _ in 0..<rows / 2 {
      sum0 = sum0 + V.read(p)
      sum1 = sum1 + V.read(p + channels)
      p += 2 &* channels
    }
    if rows % 2 == 1 { sum0 = sum0 + V.read(p) }
    let mean = (sum0 + sum1).scaled(1 / Float(rows))
    var (squares0, squares1) = (V.zero, V.zero)
    p = x + channel
    for _ in 0..<rows / 2 {
      let (a, b) = (V.read(p) - mean, V.read(p + channels) - mean)
      squares0 = a.fused(a, squares0)
      squares1 = b.fused(b, squares1)
      p += 2 &* channels
    }
    if rows % 2 == 1 {
      let a = V.read(p) - mean
      squares0 = a.fused(a, squares0)
    }
    mean.write(sums + channel)
    (squares0 + squares1).write(sums + channels + channel)
  }

  /// What is added to a normalised matrix: nothing, a matrix as it is, or a matrix times a table plus a table.
  public struct Residual {
    let rows: UnsafePointer<Float>
    let factor: UnsafePointer<Float>?
    let constant: UnsafePointer<Float>?

    public init(
      _ rows: UnsafePointer<Float>, factor: UnsafePointer<Float>? = nil, constant: UnsafePointer<Float>? = nil
    ) {
      self.rows = rows
      self.factor = factor
      self.constant = constant
    }
  }

  /// y ← ReLU?(x · factor + constant + residual).
  public static func affine(
    _ x: UnsafePointer<Float>, factor: UnsafePointer<Float>, constant: UnsafePointer<Float>, residual: Residual?,
    rectifies: Bool, to y: UnsafeMutablePointer<Float>, rows: Int, channels: Int
  ) {
    eachChannel(
      channels, wide: { affine(SIMD16<Float>.self, x, factor, constant, residual, rectifies, y, rows, channels, $0) },
      half: { affine(SIMD8<Float>.self, x, factor, constant, residual, rectifies, y, rows, channels, $0) },
      single: { affine(SIMD1.self, x, factor, constant, residual, rectifies, y, rows, channels, $0) })
  }

  @inline(__always)
  private static func affine<V: Lanes>(
    _: V.Type, _ x: UnsafePointer<Float>, _ factor: UnsafePointer<Float>, _ constant: UnsafePointer<Float>,
    _ residual: Residual?, _ rectifies: Bool, _ y: UnsafeMutablePointer<Float>, _ rows: Int, _ channels: Int,
    _ channel: Int
  ) {
    let (a, b) = (V.read(factor + channel), V.read(constant + channel))
    guard let residual else {
      for row in 0..<rows {
        let index = row &* channels &+ channel
        let value = V.read(x + index).fused(a, b)
        (rectifies ? value.positive : value).write(y + index)
      }
      return
    }
    if let factor = residual.factor, let constant = residual.constant {
      let (c, d) = (V.read(factor + channel), V.read(constant + channel))
      for row in 0..<rows {
        let index = row &* channels &+ channel
        let value = V.read(x + index).fused(a, b) + V.read(residual.rows + index).fused(c, d)
        (rectifies ? value.positive : value).write(y + index)
      }
    } else {
      for row in 0..<rows {
        let index = row &* channels &+ channel
        let value = V.read(x + index).fused(a, b) + V.read(residual.rows + index)
        (rectifies ? value.positive : value).write(y + index)
      }
    }
  }

  /// Where a gradient passes a ReLU: where its output was positive.
  public enum Mask {
    case none
    case output(UnsafePointer<Float>)
    /// The output was not kept: it is x · factor + constant again.
    case activation(factor: UnsafePointer<Float>, constant: UnsafePointer<Float>)
  }

  /// g ← mask(g + other), and its sums: Σ g in `sums`, and Σ g · (x − mean) `channels` numbers further.
  ///
  /// - Parameter x: what was normalised, in the forward pass.
  public static func gradientSums(
    _ g: UnsafeMutablePointer<Float>, adding other: UnsafePointer<Float>?, mask: Mask, x: UnsafePointer<Float>,
    mean: UnsafePointer<Float>, rows: Int, channels: Int, to sums: UnsafeMutablePointer<Float>
  ) {
    eachChannel(
      channels, wide: { gradientSums(SIMD16<Float>.self, g, other, mask, x, mean, rows, channels, sums, $0) },
      half: { gradientSums(SIMD8<Float>.self, g, other, mask, x, mean, rows, channels, sums, $0) },
      single: { gradientSums(SIMD1.self, g, other, mask, x, mean, rows, channels, sums, $0) })
  }

  @inline(__always)
  private static func gradientSums<V: Lanes>(
    _: V.Type, _ g: UnsafeMutablePointer<Float>, _ other: UnsafePointer<Float>?, _ mask: Mask,
    _ x: UnsafePointer<Float>, _ mean: UnsafePointer<Float>, _ rows: Int, _ channels: Int,
    _ sums: UnsafeMutablePointer<Float>, _ channel: Int
  ) {
    let mean = V.read(mean + channel)
    var (sum, product) = (V.zero, V.zero)
    @inline(__always) func walk(_ value: (Int, V) -> V, writes: Bool) {
      for row in 0..<rows {
        let index = row &* channels &+ channel
        let input = V.read(x + index)
        let gradient = value(index, input)
        if writes { gradient.write(g + index) }
        sum = sum + gradient
        product = gradient.fused(input - mean, product)
      }
    }
    switch mask {
    case .none:
      if let other {
        walk({ index, _ in V.read(g + index) + V.read(other + index) }, writes: true)
      } else {
        walk({ index, _ in V.read(g + index) }, writes: false)
      }
    case .output(let output):
      if let other {
        walk({ index, _ in (V.read(g + index) + V.read(other + index)).masked(V.read(output + index)) }, writes: true)
      } else {
        walk({ index, _ in V.read(g + index).masked(V.read(output + index)) }, writes: true)
      }
    case .activation(let factor, let constant):
      let (a, b) = (V.read(factor + channel), V.read(constant + channel))
      walk({ index, input in V.read(g + index).masked(input.fused(a, b)) }, writes: true)
    }
    sum.write(sums + channel)
    product.write(sums + channels + channel)
  }

  /// Per channel: y ← g · ofGradient + (x − mean) · ofInput + constant; tables one after another in that order, the
  /// mean first.
  public static func combine(
    _ g: UnsafePointer<Float>, x: UnsafePointer<Float>, coefficients: UnsafePointer<Float>,
    to y: UnsafeMutablePointer<Float>, rows: Int, channels: Int
  ) {
    eachChannel(
      channels, wide: { combine(SIMD16<Float>.self, g, x, coefficients, y, rows, channels, $0) },
      half: { combine(SIMD8<Float>.self, g, x, coefficients, y, rows, channels, $0) },
      single: { combine(SIMD1.self, g, x, coefficients, y, rows, channels, $0) })
  }

  @inline(__always)
  private static func combine<V: Lanes>(
    _: V.Type, _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ coefficients: UnsafePointer<Float>,
    _ y: UnsafeMutablePointer<Float>, _ rows: Int, _ channels: Int, _ channel: Int
  ) {
    let table = coefficients + channel
    let (mean, ofGradient) = (V.read(table), V.read(table + channels))
    let (ofInput, constant) = (V.read(table + 2 &* channels), V.read(table + 3 &* channels))
    for row in 0..<rows {
      let index = row &* channels &+ channel
      (V.read(x + index) - mean).fused(ofInput, V.read(g + index).fused(ofGradient, constant)).write(y + index)
    }
  }

  @inline(__always)
  private static func eachChannel(
    _ channels: Int, wide: (Int) -> Void, half: (Int) -> Void, single: (Int) -> Void
  ) {
    var channel = 0
    while channel + 16 <= channels {
      wide(channel)
      channel += 16
    }
    if channel + 8 <= channels {
      half(channel)
      channel += 8
    }
    while channel < channels {
      single(channel)
      channel += 1
    }
  }
}

/// A vector of neighbouring channels.
private protocol Lanes {
  static var zero: Self { get }
  static func read(_ pointer: UnsafePointer<Float>) -> Self
  func write(_ pointer: UnsafeMutablePointer<Float>)
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  /// self · factor + constant, rounded once.
  func fused(_ factor: Self, _ constant: Self) -> Self
  func scaled(_ factor: Float) -> Self
  /// Zero where negative; NaN stays.
  var positive: Self { get }
  /// Zero where `mask` is not positive.
  func masked(_ mask: Self) -> Self
}

extension SIMD16: Lanes where Scalar == Float {
  @inline(__always) static func read(_ pointer: UnsafePointer<Float>) -> SIMD16<Float> { v16_load(pointer) }
  @inline(__always) func write(_ pointer: UnsafeMutablePointer<Float>) { v16_store(self, pointer) }
  @inline(__always) func fused(_ factor: SIMD16<Float>, _ constant: SIMD16<Float>) -> SIMD16<Float> {
    v16_fused(self, factor, constant)
  }
  @inline(__always) func scaled(_ factor: Float) -> SIMD16<Float> { self * factor }
  @inline(__always) var positive: SIMD16<Float> { v16_rectified(self) }
  @inline(__always) func masked(_ mask: SIMD16<Float>) -> SIMD16<Float> { v16_masked(self, mask) }
}

extension SIMD8: Lanes where Scalar == Float {
  @inline(__always) static func read(_ pointer: UnsafePointer<Float>) -> SIMD8<Float> {
    v8_load(pointer)
  }
  @inline(__always) func write(_ pointer: UnsafeMutablePointer<Float>) {
    v8_store(self, pointer)
  }
  @inline(__always) func fused(_ factor: SIMD8<Float>, _ constant: SIMD8<Float>) -> SIMD8<Float> {
    v8_fused(self, factor, constant)
  }
  @inline(__always) func scaled(_ factor: Float) -> SIMD8<Float> { self * factor }
  @inline(__always) var positive: SIMD8<Float> { v8_rectified(self) }
  @inline(__always) func masked(_ mask: SIMD8<Float>) -> SIMD8<Float> { v8_masked(self, mask) }
}

/// One channel.
private struct SIMD1: Lanes {
  var value: Float
  static var zero: SIMD1 { SIMD1(value: 0) }
  @inline(__always) static func read(_ pointer: UnsafePointer<Float>) -> SIMD1 { SIMD1(value: pointer.pointee) }
  @inline(__always) func write(_ pointer: UnsafeMutablePointer<Float>) { pointer.pointee = value }
  @inline(__always) static func + (left: SIMD1, right: SIMD1) -> SIMD1 { SIMD1(value: left.value + right.value) }
  @inline(__always) static func - (left: SIMD1, right: SIMD1) -> SIMD1 { SIMD1(value: left.value - right.value) }
  @inline(__always) func fused(_ factor: SIMD1, _ constant: SIMD1) -> SIMD1 {
    SIMD1(value: constant.value.addingProduct(value, factor.value))
  }
  @inline(__always) func scaled(_ factor: Float) -> SIMD1 { SIMD1(value: value * factor) }
  @inline(__always) var positive: SIMD1 { value < 0 ? .zero : self }
  @inline(__always) func masked(_ mask: SIMD1) -> SIMD1 { mask.value > 0 ? self : .zero }
}
