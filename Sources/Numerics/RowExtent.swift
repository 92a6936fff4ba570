/// Lengths of a row less the centre and of what its leading part lacks, both rounded up, and the magnitude of its offset; or
/// the largest of several rows.
struct RowExtent {
  var length = 0.0
  var lack = 0.0
  var offset = 0.0

  mutating func widen(to other: RowExtent) {
    length = max(length, other.length)
    lack = max(lack, other.lack)
    offset = max(offset, other.offset)
  }

  /// A length from a sum of `count` squares in `Float`, sixteen at a time: with room for the sum's own rounding, and for
  /// squares too small for a `Float`.
  static func length(_ squares: SIMD16<Float>, count: Int) -> Double {
    Double(squares.sum()).squareRoot() * (1 + Double(count / 16 + 10) * 0x1p-23) + 1e-15
  }
}
