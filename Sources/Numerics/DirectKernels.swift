import CVector

/// The inner loops of `DirectConvolution`: eight rows of one or two vectors of sixteen, so that the sums stay in the
/// registers of AVX-512 from the first product to the last.
///
/// Each sum is a variable of its own and each loop a function of its own: from arrays, tuples or inlined code the
/// compiler makes memory traffic instead.
enum DirectKernels {
  typealias Vector = SIMD16<Float>

  /// target[i] ← Σ over `runs` of source[i + …] · weights, for eight images i and 32 columns.
  ///
  /// - Parameters:
  ///   - stride, targetStride: numbers from one image to the next.
  ///   - weights: 32 columns side by side.
  @inline(never)
  static func tile32(
    _ runs: UnsafeBufferPointer<ConvolutionRuns.Run>, _ source: UnsafePointer<Float>, stride: Int,
    _ weights: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, targetStride: Int
  ) {
    var (a0, a1, a2, a3) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (a4, a5, a6, a7) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (b0, b1, b2, b3) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (b4, b5, b6, b7) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    for run in runs {
      var x = source + Int(run.input)
      var y = x + 4 &* stride
      var w = weights + Int(run.row) &* 32
      let end = w + Int(run.count) &* 32
      while w < end {
        let (left, right) = (v16_load(w), v16_load(w + 16))
        let x0 = v16_splat(x)
        a0 = v16_fused(x0, left, a0)
        b0 = v16_fused(x0, right, b0)
        let x1 = v16_splat(x + stride)
        a1 = v16_fused(x1, left, a1)
        b1 = v16_fused(x1, right, b1)
        let x2 = v16_splat(x + 2 &* stride)
        a2 = v16_fused(x2, left, a2)
        b2 = v16_fused(x2, right, b2)
        let x3 = v16_splat(x + 3 &* stride)
        a3 = v16_fused(x3, left, a3)
        b3 = v16_fused(x3, right, b3)
        let x4 = v16_splat(y)
        a4 = v16_fused(x4, left, a4)
        b4 = v16_fused(x4, right, b4)
        let x5 = v16_splat(y + stride)
        a5 = v16_fused(x5, left, a5)
        b5 = v16_fused(x5, right, b5)
        let x6 = v16_splat(y + 2 &* stride)
        a6 = v16_fused(x6, left, a6)
        b6 = v16_fused(x6, right, b6)
        let x7 = v16_splat(y + 3 &* stride)
        a7 = v16_fused(x7, left, a7)
        b7 = v16_fused(x7, right, b7)
        x += 1
        y += 1
        w += 32
      }
    }
    store(target, targetStride, a0, a1, a2, a3, a4, a5, a6, a7)
    store(target + 16, targetStride, b0, b1, b2, b3, b4, b5, b6, b7)
  }

  /// As `tile32`, for 16 columns, of which eight are written where `half` says so.
  @inline(never)
  static func tile16(
    _ runs: UnsafeBufferPointer<ConvolutionRuns.Run>, _ source: UnsafePointer<Float>, stride: Int,
    _ weights: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, targetStride: Int,
    half: Bool = false
  ) {
    var (a0, a1, a2, a3) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (a4, a5, a6, a7) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    for run in runs {
      var x = source + Int(run.input)
      var y = x + 4 &* stride
      var w = weights + Int(run.row) &* 16
      let end = w + Int(run.count) &* 16
      while w < end {
        let left = v16_load(w)
        a0 = v16_fused(v16_splat(x), left, a0)
        a1 = v16_fused(v16_splat(x + stride), left, a1)
        a2 = v16_fused(v16_splat(x + 2 &* stride), left, a2)
        a3 = v16_fused(v16_splat(x + 3 &* stride), left, a3)
        a4 = v16_fused(v16_splat(y), left, a4)
        a5 = v16_fused(v16_splat(y + stride), left, a5)
        a6 = v16_fused(v16_splat(y + 2 &* stride), left, a6)
        a7 = v16_fused(v16_splat(y + 3 &* stride), left, a7)
        x += 1
        y += 1
        w += 16
      }
    }
    guard half else { return store(target, targetStride, a0, a1, a2, a3, a4, a5, a6, a7) }
    v16_store_half(a0, target)
    v16_store_half(a1, target + targetStride)
    v16_store_half(a2, target + 2 &* targetStride)
    v16_store_half(a3, target + 3 &* targetStride)
    v16_store_half(a4, target + 4 &* targetStride)
    v16_store_half(a5, target + 5 &* targetStride)
    v16_store_half(a6, target + 6 &* targetStride)
    v16_store_half(a7, target + 7 &* targetStride)
  }

  /// Pairs of input and output pixels that a weight gradient sums over.
  struct Pairs {
    let stretches: UnsafeBufferPointer<ConvolutionTaps.Stretch>
    let shape: ConvolutionShape
    let images: Int

    /// Numbers from one pixel of a stretch to the next, in the input and in the output.
    var steps: (input: Int, output: Int) { (shape.inputChannels * shape.strideWidth, shape.outputChannels) }
  }

  /// sum[r] += Σ over `pairs` of input[r] · gradient, for eight rows r (input channels) and 32 columns.
  @inline(never)
  static func outer32(
    _ pairs: Pairs, _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, _ sum: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    var (a0, a1, a2, a3) = (
      v16_load(sum), v16_load(sum + stride), v16_load(sum + 2 * stride), v16_load(sum + 3 * stride)
    )
    var (a4, a5, a6, a7) = (
      v16_load(sum + 4 * stride), v16_load(sum + 5 * stride), v16_load(sum + 6 * stride), v16_load(sum + 7 * stride)
    )
    let second = sum + 16
    var (b0, b1, b2, b3) = (
      v16_load(second), v16_load(second + stride), v16_load(second + 2 * stride), v16_load(second + 3 * stride)
    )
    var (b4, b5, b6, b7) = (
      v16_load(second + 4 * stride), v16_load(second + 5 * stride), v16_load(second + 6 * stride),
      v16_load(second + 7 * stride)
    )
    let (stepIn, stepOut) = pairs.steps
    for image in 0..<pairs.images {
      let (images, gradients) = (input + image &* pairs.shape.inputCount, gradient + image &* pairs.shape.outputCount)
      for stretch in pairs.stretches {
        var x = images + Int(stretch.input)
        var g = gradients + Int(stretch.output)
        let end = g + Int(stretch.count) &* stepOut
        while g < end {
          let (left, right) = (v16_load(g), v16_load(g + 16))
          let x0 = v16_splat(x)
          a0 = v16_fused(x0, left, a0)
          b0 = v16_fused(x0, right, b0)
          let x1 = v16_splat(x + 1)
          a1 = v16_fused(x1, left, a1)
          b1 = v16_fused(x1, right, b1)
          let x2 = v16_splat(x + 2)
          a2 = v16_fused(x2, left, a2)
          b2 = v16_fused(x2, right, b2)
          let x3 = v16_splat(x + 3)
          a3 = v16_fused(x3, left, a3)
          b3 = v16_fused(x3, right, b3)
          let x4 = v16_splat(x + 4)
          a4 = v16_fused(x4, left, a4)
          b4 = v16_fused(x4, right, b4)
          let x5 = v16_splat(x + 5)
          a5 = v16_fused(x5, left, a5)
          b5 = v16_fused(x5, right, b5)
          let x6 = v16_splat(x + 6)
          a6 = v16_fused(x6, left, a6)
          b6 = v16_fused(x6, right, b6)
          let x7 = v16_splat(x + 7)
          a7 = v16_fused(x7, left, a7)
          b7 = v16_fused(x7, right, b7)
          x += stepIn
          g += stepOut
        }
      }
    }
    store(sum, stride, a0, a1, a2, a3, a4, a5, a6, a7)
    store(second, stride, b0, b1, b2, b3, b4, b5, b6, b7)
  }

  /// As `outer32`, for 16 columns.
  @inline(never)
  static func outer16(
    _ pairs: Pairs, _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, _ sum: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    var (a0, a1, a2, a3) = (
      v16_load(sum), v16_load(sum + stride), v16_load(sum + 2 * stride), v16_load(sum + 3 * stride)
    )
    var (a4, a5, a6, a7) = (
      v16_load(sum + 4 * stride), v16_load(sum + 5 * stride), v16_load(sum + 6 * stride), v16_load(sum + 7 * stride)
    )
    let (stepIn, stepOut) = pairs.steps
    for image in 0..<pairs.images {
      let (images, gradients) = (input + image &* pairs.shape.inputCount, gradient + image &* pairs.shape.outputCount)
      for stretch in pairs.stretches {
        var x = images + Int(stretch.input)
        var g = gradients + Int(stretch.output)
        let end = g + Int(stretch.count) &* stepOut
        while g < end {
          let left = v16_load(g)
          a0 = v16_fused(v16_splat(x), left, a0)
          a1 = v16_fused(v16_splat(x + 1), left, a1)
          a2 = v16_fused(v16_splat(x + 2), left, a2)
          a3 = v16_fused(v16_splat(x + 3), left, a3)
          a4 = v16_fused(v16_splat(x + 4), left, a4)
          a5 = v16_fused(v16_splat(x + 5), left, a5)
          a6 = v16_fused(v16_splat(x + 6), left, a6)
          a7 = v16_fused(v16_splat(x + 7), left, a7)
          x += stepIn
          g += stepOut
        }
      }
    }
    store(sum, stride, a0, a1, a2, a3, a4, a5, a6, a7)
  }

  /// As `outer16`, for up to eight rows and up to 16 columns: what the others leave over.
  ///
  /// Rows that are not there are the last one again, and are thrown away: eight sums cost less than passes of one.
  @inline(never)
  static func outerRest(
    _ pairs: Pairs, _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, _ sum: UnsafeMutablePointer<Float>,
    stride: Int, rows: Int, columns: Int
  ) {
    let (stepIn, stepOut) = pairs.steps
    let last = rows - 1
    let (r1, r2, r3, r4) = (min(1, last), min(2, last), min(3, last), min(4, last))
    let (r5, r6, r7) = (min(5, last), min(6, last), min(7, last))
    @inline(__always) func read(_ p: UnsafePointer<Float>) -> Vector {
      columns == 16 ? v16_load(p) : v16_load_first(p, columns)
    }
    var (a0, a1, a2, a3) = (read(sum), read(sum + r1 * stride), read(sum + r2 * stride), read(sum + r3 * stride))
    var (a4, a5, a6) = (read(sum + r4 * stride), read(sum + r5 * stride), read(sum + r6 * stride))
    var a7 = read(sum + r7 * stride)
    for image in 0..<pairs.images {
      let (images, gradients) = (input + image &* pairs.shape.inputCount, gradient + image &* pairs.shape.outputCount)
      for stretch in pairs.stretches {
        var x = images + Int(stretch.input)
        var g = gradients + Int(stretch.output)
        let end = g + Int(stretch.count) &* stepOut
        while g < end {
          let left = read(g)
          a0 = v16_fused(v16_splat(x), left, a0)
          a1 = v16_fused(v16_splat(x + r1), left, a1)
          a2 = v16_fused(v16_splat(x + r2), left, a2)
          a3 = v16_fused(v16_splat(x + r3), left, a3)
          a4 = v16_fused(v16_splat(x + r4), left, a4)
          a5 = v16_fused(v16_splat(x + r5), left, a5)
          a6 = v16_fused(v16_splat(x + r6), left, a6)
          a7 = v16_fused(v16_splat(x + r7), left, a7)
          x += stepIn
          g += stepOut
        }
      }
    }
    // The same sum is written more than once where rows are not there.
    v16_store_first(a0, sum, columns)
    v16_store_first(a1, sum + r1 * stride, columns)
    v16_store_first(a2, sum + r2 * stride, columns)
    v16_store_first(a3, sum + r3 * stride, columns)
    v16_store_first(a4, sum + r4 * stride, columns)
    v16_store_first(a5, sum + r5 * stride, columns)
    v16_store_first(a6, sum + r6 * stride, columns)
    v16_store_first(a7, sum + r7 * stride, columns)
  }

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
