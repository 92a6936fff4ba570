import CVector

extension WinogradTiles {
  /// Aᵀ m A of one row of tiles, to the image.
  func output(
    _ source: UnsafePointer<Float>, _ layout: TransformedTiles, tileRow: Int, to image: UnsafeMutablePointer<Float>
  ) {
    let rows = min(4, height - 4 * tileRow)
    let pitch = width * channels
    let first = image + 4 * tileRow * pitch
    let coordinate = layout.coordinate
    for tile in 0..<tileColumns {
      let columns = min(4, width - 4 * tile)
      for panel in 0..<panels {
        let m = source + tile &* 16 + panel &* layout.panel
        let place = first + 4 &* tile &* channels + 16 &* panel
        if 16 &* panel &+ 16 > channels {
          narrowOutput(m, coordinate, to: place, rows: rows, columns: columns, count: lanes(panel))
        } else if rows == 4 && columns == 4 {
          Self.wholeOutput(m, coordinate, to: place, pitch: pitch, channels: channels)
        } else {
          Self.partialOutput(m, coordinate, to: place, pitch: pitch, channels: channels, rows: rows, columns: columns)
        }
      }
    }
  }

  /// For fewer than sixteen channels.
  private func narrowOutput(
    _ m: UnsafePointer<Float>, _ coordinate: Int, to place: UnsafeMutablePointer<Float>, rows: Int, columns: Int,
    count: Int
  ) {
    withTile { square in
      Self.wholeOutput(m, coordinate, to: square, pitch: 64, channels: 16)
      for row in 0..<rows {
        for column in 0..<columns {
          (place + (row * width + column) * channels).update(from: square + row * 64 + column * 16, count: count)
        }
      }
    }
  }

  @inline(never)
  private static func wholeOutput(
    _ m: UnsafePointer<Float>, _ coordinate: Int, to place: UnsafeMutablePointer<Float>, pitch: Int, channels: Int
  ) {
    output(m, coordinate, to: place, pitch: pitch, channels: channels, rows: 4, columns: 4)
  }

  /// For a tile that reaches beyond the image.
  @inline(never)
  private static func partialOutput(
    _ m: UnsafePointer<Float>, _ coordinate: Int, to place: UnsafeMutablePointer<Float>, pitch: Int, channels: Int,
    rows: Int, columns: Int
  ) {
    output(m, coordinate, to: place, pitch: pitch, channels: channels, rows: rows, columns: columns)
  }

  /// Aᵀ m A of one tile, to the first `rows` rows of the first `columns` pixels.
  @inline(__always)
  private static func output(
    _ m: UnsafePointer<Float>, _ coordinate: Int, to place: UnsafeMutablePointer<Float>, pitch: Int, channels: Int,
    rows: Int, columns: Int
  ) {
    @inline(__always) func number(_ row: Int, _ column: Int) -> Vector {
      v16_load(m + (6 &* row &+ column) &* coordinate)
    }
    @inline(__always) func store(_ row: Int, _ v0: Vector, _ v1: Vector, _ v2: Vector, _ v3: Vector) {
      guard row < rows else { return }
      let first = place + row &* pitch
      v16_store(v0, first)
      if columns > 1 { v16_store(v1, first + channels) }
      if columns > 2 { v16_store(v2, first + 2 &* channels) }
      if columns > 3 { v16_store(v3, first + 3 &* channels) }
    }
    var (a0, a1, a2, a3) = (number(0, 0), number(1, 0), number(2, 0), number(3, 0))
    OutputTransform.apply(&a0, &a1, &a2, &a3, number(4, 0), number(5, 0))
    var (b0, b1, b2, b3) = (number(0, 1), number(1, 1), number(2, 1), number(3, 1))
    OutputTransform.apply(&b0, &b1, &b2, &b3, number(4, 1), number(5, 1))
    var (c0, c1, c2, c3) = (number(0, 2), number(1, 2), number(2, 2), number(3, 2))
    OutputTransform.apply(&c0, &c1, &c2, &c3, number(4, 2), number(5, 2))
    var (d0, d1, d2, d3) = (number(0, 3), number(1, 3), number(2, 3), number(3, 3))
    OutputTransform.apply(&d0, &d1, &d2, &d3, number(4, 3), number(5, 3))
    var (e0, e1, e2, e3) = (number(0, 4), number(1, 4), number(2, 4), number(3, 4))
    OutputTransform.apply(&e0, &e1, &e2, &e3, number(4, 4), number(5, 4))
    var (f0, f1, f2, f3) = (number(0, 5), number(1, 5), number(2, 5), number(3, 5))
    OutputTransform.apply(&f0, &f1, &f2, &f3, number(4, 5), number(5, 5))
    OutputTransform.apply(&a0, &b0, &c0, &d0, e0, f0)
    store(0, a0, b0, c0, d0)
    OutputTransform.apply(&a1, &b1, &c1, &d1, e1, f1)
    store(1, a1, b1, c1, d1)
    OutputTransform.apply(&a2, &b2, &c2, &d2, e2, f2)
    store(2, a2, b2, c2, d2)
    OutputTransform.apply(&a3, &b3, &c3, &d3, e3, f3)
    store(3, a3, b3, c3, d3)
  }
}

/// Aᵀ in one dimension.
private enum OutputTransform {
  typealias Vector = SIMD16<Float>

  /// Aᵀ m, in the first four.
  @inline(__always)
  static func apply(
    _ m0: inout Vector, _ m1: inout Vector, _ m2: inout Vector, _ m3: inout Vector, _ m4: Vector, _ m5: Vector
  ) {
    let sum1 = m1 + m2
    let difference1 = m1 - m2
    let sum2 = m3 + m4
    let difference2 = m3 - m4
    m0 = m0 + sum1 + sum2
    m1 = v16_plus(difference1, 2, difference2)
    m2 = v16_plus(sum1, 4, sum2)
    m3 = v16_plus(difference1 + m5, 8, difference2)
  }
}
