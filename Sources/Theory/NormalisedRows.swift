import CVector
import Numerics

/// Rows of length one, or zero where they were zero.
struct NormalisedRows: Sendable {
  let count: Int
  let width: Int
  /// Row by row.
  private let values: FloatBuffer

  private static let rowsPerBlock = 256

  /// - Throws: `FeatureError.nonFinite` where a row is not finite.
  init(_ source: Matrix, threads: Int) throws(FeatureError) {
    let norms = rowNorms(source, threads: threads)
    try requireFinite(norms)
    (count, width) = (source.rows, source.columns)
    values = FloatBuffer(unwritten: count * width)
    let (target, width) = (values, width)
    let ranges = blocks(of: count, size: Self.rowsPerBlock)
    source.values.withUnsafeBufferPointer { source in
      nonisolated(unsafe) let source = source
      parallelFor(ranges.count, threads: threads) { index in
        for row in ranges[index] {
          let factor = norms[row] > 0 ? 1 / norms[row] : 0
          for column in row * width..<(row + 1) * width {
            target.pointer[column] = Float(Double(source[column]) * factor)
          }
        }
      }
    }
  }

  /// Some rows of others, copied.
  init(_ other: NormalisedRows, rows: [Int]) {
    (count, width) = (rows.count, other.width)
    values = FloatBuffer(unwritten: count * width)
    for (place, row) in rows.enumerated() {
      (values.pointer + place * width).update(from: other.row(row), count: width)
    }
  }

  /// A number that equal rows have in common.
  func mark(_ row: Int) -> Int {
    let source = self.row(row)
    var mark: UInt64 = 0
    for column in 0..<width { mark = (mark ^ UInt64(source[column].bitPattern)) &* 0x9E37_79B9_7F4A_7C15 }
    return Int(truncatingIfNeeded: mark ^ mark >> 32)
  }

  /// Whether two rows have the same bits.
  func areEqual(_ a: Int, _ b: Int) -> Bool {
    let (a, b) = (row(a), row(b))
    return (0..<width).allSatisfy { a[$0].bitPattern == b[$0].bitPattern }
  }

  func row(_ row: Int) -> UnsafePointer<Float> { UnsafePointer(values.pointer + row * width) }

  /// A row of one matrix, a row of another, and where their cosine belongs.
  struct Pair {
    let row: Int32
    let other: Int32
    let place: Int
  }

  /// target[place] ← the product of the rows of each pair, in double precision and in an order that depends on the width
  /// alone.
  func cosines(_ other: NormalisedRows, _ pairs: [Pair], to target: UnsafeMutablePointer<Double>) {
    var position = 0
    // Four at a time: each is one chain of sums. The next four are asked for meanwhile.
    while position + 4 <= pairs.count {
      let (p, q, r, s) = (pairs[position], pairs[position + 1], pairs[position + 2], pairs[position + 3])
      let (p0, p1) = (row(Int(p.row)), other.row(Int(p.other)))
      let (q0, q1) = (row(Int(q.row)), other.row(Int(q.other)))
      let (r0, r1) = (row(Int(r.row)), other.row(Int(r.other)))
      let (s0, s1) = (row(Int(s.row)), other.row(Int(s.other)))
      for next in position + 4..<min(position + 8, pairs.count) { other.prefetch(Int(pairs[next].other)) }
      var (sumP, sumQ) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      var (sumR, sumS) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      var column = 0
      while column &+ 8 <= width {
        sumP = v8_plus_exactly(sumP, v8_load(p0 + column), v8_load(p1 + column))
        sumQ = v8_plus_exactly(sumQ, v8_load(q0 + column), v8_load(q1 + column))
        sumR = v8_plus_exactly(sumR, v8_load(r0 + column), v8_load(r1 + column))
        sumS = v8_plus_exactly(sumS, v8_load(s0 + column), v8_load(s1 + column))
        column &+= 8
      }
      target[p.place] = rest(sumP.sum(), p0, p1, from: column)
      target[q.place] = rest(sumQ.sum(), q0, q1, from: column)
      target[r.place] = rest(sumR.sum(), r0, r1, from: column)
      target[s.place] = rest(sumS.sum(), s0, s1, from: column)
      position += 4
    }
    for pair in pairs[position...] {
      let (left, right) = (row(Int(pair.row)), other.row(Int(pair.other)))
      var sum = SIMD8<Double>.zero
      var column = 0
      while column &+ 8 <= width {
        sum = v8_plus_exactly(sum, v8_load(left + column), v8_load(right + column))
        column &+= 8
      }
      target[pair.place] = rest(sum.sum(), left, right, from: column)
    }
  }

  private func prefetch(_ row: Int) {
    let start = self.row(row)
    for column in stride(from: 0, to: width, by: 16) { v_prefetch(start + column) }
  }

  /// `sum` and the products from `column` on.
  private func rest(
    _ sum: Double, _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, from column: Int
  ) -> Double {
    (column..<width).reduce(sum) { $0 + Double(left[$1]) * Double(right[$1]) }
  }
}
