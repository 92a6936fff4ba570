import Numerics

/// The loops of batch normalisation: a matrix of rows × channels is walked in blocks of rows that fit the first-level
/// cache, sixteen channels at a time, then eight, then one by one.
///
/// Generic code is specialised within a file only, so the loops and what they call stand together here.
enum RowKernels {
  /// Numbers of a block.
  static let blockNumbers = 4096

  static func rowsPerBlock(_ columns: Int) -> Int { max(1, blockNumbers / columns) }

  /// target ← ReLU?(source · factor + constant + residual), column by column.
  static func affine(
    _ source: FloatBuffer, residual: FloatBuffer?, to target: FloatBuffer, from offset: Int, rows: Int,
    factor: [Float], constant: [Float], rectifies: Bool, threads: Int
  ) {
    eachBlock(rows: rows, columns: factor.count, threads: threads) { block in
      let start = offset + block.first * block.columns
      let (x, y) = (source.pointer + start, target.pointer + start)
      let r = residual.map { $0.pointer + start }
      factor.withUnsafeBufferPointer { factor in
        constant.withUnsafeBufferPointer { constant in
          guard let a = factor.baseAddress, let b = constant.baseAddress else { return }
          block.eachColumn(
            wide: { affine(SIMD16<Float>.self, x, r, y, a, b, block, $0, rectifies) },
            half: { affine(SIMD8<Float>.self, x, r, y, a, b, block, $0, rectifies) },
            single: { affine(SIMD1.self, x, r, y, a, b, block, $0, rectifies) })
        }
      }
    }
  }

  @inline(__always)
  private static func affine<V: Lanes>(
    _: V.Type, _ x: UnsafePointer<Float>, _ residual: UnsafeMutablePointer<Float>?, _ y: UnsafeMutablePointer<Float>,
    _ factor: UnsafePointer<Float>, _ constant: UnsafePointer<Float>, _ block: Block, _ column: Int, _ rectifies: Bool
  ) {
    let (a, b) = (V.load(factor + column), V.load(constant + column))
    for row in 0..<block.rows {
      let index = row * block.columns + column
      var value = b.adding(V.load(x + index), times: a)
      if let residual { value = value + V.load(residual + index) }
      if rectifies { value = value.positive }
      value.store(y + index)
    }
  }

  /// Column sums of a gradient g, and of g · (x − mean), in `Double` across blocks.
  struct GradientSums {
    var gradients: [Double]
    var products: [Double]
  }

  /// Sets `gradient` to zero where `mask` is not positive (ReLU's backward pass), and sums it.
  static func gradientSums(
    _ gradient: FloatBuffer, maskedBy mask: FloatBuffer?, input: FloatBuffer, from offset: Int, rows: Int,
    mean: [Float], threads: Int
  ) -> GradientSums {
    let columns = mean.count
    let blocks = (rows + rowsPerBlock(columns) - 1) / rowsPerBlock(columns)
    let partial = FloatBuffer(capacity: blocks * columns * 2)
    eachBlock(rows: rows, columns: columns, threads: threads) { block in
      let start = offset + block.first * columns
      let (g, x) = (gradient.pointer + start, input.pointer + start)
      let m = mask.map { $0.pointer + start }
      let sums = partial.pointer + block.index * columns * 2
      mean.withUnsafeBufferPointer { mean in
        guard let mean = mean.baseAddress else { return }
        block.eachColumn(
          wide: { gradientSums(SIMD16<Float>.self, g, m, x, mean, sums, block, $0) },
          half: { gradientSums(SIMD8<Float>.self, g, m, x, mean, sums, block, $0) },
          single: { gradientSums(SIMD1.self, g, m, x, mean, sums, block, $0) })
      }
    }
    var result = GradientSums(
      gradients: [Double](repeating: 0, count: columns), products: [Double](repeating: 0, count: columns))
    for block in 0..<blocks {
      let sums = partial.pointer + block * columns * 2
      for column in 0..<columns {
        result.gradients[column] += Double(sums[column])
        result.products[column] += Double(sums[columns + column])
      }
    }
    return result
  }

  @inline(__always)
  private static func gradientSums<V: Lanes>(
    _: V.Type, _ g: UnsafeMutablePointer<Float>, _ mask: UnsafeMutablePointer<Float>?, _ x: UnsafePointer<Float>,
    _ mean: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ block: Block, _ column: Int
  ) {
    let mean = V.load(mean + column)
    var (sum, product) = (V.zero, V.zero)
    for row in 0..<block.rows {
      let index = row * block.columns + column
      var value = V.load(g + index)
      if let mask {
        value = value.where(positive: V.load(mask + index))
        value.store(g + index)
      }
      sum = sum + value
      product = product.adding(value, times: V.load(x + index) - mean)
    }
    sum.store(sums + column)
    product.store(sums + block.columns + column)
  }

  /// Per column: target ← gradient · ofGradient + (input − mean) · ofInput + constant.
  struct Coefficients: Sendable {
    let mean: [Float]
    var ofGradient: [Float]
    var ofInput: [Float]
    var constant: [Float]

    init(mean: [Float]) {
      self.mean = mean
      ofGradient = [Float](repeating: 0, count: mean.count)
      ofInput = ofGradient
      constant = ofGradient
    }
  }

  static func combine(
    _ gradient: FloatBuffer, input: FloatBuffer, to target: FloatBuffer, from offset: Int, rows: Int,
    _ coefficients: Coefficients, threads: Int
  ) {
    let columns = coefficients.mean.count
    let packed = coefficients.mean + coefficients.ofGradient + coefficients.ofInput + coefficients.constant
    eachBlock(rows: rows, columns: columns, threads: threads) { block in
      let start = offset + block.first * columns
      let (g, x, y) = (gradient.pointer + start, input.pointer + start, target.pointer + start)
      packed.withUnsafeBufferPointer { packed in
        guard let packed = packed.baseAddress else { return }
        block.eachColumn(
          wide: { combine(SIMD16<Float>.self, g, x, y, packed, block, $0) },
          half: { combine(SIMD8<Float>.self, g, x, y, packed, block, $0) },
          single: { combine(SIMD1.self, g, x, y, packed, block, $0) })
      }
    }
  }

  @inline(__always)
  private static func combine<V: Lanes>(
    _: V.Type, _ g: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    _ coefficients: UnsafePointer<Float>, _ block: Block, _ column: Int
  ) {
    let columns = block.columns
    let (mean, ofGradient) = (V.load(coefficients + column), V.load(coefficients + columns + column))
    let (ofInput, constant) = (
      V.load(coefficients + 2 * columns + column), V.load(coefficients + 3 * columns + column)
    )
    for row in 0..<block.rows {
      let index = row * columns + column
      constant.adding(V.load(g + index), times: ofGradient).adding(V.load(x + index) - mean, times: ofInput)
        .store(y + index)
    }
  }

  /// Mean and sum of squared deviations of each column of one block, in two passes over the block while it is cached.
  static func moments(
    of source: FloatBuffer, from offset: Int, rows: Int, columns: Int, threads: Int
  ) -> (partial: FloatBuffer, blocks: Int) {
    let blocks = (rows + rowsPerBlock(columns) - 1) / rowsPerBlock(columns)
    let partial = FloatBuffer(capacity: blocks * columns * 2)
    eachBlock(rows: rows, columns: columns, threads: threads) { block in
      let x = source.pointer + offset + block.first * columns
      let sums = partial.pointer + block.index * columns * 2
      block.eachColumn(
        wide: { moments(SIMD16<Float>.self, x, sums, block, $0) },
        half: { moments(SIMD8<Float>.self, x, sums, block, $0) },
        single: { moments(SIMD1.self, x, sums, block, $0) })
    }
    return (partial, blocks)
  }

  @inline(__always)
  private static func moments<V: Lanes>(
    _: V.Type, _ x: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ block: Block, _ column: Int
  ) {
    var sum = V.zero
    for row in 0..<block.rows { sum = sum + V.load(x + row * block.columns + column) }
    let mean = sum.scaled(1 / Float(block.rows))
    var squares = V.zero
    for row in 0..<block.rows {
      let deviation = V.load(x + row * block.columns + column) - mean
      squares = squares.adding(deviation, times: deviation)
    }
    mean.store(sums + column)
    squares.store(sums + block.columns + column)
  }
}

/// Some of the rows of a matrix.
private struct Block {
  let index: Int
  let first: Int
  let rows: Int
  let columns: Int

  @inline(__always)
  func eachColumn(wide: (Int) -> Void, half: (Int) -> Void, single: (Int) -> Void) {
    var column = 0
    while column + 16 <= columns {
      wide(column)
      column += 16
    }
    if column + 8 <= columns {
      half(column)
      column += 8
    }
    while column < columns {
      single(column)
      column += 1
    }
  }
}

private func eachBlock(rows: Int, columns: Int, threads: Int, _ body: @Sendable (Block) -> Void) {
  let size = RowKernels.rowsPerBlock(columns)
  parallelFor((rows + size - 1) / size, threads: threads) { index in
    body(Block(index: index, first: index * size, rows: min(size, rows - index * size), columns: columns))
  }
}

/// A vector of neighbouring channels.
private protocol Lanes {
  static var zero: Self { get }
  static func load(_ pointer: UnsafePointer<Float>) -> Self
  func store(_ pointer: UnsafeMutablePointer<Float>)
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  func adding(_ other: Self, times factor: Self) -> Self
  func scaled(_ factor: Float) -> Self
  /// Zero where negative; NaN stays.
  var positive: Self { get }
  /// Zero where `mask` is not positive.
  func `where`(positive mask: Self) -> Self
}

extension SIMD where Self: Lanes, Scalar == Float {
  @inline(__always) static func load(_ pointer: UnsafePointer<Float>) -> Self {
    UnsafeRawPointer(pointer).loadUnaligned(as: Self.self)
  }
  @inline(__always) func store(_ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Self.self)
  }
  @inline(__always) func adding(_ other: Self, times factor: Self) -> Self { addingProduct(other, factor) }
  @inline(__always) func scaled(_ factor: Float) -> Self { self * factor }
}

// Comparisons stand in the concrete types: in the protocol's extension they would be a loop over the lanes.
extension SIMD16: Lanes where Scalar == Float {
  @inline(__always) var positive: SIMD16<Float> { replacing(with: 0, where: self .< 0) }
  @inline(__always) func `where`(positive mask: SIMD16<Float>) -> SIMD16<Float> {
    SIMD16<Float>.zero.replacing(with: self, where: mask .> 0)
  }
}

extension SIMD8: Lanes where Scalar == Float {
  @inline(__always) var positive: SIMD8<Float> { replacing(with: 0, where: self .< 0) }
  @inline(__always) func `where`(positive mask: SIMD8<Float>) -> SIMD8<Float> {
    SIMD8<Float>.zero.replacing(with: self, where: mask .> 0)
  }
}

/// One channel.
private struct SIMD1: Lanes {
  var value: Float
  static var zero: SIMD1 { SIMD1(value: 0) }
  @inline(__always) static func load(_ pointer: UnsafePointer<Float>) -> SIMD1 { SIMD1(value: pointer.pointee) }
  @inline(__always) func store(_ pointer: UnsafeMutablePointer<Float>) { pointer.pointee = value }
  @inline(__always) static func + (left: SIMD1, right: SIMD1) -> SIMD1 { SIMD1(value: left.value + right.value) }
  @inline(__always) static func - (left: SIMD1, right: SIMD1) -> SIMD1 { SIMD1(value: left.value - right.value) }
  @inline(__always) func adding(_ other: SIMD1, times factor: SIMD1) -> SIMD1 {
    SIMD1(value: value.addingProduct(other.value, factor.value))
  }
  @inline(__always) func scaled(_ factor: Float) -> SIMD1 { SIMD1(value: value * factor) }
  @inline(__always) var positive: SIMD1 { value < 0 ? .zero : self }
  @inline(__always) func `where`(positive mask: SIMD1) -> SIMD1 { mask.value > 0 ? self : .zero }
}
