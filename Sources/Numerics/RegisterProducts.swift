import CVector

/// Products of rows and columns with all sums in registers: of matrices, and in the transformed domain, where a tile of an
/// image is a row and filters are columns.
///
/// Rows lie in panels of sixteen channels, `[channel / 16][row][16]`, so that what is read one after another lies one after
/// another. The filters lie `[column block][input channel][columns of the block]`. Each sum is a variable of its own and
/// each loop a function of its own: from arrays, tuples or inlined code the compiler makes memory traffic instead. The order
/// of a sum depends on the number of input channels alone. Sums over rows are in RegisterOuterProducts.swift.
enum RegisterProducts {
  typealias Vector = SIMD16<Float>

  /// Six rows times 64 columns.
  ///
  /// - Parameters:
  ///   - x: the first row's first panel; `panel` numbers from one panel to the next, of which there are `panels`.
  ///   - filters: 16 · panels × 64.
  ///   - target: the first row's place for the first sixteen columns; the next sixteen are `targetPanel` numbers
  ///     further, the next row `targetRow`.
  @inline(never)
  static func rows6by64(
    _ x: UnsafePointer<Float>, panel: Int, panels: Int, _ filters: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>, targetPanel: Int, targetRow: Int
  ) {
    var (a0, a1, a2, a3, a4, a5) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (b0, b1, b2, b3, b4, b5) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (c0, c1, c2, c3, c4, c5) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (d0, d1, d2, d3, d4, d5) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (start, w) = (x, filters)
    let end = x + panels &* panel
    while start < end {
      var p = start
      let last = p + 16
      while p < last {
        // Many filters lie in the second-level cache: they are asked for ahead.
        let ahead = w + 12 &* 64
        v_prefetch(ahead)
        v_prefetch(ahead + 16)
        v_prefetch(ahead + 32)
        v_prefetch(ahead + 48)
        let (l0, l1, l2, l3) = (v16_load(w), v16_load(w + 16), v16_load(w + 32), v16_load(w + 48))
        let x0 = v16_splat(p)
        a0 = v16_fused(x0, l0, a0)
        b0 = v16_fused(x0, l1, b0)
        c0 = v16_fused(x0, l2, c0)
        d0 = v16_fused(x0, l3, d0)
        let x1 = v16_splat(p + 16)
        a1 = v16_fused(x1, l0, a1)
        b1 = v16_fused(x1, l1, b1)
        c1 = v16_fused(x1, l2, c1)
        d1 = v16_fused(x1, l3, d1)
        let x2 = v16_splat(p + 32)
        a2 = v16_fused(x2, l0, a2)
        b2 = v16_fused(x2, l1, b2)
        c2 = v16_fused(x2, l2, c2)
        d2 = v16_fused(x2, l3, d2)
        let x3 = v16_splat(p + 48)
        a3 = v16_fused(x3, l0, a3)
        b3 = v16_fused(x3, l1, b3)
        c3 = v16_fused(x3, l2, c3)
        d3 = v16_fused(x3, l3, d3)
        let x4 = v16_splat(p + 64)
        a4 = v16_fused(x4, l0, a4)
        b4 = v16_fused(x4, l1, b4)
        c4 = v16_fused(x4, l2, c4)
        d4 = v16_fused(x4, l3, d4)
        let x5 = v16_splat(p + 80)
        a5 = v16_fused(x5, l0, a5)
        b5 = v16_fused(x5, l1, b5)
        c5 = v16_fused(x5, l2, c5)
        d5 = v16_fused(x5, l3, d5)
        p += 1
        w += 64
      }
      start += panel
    }
    store6(target, targetRow, a0, a1, a2, a3, a4, a5)
    store6(target + targetPanel, targetRow, b0, b1, b2, b3, b4, b5)
    store6(target + 2 &* targetPanel, targetRow, c0, c1, c2, c3, c4, c5)
    store6(target + 3 &* targetPanel, targetRow, d0, d1, d2, d3, d4, d5)
  }

  /// Twelve rows times 32 columns; otherwise as `rows6by64`.
  @inline(never)
  static func rows12by32(
    _ x: UnsafePointer<Float>, panel: Int, panels: Int, _ filters: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>, targetPanel: Int, targetRow: Int
  ) {
    var (a0, a1, a2, a3, a4, a5) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (b0, b1, b2, b3, b4, b5) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (c0, c1, c2, c3, c4, c5) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (d0, d1, d2, d3, d4, d5) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (start, w) = (x, filters)
    let end = x + panels &* panel
    while start < end {
      var p = start
      let last = p + 16
      while p < last {
        let (l0, l1) = (v16_load(w), v16_load(w + 16))
        let x0 = v16_splat(p)
        a0 = v16_fused(x0, l0, a0)
        c0 = v16_fused(x0, l1, c0)
        let x1 = v16_splat(p + 16)
        a1 = v16_fused(x1, l0, a1)
        c1 = v16_fused(x1, l1, c1)
        let x2 = v16_splat(p + 32)
        a2 = v16_fused(x2, l0, a2)
        c2 = v16_fused(x2, l1, c2)
        let x3 = v16_splat(p + 48)
        a3 = v16_fused(x3, l0, a3)
        c3 = v16_fused(x3, l1, c3)
        let x4 = v16_splat(p + 64)
        a4 = v16_fused(x4, l0, a4)
        c4 = v16_fused(x4, l1, c4)
        let x5 = v16_splat(p + 80)
        a5 = v16_fused(x5, l0, a5)
        c5 = v16_fused(x5, l1, c5)
        let x6 = v16_splat(p + 96)
        b0 = v16_fused(x6, l0, b0)
        d0 = v16_fused(x6, l1, d0)
        let x7 = v16_splat(p + 112)
        b1 = v16_fused(x7, l0, b1)
        d1 = v16_fused(x7, l1, d1)
        let x8 = v16_splat(p + 128)
        b2 = v16_fused(x8, l0, b2)
        d2 = v16_fused(x8, l1, d2)
        let x9 = v16_splat(p + 144)
        b3 = v16_fused(x9, l0, b3)
        d3 = v16_fused(x9, l1, d3)
        let x10 = v16_splat(p + 160)
        b4 = v16_fused(x10, l0, b4)
        d4 = v16_fused(x10, l1, d4)
        let x11 = v16_splat(p + 176)
        b5 = v16_fused(x11, l0, b5)
        d5 = v16_fused(x11, l1, d5)
        p += 1
        w += 32
      }
      start += panel
    }
    store6(target, targetRow, a0, a1, a2, a3, a4, a5)
    store6(target + 6 &* targetRow, targetRow, b0, b1, b2, b3, b4, b5)
    store6(target + targetPanel, targetRow, c0, c1, c2, c3, c4, c5)
    store6(target + targetPanel + 6 &* targetRow, targetRow, d0, d1, d2, d3, d4, d5)
  }

  /// Twelve rows times 16 columns; otherwise as `rows6by64`.
  @inline(never)
  static func rows12by16(
    _ x: UnsafePointer<Float>, panel: Int, panels: Int, _ filters: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>, targetRow: Int
  ) {
    var (a0, a1, a2, a3, a4, a5) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (b0, b1, b2, b3, b4, b5) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (start, w) = (x, filters)
    let end = x + panels &* panel
    while start < end {
      var p = start
      let last = p + 16
      while p < last {
        let l = v16_load(w)
        a0 = v16_fused(v16_splat(p), l, a0)
        a1 = v16_fused(v16_splat(p + 16), l, a1)
        a2 = v16_fused(v16_splat(p + 32), l, a2)
        a3 = v16_fused(v16_splat(p + 48), l, a3)
        a4 = v16_fused(v16_splat(p + 64), l, a4)
        a5 = v16_fused(v16_splat(p + 80), l, a5)
        b0 = v16_fused(v16_splat(p + 96), l, b0)
        b1 = v16_fused(v16_splat(p + 112), l, b1)
        b2 = v16_fused(v16_splat(p + 128), l, b2)
        b3 = v16_fused(v16_splat(p + 144), l, b3)
        b4 = v16_fused(v16_splat(p + 160), l, b4)
        b5 = v16_fused(v16_splat(p + 176), l, b5)
        p += 1
        w += 16
      }
      start += panel
    }
    store6(target, targetRow, a0, a1, a2, a3, a4, a5)
    store6(target + 6 &* targetRow, targetRow, b0, b1, b2, b3, b4, b5)
  }

  /// Nine rows times 48 columns, for great depths: of shapes that 32 registers hold, one that reads fewer columns for its
  /// products than 6 × 64 does.
  ///
  /// Rows and columns lie as they are read, `[k][9]` and `[k][48]`. Nine rows of some hundred numbers stay in the
  /// first-level cache; the columns come from the second one and are asked for ahead.
  ///
  /// - Parameters:
  ///   - x: `depth` × 9.
  ///   - columns: `depth` × 48.
  ///   - target: the sums, rows `stride` numbers apart.
  @inline(never)
  static func rows9by48(
    _ x: UnsafePointer<Float>, depth: Int, _ columns: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    var (a0, a1, a2, a3, a4) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (a5, a6, a7, a8) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (b0, b1, b2, b3, b4) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (b5, b6, b7, b8) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (c0, c1, c2, c3, c4) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (c5, c6, c7, c8) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (p, w) = (x, columns)
    let end = x + depth &* 9
    while p < end {
      let ahead = w + 16 &* 48
      v_prefetch(ahead)
      v_prefetch(ahead + 16)
      v_prefetch(ahead + 32)
      let (l0, l1, l2) = (v16_load(w), v16_load(w + 16), v16_load(w + 32))
      let x0 = v16_splat(p)
      a0 = v16_fused(x0, l0, a0)
      b0 = v16_fused(x0, l1, b0)
      c0 = v16_fused(x0, l2, c0)
      let x1 = v16_splat(p + 1)
      a1 = v16_fused(x1, l0, a1)
      b1 = v16_fused(x1, l1, b1)
      c1 = v16_fused(x1, l2, c1)
      let x2 = v16_splat(p + 2)
      a2 = v16_fused(x2, l0, a2)
      b2 = v16_fused(x2, l1, b2)
      c2 = v16_fused(x2, l2, c2)
      let x3 = v16_splat(p + 3)
      a3 = v16_fused(x3, l0, a3)
      b3 = v16_fused(x3, l1, b3)
      c3 = v16_fused(x3, l2, c3)
      let x4 = v16_splat(p + 4)
      a4 = v16_fused(x4, l0, a4)
      b4 = v16_fused(x4, l1, b4)
      c4 = v16_fused(x4, l2, c4)
      let x5 = v16_splat(p + 5)
      a5 = v16_fused(x5, l0, a5)
      b5 = v16_fused(x5, l1, b5)
      c5 = v16_fused(x5, l2, c5)
      let x6 = v16_splat(p + 6)
      a6 = v16_fused(x6, l0, a6)
      b6 = v16_fused(x6, l1, b6)
      c6 = v16_fused(x6, l2, c6)
      let x7 = v16_splat(p + 7)
      a7 = v16_fused(x7, l0, a7)
      b7 = v16_fused(x7, l1, b7)
      c7 = v16_fused(x7, l2, c7)
      let x8 = v16_splat(p + 8)
      a8 = v16_fused(x8, l0, a8)
      b8 = v16_fused(x8, l1, b8)
      c8 = v16_fused(x8, l2, c8)
      p += 9
      w += 48
    }
    store9(target, stride, a0, a1, a2, a3, a4, a5, a6, a7, a8)
    store9(target + 16, stride, b0, b1, b2, b3, b4, b5, b6, b7, b8)
    store9(target + 32, stride, c0, c1, c2, c3, c4, c5, c6, c7, c8)
  }

  @inline(__always)
  private static func store6(
    _ target: UnsafeMutablePointer<Float>, _ row: Int, _ v0: Vector, _ v1: Vector, _ v2: Vector, _ v3: Vector,
    _ v4: Vector, _ v5: Vector
  ) {
    v16_store(v0, target)
    v16_store(v1, target + row)
    v16_store(v2, target + 2 &* row)
    v16_store(v3, target + 3 &* row)
    v16_store(v4, target + 4 &* row)
    v16_store(v5, target + 5 &* row)
  }

  @inline(__always)
  private static func store9(
    _ target: UnsafeMutablePointer<Float>, _ stride: Int, _ v0: Vector, _ v1: Vector, _ v2: Vector, _ v3: Vector,
    _ v4: Vector, _ v5: Vector, _ v6: Vector, _ v7: Vector, _ v8: Vector
  ) {
    v16_store(v0, target)
    v16_store(v1, target + stride)
    v16_store(v2, target + 2 &* stride)
    v16_store(v3, target + 3 &* stride)
    v16_store(v4, target + 4 &* stride)
    v16_store(v5, target + 5 &* stride)
    v16_store(v6, target + 6 &* stride)
    v16_store(v7, target + 7 &* stride)
    v16_store(v8, target + 8 &* stride)
  }
}
