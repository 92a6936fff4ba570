import CVector

extension WinogradTiles {
  /// A y Aᵀ of one row of tiles of a gradient.
  func gradient(
    _ image: UnsafePointer<Float>, tileRow: Int, to target: UnsafeMutablePointer<Float>, _ layout: TransformedTiles
  ) {
    let rows = min(4, height - 4 * tileRow)
    let pitch = width * channels
    let first = image + 4 * tileRow * pitch
    let coordinate = layout.coordinate
    for tile in 0..<tileColumns {
      let columns = min(4, width - 4 * tile)
      for panel in 0..<panels {
        let source = first + 4 &* tile &* channels + 16 &* panel
        let place = target + tile &* 16 + panel &* layout.panel
        if 16 &* panel &+ 16 > channels {
          narrowGradient(source, to: place, coordinate, rows: rows, columns: columns, count: lanes(panel))
        } else if rows == 4 && columns == 4 {
          Self.wholeGradient(source, pitch: pitch, channels: channels, to: place, coordinate)
        } else {
          Self.partialGradient(
            source, pitch: pitch, channels: channels, to: place, coordinate, rows: rows, columns: columns)
        }
      }
    }
  }

  /// For fewer than sixteen channels.
  private func narrowGradient(
    _ source: UnsafePointer<Float>, to place: UnsafeMutablePointer<Float>, _ coordinate: Int, rows: Int, columns: Int,
    count: Int
  ) {
    withTile { square in
      square.update(repeating: 0, count: 256)
      for row in 0..<rows {
        for column in 0..<columns {
          (square + row * 64 + column * 16).update(from: source + (row * width + column) * channels, count: count)
        }
      }
      Self.wholeGradient(square, pitch: 64, channels: 16, to: place, coordinate)
    }
  }

  @inline(never)
  private static func wholeGradient(
    _ y: UnsafePointer<Float>, pitch: Int, channels: Int, to place: UnsafeMutablePointer<Float>, _ coordinate: Int
  ) {
    gradient(y, pitch: pitch, channels: channels, to: place, coordinate, rows: 4, columns: 4)
  }

  /// For a tile that reaches beyond the image.
  @inline(never)
  private static func partialGradient(
    _ y: UnsafePointer<Float>, pitch: Int, channels: Int, to place: UnsafeMutablePointer<Float>, _ coordinate: Int,
    rows: Int, columns: Int
  ) {
    gradient(y, pitch: pitch, channels: channels, to: place, coordinate, rows: rows, columns: columns)
  }

  /// A y Aᵀ of one tile of which the first `rows` rows of the first `columns` pixels are there, the others zero.
  @inline(__always)
  private static func gradient(
    _ y: UnsafePointer<Float>, pitch: Int, channels: Int, to place: UnsafeMutablePointer<Float>, _ coordinate: Int,
    rows: Int, columns: Int
  ) {
    @inline(__always) func pixel(_ row: Int, _ column: Int) -> Vector {
      row < rows && column < columns ? v16_load(y + (row &* pitch &+ column &* channels)) : .zero
    }
    @inline(__always) func store(_ row: Int, _ y0: Vector, _ y1: Vector, _ y2: Vector, _ y3: Vector) {
      var (m0, m1, m2, m5, m3, m4) = (y0, y1, y2, y3, Vector.zero, Vector.zero)
      GradientTransform.apply(&m0, &m1, &m2, &m5, &m3, &m4)
      let first = place + row &* 6 &* coordinate
      v16_store(m0, first)
      v16_store(m1, first + coordinate)
      v16_store(m2, first + 2 &* coordinate)
      v16_store(m3, first + 3 &* coordinate)
      v16_store(m4, first + 4 &* coordinate)
      v16_store(m5, first + 5 &* coordinate)
    }
    var (a0, a1, a2, a5) = (pixel(0, 0), pixel(1, 0), pixel(2, 0), pixel(3, 0))
    var (a3, a4) = (Vector.zero, Vector.zero)
    GradientTransform.apply(&a0, &a1, &a2, &a5, &a3, &a4)
    var (b0, b1, b2, b5) = (pixel(0, 1), pixel(1, 1), pixel(2, 1), pixel(3, 1))
    var (b3, b4) = (Vector.zero, Vector.zero)
    GradientTransform.apply(&b0, &b1, &b2, &b5, &b3, &b4)
    var (c0, c1, c2, c5) = (pixel(0, 2), pixel(1, 2), pixel(2, 2), pixel(3, 2))
    var (c3, c4) = (Vector.zero, Vector.zero)
    GradientTransform.apply(&c0, &c1, &c2, &c5, &c3, &c4)
    var (d0, d1, d2, d5) = (pixel(0, 3), pixel(1, 3), pixel(2, 3), pixel(3, 3))
    var (d3, d4) = (Vector.zero, Vector.zero)
    GradientTransform.apply(&d0, &d1, &d2, &d5, &d3, &d4)
    store(0, a0, b0, c0, d0)
    store(1, a1, b1, c1, d1)
    store(2, a2, b2, c2, d2)
    store(3, a3, b3, c3, d3)
    store(4, a4, b4, c4, d4)
    store(5, a5, b5, c5, d5)
  }
}

/// A in one dimension.
private enum GradientTransform {
  typealias Vector = SIMD16<Float>

  /// A y, the transposed output transform, for gradients: y0…y3 become the first, second, third and last number of six,
  /// the fourth and fifth are put out.
  @inline(__always)
  static func apply(
    _ y0: inout Vector, _ y1: inout Vector, _ y2: inout Vector, _ y3: inout Vector, _ m3: inout Vector,
    _ m4: inout Vector
  ) {
    let even = y0 + y2
    let odd = y1 + y3
    let evenFar = v16_plus(y0, 4, y2)
    let oddFar = v16_plus(y1, 4, y3)
    y1 = even + odd
    y2 = even - odd
    m3 = v16_plus(evenFar, 2, oddFar)
    m4 = v16_plus(evenFar, -2, oddFar)
  }
}
