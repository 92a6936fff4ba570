import CVector

/// The mean of a bank's rows, μ, which is taken from bank and queries before their products are taken roughly.
///
/// Of a query x and a row y, x·y = x·μ + μ·(y − μ) + (x − μ)·(y − μ): the first term, the shift, is the query's own and has
/// no part in the order of its products; the second, the offset, is a number a row; and the third is as small as rows
/// differ, whatever they have in common. What is rounded in it is small in the same measure.
struct RowCentre: Sendable {
  let dimension: Int
  /// μ, and zeros up to a multiple of 32.
  let values: FloatBuffer
  private let length: Double
  private let zeros: FloatBuffer

  /// The mean of up to 1,024 of `count` × `dimension` rows, at equal distances, rounded. What is taken from all need not be
  /// their mean; the nearer, the smaller are the errors.
  init(of rows: UnsafePointer<Float>, count: Int, dimension: Int) {
    self.dimension = dimension
    values = FloatBuffer(capacity: (dimension + 31) / 32 * 32)
    zeros = FloatBuffer(capacity: dimension)
    let distance = max(1, (count + 1023) / 1024)
    var sums = [Double](repeating: 0, count: dimension)
    for row in stride(from: 0, to: count, by: distance) {
      let source = rows + row * dimension
      for column in 0..<dimension { sums[column] += Double(source[column]) }
    }
    let number = Double(max(1, (count + distance - 1) / distance))
    for column in 0..<dimension { values.pointer[column] = Float(sums[column] / number) }
    length = Self.product(values.pointer, values.pointer, less: zeros.pointer, dimension).squareRoot()
  }

  /// x·μ.
  func shift(of query: UnsafePointer<Float>) -> Double {
    Self.product(values.pointer, query, less: zeros.pointer, dimension)
  }

  /// μ·(y − μ), of the difference as it is rounded.
  func offset(of row: UnsafePointer<Float>) -> Double {
    Self.product(values.pointer, row, less: values.pointer, dimension)
  }

  /// How far off x·y is, whatever else is rounded: by the rounding of x − μ, y − μ and the offset, and by that of x·y, x·μ and
  /// the offset in double precision. `length` is that of x − μ, `largest` that of the longest y − μ.
  func rounding(_ length: Double, _ largest: RowExtent) -> Double {
    let single = 0x1p-24 * ((2 * length + self.length) * largest.length + largest.offset)
    let double = Double(dimension) * 0x1p-50 * (length + self.length) * (largest.length + self.length)
    return single + double
  }

  /// Σ a · (row − centre), the difference in `Float`, the sum in double precision.
  private static func product(
    _ a: UnsafePointer<Float>, _ row: UnsafePointer<Float>, less centre: UnsafePointer<Float>, _ dimension: Int
  ) -> Double {
    var sums = SIMD8<Double>.zero
    var column = 0
    while column &+ 8 <= dimension {
      sums = v8_plus_exactly(sums, v8_load(a + column), v8_load(row + column) - v8_load(centre + column))
      column &+= 8
    }
    return (column..<dimension).reduce(sums.sum()) { $0 + Double(a[$1]) * Double(row[$1] - centre[$1]) }
  }
}
