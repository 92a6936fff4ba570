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
        let (left, right) = (load(w), load(w + 16))
        let x0 = splat(x)
        a0.addProduct(x0, left)
        b0.addProduct(x0, right)
        let x1 = splat(x + stride)
        a1.addProduct(x1, left)
        b1.addProduct(x1, right)
        let x2 = splat(x + 2 &* stride)
        a2.addProduct(x2, left)
        b2.addProduct(x2, right)
        let x3 = splat(x + 3 &* stride)
        a3.addProduct(x3, left)
        b3.addProduct(x3, right)
        let x4 = splat(y)
        a4.addProduct(x4, left)
        b4.addProduct(x4, right)
        let x5 = splat(y + stride)
        a5.addProduct(x5, left)
        b5.addProduct(x5, right)
        let x6 = splat(y + 2 &* stride)
        a6.addProduct(x6, left)
        b6.addProduct(x6, right)
        let x7 = splat(y + 3 &* stride)
        a7.addProduct(x7, left)
        b7.addProduct(x7, right)
        x += 1
        y += 1
        w += 32
      }
    }
    store(target, targetStride, a0, a1, a2, a3, a4, a5, a6, a7)
    store(target + 16, targetStride, b0, b1, b2, b3, b4, b5, b6, b7)
  }

  /// As `tile32`, for 16 columns.
  @inline(never)
  static func tile16(
    _ runs: UnsafeBufferPointer<ConvolutionRuns.Run>, _ source: UnsafePointer<Float>, stride: Int,
    _ weights: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, targetStride: Int
  ) {
    var (a0, a1, a2, a3) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var (a4, a5, a6, a7) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    for run in runs {
      var x = source + Int(run.input)
      var y = x + 4 &* stride
      var w = weights + Int(run.row) &* 16
      let end = w + Int(run.count) &* 16
      while w < end {
        let left = load(w)
        a0.addProduct(splat(x), left)
        a1.addProduct(splat(x + stride), left)
        a2.addProduct(splat(x + 2 &* stride), left)
        a3.addProduct(splat(x + 3 &* stride), left)
        a4.addProduct(splat(y), left)
        a5.addProduct(splat(y + stride), left)
        a6.addProduct(splat(y + 2 &* stride), left)
        a7.addProduct(splat(y + 3 &* stride), left)
        x += 1
        y += 1
        w += 16
      }
    }
    store(target, targetStride, a0, a1, a2, a3, a4, a5, a6, a7)
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
    var (a0, a1, a2, a3) = (load(sum), load(sum + stride), load(sum + 2 * stride), load(sum + 3 * stride))
    var (a4, a5, a6, a7) = (
      load(sum + 4 * stride), load(sum + 5 * stride), load(sum + 6 * stride), load(sum + 7 * stride)
    )
    let second = sum + 16
    var (b0, b1, b2, b3) = (load(second), load(second + stride), load(second + 2 * stride), load(second + 3 * stride))
    var (b4, b5, b6, b7) = (
      load(second + 4 * stride), load(second + 5 * stride), load(second + 6 * stride), load(second + 7 * stride)
    )
    let (stepIn, stepOut) = pairs.steps
    for image in 0..<pairs.images {
      let (images, gradients) = (input + image &* pairs.shape.inputCount, gradient + image &* pairs.shape.outputCount)
      for stretch in pairs.stretches {
        var x = images + Int(stretch.input)
        var g = gradients + Int(stretch.output)
        let end = g + Int(stretch.count) &* stepOut
        while g < end {
          let (left, right) = (load(g), load(g + 16))
          let x0 = splat(x)
          a0.addProduct(x0, left)
          b0.addProduct(x0, right)
          let x1 = splat(x + 1)
          a1.addProduct(x1, left)
          b1.addProduct(x1, right)
          let x2 = splat(x + 2)
          a2.addProduct(x2, left)
          b2.addProduct(x2, right)
          let x3 = splat(x + 3)
          a3.addProduct(x3, left)
          b3.addProduct(x3, right)
          let x4 = splat(x + 4)
          a4.addProduct(x4, left)
          b4.addProduct(x4, right)
          let x5 = splat(x + 5)
          a5.addProduct(x5, left)
          b5.addProduct(x5, right)
          let x6 = splat(x + 6)
          a6.addProduct(x6, left)
          b6.addProduct(x6, right)
          let x7 = splat(x + 7)
          a7.addProduct(x7, left)
          b7.addProduct(x7, right)
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
    var (a0, a1, a2, a3) = (load(sum), load(sum + stride), load(sum + 2 * stride), load(sum + 3 * stride))
    var (a4, a5, a6, a7) = (
      load(sum + 4 * stride), load(sum + 5 * stride), load(sum + 6 * stride), load(sum + 7 * stride)
    )
    let (stepIn, stepOut) = pairs.steps
    for image in 0..<pairs.images {
      let (images, gradients) = (input + image &* pairs.shape.inputCount, gradient + image &* pairs.shape.outputCount)
      for stretch in pairs.stretches {
        var x = images + Int(stretch.input)
        var g = gradients + Int(stretch.output)
        let end = g + Int(stretch.count) &* stepOut
        while g < end {
          let left = load(g)
          a0.addProduct(splat(x), left)
          a1.addProduct(splat(x + 1), left)
          a2.addProduct(splat(x + 2), left)
          a3.addProduct(splat(x + 3), left)
          a4.addProduct(splat(x + 4), left)
          a5.addProduct(splat(x + 5), left)
          a6.addProduct(splat(x + 6), left)
          a7.addProduct(splat(x + 7), left)
          x += stepIn
          g += stepOut
        }
      }
    }
    store(sum, stride, a0, a1, a2, a3, a4, a5, a6, a7)
  }

  /// As `outer32`, for one row and up to 16 columns: what the others leave over.
  @inline(never)
  static func outerRest(
    _ pairs: Pairs, _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, _ sum: UnsafeMutablePointer<Float>,
    columns: Int
  ) {
    let (stepIn, stepOut) = pairs.steps
    var total = load(sum, count: columns)
    for image in 0..<pairs.images {
      let (images, gradients) = (input + image &* pairs.shape.inputCount, gradient + image &* pairs.shape.outputCount)
      for stretch in pairs.stretches {
        var x = images + Int(stretch.input)
        var g = gradients + Int(stretch.output)
        let end = g + Int(stretch.count) &* stepOut
        while g < end {
          total.addProduct(splat(x), load(g, count: columns))
          x += stepIn
          g += stepOut
        }
      }
    }
    for column in 0..<columns { sum[column] = total[column] }
  }

  @inline(__always)
  private static func store(
    _ target: UnsafeMutablePointer<Float>, _ stride: Int, _ v0: Vector, _ v1: Vector, _ v2: Vector, _ v3: Vector,
    _ v4: Vector, _ v5: Vector, _ v6: Vector, _ v7: Vector
  ) {
    store(v0, target)
    store(v1, target + stride)
    store(v2, target + 2 &* stride)
    store(v3, target + 3 &* stride)
    store(v4, target + 4 &* stride)
    store(v5, target + 5 &* stride)
    store(v6, target + 6 &* stride)
    store(v7, target + 7 &* stride)
  }

  @inline(__always)
  private static func store(_ value: Vector, _ target: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(target).storeBytes(of: value, as: Vector.self)
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
  }

  /// The first `count` lanes, zeros in the others; nothing is read beyond them.
  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>, count: Int) -> Vector {
    if count == 16 { return load(pointer) }
    if count == 8 {
      return Vector(
        lowHalf: UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self), highHalf: .zero)
    }
    var value = Vector.zero
    for lane in 0..<count { value[lane] = pointer[lane] }
    return value
  }

  @inline(__always)
  private static func splat(_ pointer: UnsafePointer<Float>) -> Vector { Vector(repeating: pointer.pointee) }
}
