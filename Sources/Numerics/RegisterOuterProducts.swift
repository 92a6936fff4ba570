import CVector

/// Sums over the rows, which are tiles of images, for the weight gradient in the transformed domain: to a block of sums in
/// registers each tile adds its channels times its columns.
///
/// Panels, sums and loops are as RegisterProducts.swift says; helpers are here because a debug build inlines nothing from
/// another file.
extension RegisterProducts {
  /// sum[r][…] += Σ over tiles of x[tile][r] · g[tile][…], for eight channels r and 32 columns.
  ///
  /// - Parameters:
  ///   - x: the first tile's first of the eight channels; a tile is 16 numbers further than the one before.
  ///   - g: the first tile in the first of two panels, `panel` numbers apart.
  ///   - sum: rows `stride` numbers apart.
  @inline(never)
  static func outer8by32(
    _ x: UnsafePointer<Float>, _ g: UnsafePointer<Float>, panel: Int, tiles: Int, _ sum: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    let (low, high) = (sum, sum + 4 &* stride)
    let three = 3 &* stride
    var (a0, a1, a2, a3) = (v16_load(low), v16_load(low + stride), v16_load(low + 2 &* stride), v16_load(low + three))
    var (a4, a5, a6, a7) = (
      v16_load(high), v16_load(high + stride), v16_load(high + 2 &* stride), v16_load(high + three)
    )
    var (b0, b1, b2, b3) = (
      v16_load(low + 16), v16_load(low + stride + 16), v16_load(low + 2 &* stride + 16), v16_load(low + three + 16)
    )
    var (b4, b5, b6, b7) = (
      v16_load(high + 16), v16_load(high + stride + 16), v16_load(high + 2 &* stride + 16), v16_load(high + three + 16)
    )
    var (p, q) = (x, g)
    let end = x + tiles &* 16
    while p < end {
      let (left, right) = (v16_load(q), v16_load(q + panel))
      let x0 = v16_splat(p)
      a0 = v16_fused(x0, left, a0)
      b0 = v16_fused(x0, right, b0)
      let x1 = v16_splat(p + 1)
      a1 = v16_fused(x1, left, a1)
      b1 = v16_fused(x1, right, b1)
      let x2 = v16_splat(p + 2)
      a2 = v16_fused(x2, left, a2)
      b2 = v16_fused(x2, right, b2)
      let x3 = v16_splat(p + 3)
      a3 = v16_fused(x3, left, a3)
      b3 = v16_fused(x3, right, b3)
      let x4 = v16_splat(p + 4)
      a4 = v16_fused(x4, left, a4)
      b4 = v16_fused(x4, right, b4)
      let x5 = v16_splat(p + 5)
      a5 = v16_fused(x5, left, a5)
      b5 = v16_fused(x5, right, b5)
      let x6 = v16_splat(p + 6)
      a6 = v16_fused(x6, left, a6)
      b6 = v16_fused(x6, right, b6)
      let x7 = v16_splat(p + 7)
      a7 = v16_fused(x7, left, a7)
      b7 = v16_fused(x7, right, b7)
      p += 16
      q += 16
    }
    store4(low, stride, a0, a1, a2, a3)
    store4(high, stride, a4, a5, a6, a7)
    store4(low + 16, stride, b0, b1, b2, b3)
    store4(high + 16, stride, b4, b5, b6, b7)
  }

  /// As `outer8by32`, for 16 channels and 16 columns.
  @inline(never)
  static func outer16by16(
    _ x: UnsafePointer<Float>, _ g: UnsafePointer<Float>, tiles: Int, _ sum: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let (low, high) = (sum, sum + 8 &* stride)
    let three = 3 &* stride
    var (a0, a1, a2, a3) = (v16_load(low), v16_load(low + stride), v16_load(low + 2 &* stride), v16_load(low + three))
    var (a4, a5, a6, a7) = (
      v16_load(low + 4 &* stride), v16_load(low + 5 &* stride), v16_load(low + 6 &* stride), v16_load(low + 7 &* stride)
    )
    var (b0, b1, b2, b3) = (
      v16_load(high), v16_load(high + stride), v16_load(high + 2 &* stride), v16_load(high + three)
    )
    var (b4, b5, b6, b7) = (
      v16_load(high + 4 &* stride), v16_load(high + 5 &* stride), v16_load(high + 6 &* stride),
      v16_load(high + 7 &* stride)
    )
    var (p, q) = (x, g)
    let end = x + tiles &* 16
    while p < end {
      let l = v16_load(q)
      a0 = v16_fused(v16_splat(p), l, a0)
      a1 = v16_fused(v16_splat(p + 1), l, a1)
      a2 = v16_fused(v16_splat(p + 2), l, a2)
      a3 = v16_fused(v16_splat(p + 3), l, a3)
      a4 = v16_fused(v16_splat(p + 4), l, a4)
      a5 = v16_fused(v16_splat(p + 5), l, a5)
      a6 = v16_fused(v16_splat(p + 6), l, a6)
      a7 = v16_fused(v16_splat(p + 7), l, a7)
      b0 = v16_fused(v16_splat(p + 8), l, b0)
      b1 = v16_fused(v16_splat(p + 9), l, b1)
      b2 = v16_fused(v16_splat(p + 10), l, b2)
      b3 = v16_fused(v16_splat(p + 11), l, b3)
      b4 = v16_fused(v16_splat(p + 12), l, b4)
      b5 = v16_fused(v16_splat(p + 13), l, b5)
      b6 = v16_fused(v16_splat(p + 14), l, b6)
      b7 = v16_fused(v16_splat(p + 15), l, b7)
      p += 16
      q += 16
    }
    store4(low, stride, a0, a1, a2, a3)
    store4(low + 4 &* stride, stride, a4, a5, a6, a7)
    store4(high, stride, b0, b1, b2, b3)
    store4(high + 4 &* stride, stride, b4, b5, b6, b7)
  }

  @inline(__always)
  private static func store4(
    _ target: UnsafeMutablePointer<Float>, _ stride: Int, _ v0: Vector, _ v1: Vector, _ v2: Vector, _ v3: Vector
  ) {
    v16_store(v0, target)
    v16_store(v1, target + stride)
    v16_store(v2, target + 2 &* stride)
    v16_store(v3, target + 3 &* stride)
  }
}
