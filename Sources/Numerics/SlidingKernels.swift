import CVector

/// The inner loops of a direct convolution of three kernel rows and 16 output columns: each number is read once for the three
/// output rows that it reaches, so that there are more than two products to each number that is read.
///
/// `DirectKernels.tile16` has one, and waits for the first-level cache. Twenty-four sums, three weights and the number itself
/// fill the 32 registers of AVX-512.
enum SlidingKernels {
  private typealias Vector = SIMD16<Float>

  /// All output pixels of eight images, 16 columns of them.
  ///
  /// - Parameters:
  ///   - stride, targetStride: numbers from one image to the next.
  ///   - weights: 16 columns side by side.
  ///   - columns: numbers from one output pixel to the next.
  static func columns16(
    _ table: ConvolutionColumns, _ source: UnsafePointer<Float>, stride: Int, _ weights: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>, columns: Int, stride targetStride: Int
  ) {
    for column in table.columns {
      let (first, second, third) = column.rows
      slide16(
        source + column.input, stride: stride, step: table.inputStep, count: column.count, height: table.height,
        (weights + first * 16, weights + second * 16, weights + third * 16), target + column.pixel * columns,
        targetStride: targetStride, targetStep: table.pixelStep * columns)
    }
  }

  /// One column. The sums a are of the output row before the input row, b of that beside it and c of the next; those of the
  /// rows before the first and after the last are thrown away.
  @inline(never)
  private static func slide16(
    _ source: UnsafePointer<Float>, stride: Int, step: Int, count: Int, height: Int,
    _ weights: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>),
    _ target: UnsafeMutablePointer<Float>, targetStride: Int, targetStep: Int
  ) {
    var (a0, a1, a2, a3) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (a4, a5, a6, a7) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (b0, b1, b2, b3) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (b4, b5, b6, b7) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (c0, c1, c2, c3) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (c4, c5, c6, c7) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var line = source
    var place = target - targetStep
    for row in 0..<height {
      var x = line
      var y = line + 4 &* stride
      var (u, v, w) = weights
      let end = line + count
      while x < end {
        let (first, second, third) = (v16_load(u), v16_load(v), v16_load(w))
        let x0 = v16_splat(x)
        c0 = v16_fused(x0, first, c0)
        b0 = v16_fused(x0, second, b0)
        a0 = v16_fused(x0, third, a0)
        let x1 = v16_splat(x + stride)
        c1 = v16_fused(x1, first, c1)
        b1 = v16_fused(x1, second, b1)
        a1 = v16_fused(x1, third, a1)
        let x2 = v16_splat(x + 2 &* stride)
        c2 = v16_fused(x2, first, c2)
        b2 = v16_fused(x2, second, b2)
        a2 = v16_fused(x2, third, a2)
        let x3 = v16_splat(x + 3 &* stride)
        c3 = v16_fused(x3, first, c3)
        b3 = v16_fused(x3, second, b3)
        a3 = v16_fused(x3, third, a3)
        let x4 = v16_splat(y)
        c4 = v16_fused(x4, first, c4)
        b4 = v16_fused(x4, second, b4)
        a4 = v16_fused(x4, third, a4)
        let x5 = v16_splat(y + stride)
        c5 = v16_fused(x5, first, c5)
        b5 = v16_fused(x5, second, b5)
        a5 = v16_fused(x5, third, a5)
        let x6 = v16_splat(y + 2 &* stride)
        c6 = v16_fused(x6, first, c6)
        b6 = v16_fused(x6, second, b6)
        a6 = v16_fused(x6, third, a6)
        let x7 = v16_splat(y + 3 &* stride)
        c7 = v16_fused(x7, first, c7)
        b7 = v16_fused(x7, second, b7)
        a7 = v16_fused(x7, third, a7)
        x += 1
        y += 1
        u += 16
        v += 16
        w += 16
      }
      if row > 0 { store(place, targetStride, a0, a1, a2, a3, a4, a5, a6, a7) }
      (a0, a1, a2, a3, a4, a5, a6, a7) = (b0, b1, b2, b3, b4, b5, b6, b7)
      (b0, b1, b2, b3, b4, b5, b6, b7) = (c0, c1, c2, c3, c4, c5, c6, c7)
      (c0, c1, c2, c3) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      (c4, c5, c6, c7) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
      line += step
      place += targetStep
    }
    store(place, targetStride, a0, a1, a2, a3, a4, a5, a6, a7)
  }

  /// As `DirectKernels.outer16`, for eight rows of each of the three kernel rows.
  ///
  /// - Parameters:
  ///   - pairs: of the middle kernel row.
  ///   - sum: the first of the middle kernel row.
  ///   - rows: rows of the sum from one kernel row to the next.
  ///   - zeros: an output row of zeros, for those beyond the first and the last.
  @inline(never)
  static func outer16(
    _ pairs: DirectKernels.Pairs, _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ sum: UnsafeMutablePointer<Float>, stride: Int, rows: Int, zeros: UnsafePointer<Float>
  ) {
    let (top, bottom) = (sum - rows * stride, sum + rows * stride)
    var (a0, a1, a2, a3) = (
      v16_load(top), v16_load(top + stride), v16_load(top + 2 * stride), v16_load(top + 3 * stride)
    )
    var (a4, a5, a6, a7) = (
      v16_load(top + 4 * stride), v16_load(top + 5 * stride), v16_load(top + 6 * stride), v16_load(top + 7 * stride)
    )
    var (b0, b1, b2, b3) = (
      v16_load(sum), v16_load(sum + stride), v16_load(sum + 2 * stride), v16_load(sum + 3 * stride)
    )
    var (b4, b5, b6, b7) = (
      v16_load(sum + 4 * stride), v16_load(sum + 5 * stride), v16_load(sum + 6 * stride), v16_load(sum + 7 * stride)
    )
    var (c0, c1, c2, c3) = (
      v16_load(bottom), v16_load(bottom + stride), v16_load(bottom + 2 * stride), v16_load(bottom + 3 * stride)
    )
    var (c4, c5, c6, c7) = (
      v16_load(bottom + 4 * stride), v16_load(bottom + 5 * stride), v16_load(bottom + 6 * stride),
      v16_load(bottom + 7 * stride)
    )
    let (stepIn, stepOut) = pairs.steps
    let line = pairs.shape.outputWidth &* pairs.shape.outputChannels
    let last = pairs.stretches.count - 1
    for image in 0..<pairs.images {
      let (images, gradients) = (input + image &* pairs.shape.inputCount, gradient + image &* pairs.shape.outputCount)
      for (row, stretch) in pairs.stretches.enumerated() {
        var x = images + Int(stretch.input)
        var g = gradients + Int(stretch.output)
        // An input row meets the first kernel row in the output row below it, and the third in that above it.
        var (up, down) = (row > 0 ? g - line : zeros, row < last ? g + line : zeros)
        let end = g + Int(stretch.count) &* stepOut
        while g < end {
          let (above, beside, below) = (v16_load(up), v16_load(g), v16_load(down))
          let x0 = v16_splat(x)
          a0 = v16_fused(x0, below, a0)
          b0 = v16_fused(x0, beside, b0)
          c0 = v16_fused(x0, above, c0)
          let x1 = v16_splat(x + 1)
          a1 = v16_fused(x1, below, a1)
          b1 = v16_fused(x1, beside, b1)
          c1 = v16_fused(x1, above, c1)
          let x2 = v16_splat(x + 2)
          a2 = v16_fused(x2, below, a2)
          b2 = v16_fused(x2, beside, b2)
          c2 = v16_fused(x2, above, c2)
          let x3 = v16_splat(x + 3)
          a3 = v16_fused(x3, below, a3)
          b3 = v16_fused(x3, beside, b3)
          c3 = v16_fused(x3, above, c3)
          let x4 = v16_splat(x + 4)
          a4 = v16_fused(x4, below, a4)
          b4 = v16_fused(x4, beside, b4)
          c4 = v16_fused(x4, above, c4)
          let x5 = v16_splat(x + 5)
          a5 = v16_fused(x5, below, a5)
          b5 = v16_fused(x5, beside, b5)
          c5 = v16_fused(x5, above, c5)
          let x6 = v16_splat(x + 6)
          a6 = v16_fused(x6, below, a6)
          b6 = v16_fused(x6, beside, b6)
          c6 = v16_fused(x6, above, c6)
          let x7 = v16_splat(x + 7)
          a7 = v16_fused(x7, below, a7)
          b7 = v16_fused(x7, beside, b7)
          c7 = v16_fused(x7, above, c7)
          x += stepIn
          g += stepOut
          up += stepOut
          down += stepOut
        }
      }
    }
    store(top, stride, a0, a1, a2, a3, a4, a5, a6, a7)
    store(sum, stride, b0, b1, b2, b3, b4, b5, b6, b7)
    store(bottom, stride, c0, c1, c2, c3, c4, c5, c6, c7)
  }

  /// The same as in `DirectKernels`, which a debug build would call and not inline from there: eight vectors by way of memory.
  @inline(__always)
  private static func store(
    _ target: UnsafeMutablePointer<Float>, _ stride: Int, _ v0: Vector, _ v1: Vector, _ v2: Vector, _ v3: Vector,
    _ v4: Vector, _ v5: Vector, _ v6: Vector, _ v7: Vector
  ) {
    v16_store(v0, target)
    v16_store(v1, target + stride)
    v16_store(v2, target + 2 &* stride)
    v16_store(v3, target + 3 &* stride)
    v16_store(v4, target + 4 &* stride)
    v16_store(v5, target + 5 &* stride)
    v16_store(v6, target + 6 &* stride)
    v16_store(v7, target + 7 &* stride)
  }
}
