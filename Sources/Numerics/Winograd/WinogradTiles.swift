import CVector

/// The passes between images and the transformed domain, one row of tiles and sixteen channels at a time.
///
/// Images are NHWC; what is transformed lies `[coordinate][channel / 16][tile][16]`, the 36 coordinates `coordinate`
/// numbers apart.
struct WinogradTiles {
  typealias Vector = SIMD16<Float>

  let height: Int
  let width: Int
  let channels: Int

  /// Rows and columns of tiles, the last of them reaching beyond the image where its size is no multiple of four.
  var tileRows: Int { (height + 3) / 4 }
  var tileColumns: Int { (width + 3) / 4 }
  /// Panels of sixteen channels.
  var panels: Int { (channels + 15) / 16 }
  private func lanes(_ panel: Int) -> Int { min(16, channels - 16 * panel) }

  /// Sixteen numbers of a table with one for each channel.
  private func lanes(_ table: UnsafePointer<Float>, _ panel: Int) -> Vector {
    let count = lanes(panel)
    return count == 16 ? v16_load(table + 16 * panel) : v16_load_first(table + 16 * panel, count)
  }

  /// Pixels of a line with the padding beside it and what the last tile reads beyond it.
  private var paddedWidth: Int { 4 * tileColumns + 2 }
  /// Numbers of scratch memory that `input` needs: six padded lines of every panel.
  var scratchCount: Int { panels * 6 * paddedWidth * 16 }

  /// Bᵀ d B of one row of tiles.
  ///
  /// - Parameters:
  ///   - image: the whole image.
  ///   - factor, constant: what is applied to the image on the way, max(0, x · factor + constant), channel by channel;
  ///     the padding stays zero.
  ///   - scratch: `scratchCount` numbers.
  ///   - target: the first tile's place in the first panel.
  func input(
    _ image: UnsafePointer<Float>, factor: UnsafePointer<Float>?, constant: UnsafePointer<Float>?, tileRow: Int,
    scratch: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>, _ layout: TransformedTiles
  ) {
    // The six lines that the tiles overlap, padded and activated, panel by panel: what is transformed then lies close
    // together, and a tile at the border is like any other.
    let line = paddedWidth * 16
    for row in 0..<6 {
      let y = 4 * tileRow - 1 + row
      let place = scratch + row * line
      if y >= 0 && y < height {
        pad(image + y * width * channels, factor: factor, constant: constant, to: place, panelStep: 6 * line)
      } else {
        for panel in 0..<panels { (place + panel * 6 * line).update(repeating: 0, count: line) }
      }
    }
    for panel in 0..<panels {
      for tile in 0..<tileColumns {
        Self.input(
          scratch + (panel &* 6 &* line &+ tile &* 64), line: line,
          to: target + (panel &* layout.panel &+ tile &* 16), layout.coordinate)
      }
    }
  }

  /// Copies a line of the image, activated, with zeros before and after it.
  private func pad(
    _ source: UnsafePointer<Float>, factor: UnsafePointer<Float>?, constant: UnsafePointer<Float>?,
    to target: UnsafeMutablePointer<Float>, panelStep: Int
  ) {
    for panel in 0..<panels {
      let place = target + panel * panelStep
      place.update(repeating: 0, count: 16)
      (place + (width + 1) * 16).update(repeating: 0, count: (paddedWidth - width - 1) * 16)
    }
    if channels % 16 == 0 {
      // Pixels outside and panels inside: memory is read line after line.
      if panels == 1 {
        copy(source, factor, constant, to: target + 16)
      } else {
        copy(source, factor, constant, to: target + 16, panelStep: panelStep)
      }
    } else {
      copyPartial(source, factor, constant, to: target + 16, panelStep: panelStep)
    }
  }

  private func copy(
    _ source: UnsafePointer<Float>, _ factor: UnsafePointer<Float>?, _ constant: UnsafePointer<Float>?,
    to target: UnsafeMutablePointer<Float>
  ) {
    if let factor, let constant {
      let (a, b) = (v16_load(factor), v16_load(constant))
      for x in 0..<width {
        v16_store(v16_rectified(v16_fused(v16_load(source + x &* 16), a, b)), target + x &* 16)
      }
    } else {
      target.update(from: source, count: width * 16)
    }
  }

  private func copy(
    _ source: UnsafePointer<Float>, _ factor: UnsafePointer<Float>?, _ constant: UnsafePointer<Float>?,
    to target: UnsafeMutablePointer<Float>, panelStep: Int
  ) {
    for x in 0..<width {
      let (pixel, place) = (source + x &* channels, target + x &* 16)
      if let factor, let constant {
        for panel in 0..<panels {
          let value = v16_fused(
            v16_load(pixel + panel &* 16), v16_load(factor + panel &* 16), v16_load(constant + panel &* 16))
          v16_store(v16_rectified(value), place + panel &* panelStep)
        }
      } else {
        for panel in 0..<panels { v16_store(v16_load(pixel + panel &* 16), place + panel &* panelStep) }
      }
    }
  }

  private func copyPartial(
    _ source: UnsafePointer<Float>, _ factor: UnsafePointer<Float>?, _ constant: UnsafePointer<Float>?,
    to target: UnsafeMutablePointer<Float>, panelStep: Int
  ) {
    for x in 0..<width {
      for panel in 0..<panels {
        let place = target + x * 16 + panel * panelStep
        let count = lanes(panel)
        place.update(repeating: 0, count: 16)
        place.update(from: source + x * channels + panel * 16, count: count)
        if let factor, let constant {
          v16_store(v16_rectified(v16_fused(v16_load(place), lanes(factor, panel), lanes(constant, panel))), place)
        }
      }
    }
  }

  /// Bᵀ d B of one tile.
  @inline(never)
  private static func input(
    _ d: UnsafePointer<Float>, line: Int, to place: UnsafeMutablePointer<Float>, _ coordinate: Int
  ) {
    @inline(__always) func pixel(_ row: Int, _ column: Int) -> Vector { v16_load(d + (row &* line &+ column &* 16)) }
    @inline(__always) func store(
      _ row: Int, _ v0: Vector, _ v1: Vector, _ v2: Vector, _ v3: Vector, _ v4: Vector, _ v5: Vector
    ) {
      let first = place + row &* 6 &* coordinate
      v16_store(v0, first)
      v16_store(v1, first + coordinate)
      v16_store(v2, first + 2 &* coordinate)
      v16_store(v3, first + 3 &* coordinate)
      v16_store(v4, first + 4 &* coordinate)
      v16_store(v5, first + 5 &* coordinate)
    }
    var (a0, a1, a2, a3, a4, a5) = (
      pixel(0, 0), pixel(1, 0), pixel(2, 0), pixel(3, 0), pixel(4, 0), pixel(5, 0)
    )
    TileTransforms.input(&a0, &a1, &a2, &a3, &a4, &a5)
    var (b0, b1, b2, b3, b4, b5) = (
      pixel(0, 1), pixel(1, 1), pixel(2, 1), pixel(3, 1), pixel(4, 1), pixel(5, 1)
    )
    TileTransforms.input(&b0, &b1, &b2, &b3, &b4, &b5)
    var (c0, c1, c2, c3, c4, c5) = (
      pixel(0, 2), pixel(1, 2), pixel(2, 2), pixel(3, 2), pixel(4, 2), pixel(5, 2)
    )
    TileTransforms.input(&c0, &c1, &c2, &c3, &c4, &c5)
    var (d0, d1, d2, d3, d4, d5) = (
      pixel(0, 3), pixel(1, 3), pixel(2, 3), pixel(3, 3), pixel(4, 3), pixel(5, 3)
    )
    TileTransforms.input(&d0, &d1, &d2, &d3, &d4, &d5)
    var (e0, e1, e2, e3, e4, e5) = (
      pixel(0, 4), pixel(1, 4), pixel(2, 4), pixel(3, 4), pixel(4, 4), pixel(5, 4)
    )
    TileTransforms.input(&e0, &e1, &e2, &e3, &e4, &e5)
    var (f0, f1, f2, f3, f4, f5) = (
      pixel(0, 5), pixel(1, 5), pixel(2, 5), pixel(3, 5), pixel(4, 5), pixel(5, 5)
    )
    TileTransforms.input(&f0, &f1, &f2, &f3, &f4, &f5)
    TileTransforms.input(&a0, &b0, &c0, &d0, &e0, &f0)
    store(0, a0, b0, c0, d0, e0, f0)
    TileTransforms.input(&a1, &b1, &c1, &d1, &e1, &f1)
    store(1, a1, b1, c1, d1, e1, f1)
    TileTransforms.input(&a2, &b2, &c2, &d2, &e2, &f2)
    store(2, a2, b2, c2, d2, e2, f2)
    TileTransforms.input(&a3, &b3, &c3, &d3, &e3, &f3)
    store(3, a3, b3, c3, d3, e3, f3)
    TileTransforms.input(&a4, &b4, &c4, &d4, &e4, &f4)
    store(4, a4, b4, c4, d4, e4, f4)
    TileTransforms.input(&a5, &b5, &c5, &d5, &e5, &f5)
    store(5, a5, b5, c5, d5, e5, f5)
  }

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
        if rows == 4 && columns == 4 && 16 &* panel &+ 16 <= channels {
          Self.output(m, coordinate, to: place, pitch: pitch, channels: channels)
        } else {
          partialOutput(m, coordinate, to: place, rows: rows, columns: columns, count: lanes(panel))
        }
      }
    }
  }

  private func partialOutput(
    _ m: UnsafePointer<Float>, _ coordinate: Int, to place: UnsafeMutablePointer<Float>, rows: Int, columns: Int,
    count: Int
  ) {
    withTile { square in
      Self.output(m, coordinate, to: square, pitch: 64, channels: 16)
      for row in 0..<rows {
        for column in 0..<columns {
          (place + (row * width + column) * channels).update(from: square + row * 64 + column * 16, count: count)
        }
      }
    }
  }

  /// Aᵀ m A of one tile, to four rows of four pixels.
  @inline(never)
  private static func output(
    _ m: UnsafePointer<Float>, _ coordinate: Int, to place: UnsafeMutablePointer<Float>, pitch: Int, channels: Int
  ) {
    @inline(__always) func number(_ row: Int, _ column: Int) -> Vector {
      v16_load(m + (6 &* row &+ column) &* coordinate)
    }
    @inline(__always) func store(_ row: Int, _ v0: Vector, _ v1: Vector, _ v2: Vector, _ v3: Vector) {
      let first = place + row &* pitch
      v16_store(v0, first)
      v16_store(v1, first + channels)
      v16_store(v2, first + 2 &* channels)
      v16_store(v3, first + 3 &* channels)
    }
    var (a0, a1, a2, a3) = (number(0, 0), number(1, 0), number(2, 0), number(3, 0))
    TileTransforms.output(&a0, &a1, &a2, &a3, number(4, 0), number(5, 0))
    var (b0, b1, b2, b3) = (number(0, 1), number(1, 1), number(2, 1), number(3, 1))
    TileTransforms.output(&b0, &b1, &b2, &b3, number(4, 1), number(5, 1))
    var (c0, c1, c2, c3) = (number(0, 2), number(1, 2), number(2, 2), number(3, 2))
    TileTransforms.output(&c0, &c1, &c2, &c3, number(4, 2), number(5, 2))
    var (d0, d1, d2, d3) = (number(0, 3), number(1, 3), number(2, 3), number(3, 3))
    TileTransforms.output(&d0, &d1, &d2, &d3, number(4, 3), number(5, 3))
    var (e0, e1, e2, e3) = (number(0, 4), number(1, 4), number(2, 4), number(3, 4))
    TileTransforms.output(&e0, &e1, &e2, &e3, number(4, 4), number(5, 4))
    var (f0, f1, f2, f3) = (number(0, 5), number(1, 5), number(2, 5), number(3, 5))
    TileTransforms.output(&f0, &f1, &f2, &f3, number(4, 5), number(5, 5))
    TileTransforms.output(&a0, &b0, &c0, &d0, e0, f0)
    store(0, a0, b0, c0, d0)
    TileTransforms.output(&a1, &b1, &c1, &d1, e1, f1)
    store(1, a1, b1, c1, d1)
    TileTransforms.output(&a2, &b2, &c2, &d2, e2, f2)
    store(2, a2, b2, c2, d2)
    TileTransforms.output(&a3, &b3, &c3, &d3, e3, f3)
    store(3, a3, b3, c3, d3)
  }

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
        if rows == 4 && columns == 4 && 16 &* panel &+ 16 <= channels {
          Self.gradient(source, pitch: pitch, channels: channels, to: place, coordinate)
        } else {
          partialGradient(source, to: place, coordinate, rows: rows, columns: columns, count: lanes(panel))
        }
      }
    }
  }

  private func partialGradient(
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
      Self.gradient(square, pitch: 64, channels: 16, to: place, coordinate)
    }
  }

  /// A y Aᵀ of one tile.
  @inline(never)
  private static func gradient(
    _ y: UnsafePointer<Float>, pitch: Int, channels: Int, to place: UnsafeMutablePointer<Float>, _ coordinate: Int
  ) {
    @inline(__always) func pixel(_ row: Int, _ column: Int) -> Vector {
      v16_load(y + (row &* pitch &+ column &* channels))
    }
    @inline(__always) func store(_ row: Int, _ y0: Vector, _ y1: Vector, _ y2: Vector, _ y3: Vector) {
      var (m0, m1, m2, m5, m3, m4) = (y0, y1, y2, y3, Vector.zero, Vector.zero)
      TileTransforms.gradient(&m0, &m1, &m2, &m5, &m3, &m4)
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
    TileTransforms.gradient(&a0, &a1, &a2, &a5, &a3, &a4)
    var (b0, b1, b2, b5) = (pixel(0, 1), pixel(1, 1), pixel(2, 1), pixel(3, 1))
    var (b3, b4) = (Vector.zero, Vector.zero)
    TileTransforms.gradient(&b0, &b1, &b2, &b5, &b3, &b4)
    var (c0, c1, c2, c5) = (pixel(0, 2), pixel(1, 2), pixel(2, 2), pixel(3, 2))
    var (c3, c4) = (Vector.zero, Vector.zero)
    TileTransforms.gradient(&c0, &c1, &c2, &c5, &c3, &c4)
    var (d0, d1, d2, d5) = (pixel(0, 3), pixel(1, 3), pixel(2, 3), pixel(3, 3))
    var (d3, d4) = (Vector.zero, Vector.zero)
    TileTransforms.gradient(&d0, &d1, &d2, &d5, &d3, &d4)
    store(0, a0, b0, c0, d0)
    store(1, a1, b1, c1, d1)
    store(2, a2, b2, c2, d2)
    store(3, a3, b3, c3, d3)
    store(4, a4, b4, c4, d4)
    store(5, a5, b5, c5, d5)
  }

  /// Memory for a tile that the image holds only a part of: 4 × 4 × 16.
  private func withTile(_ body: (UnsafeMutablePointer<Float>) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: 256 * 4, alignment: 64) { memory in
      if let square = memory.baseAddress?.bindMemory(to: Float.self, capacity: 256) { body(square) }
    }
  }
}

/// The transforms of tiles in one dimension.
///
/// Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A for an output tile Y of 4×4, an input tile d of 6×6 and a kernel g of 3×3, with the
/// interpolation points 0, ±1, ±2 and ∞: Lavin, Gray: Fast Algorithms for Convolutional Neural Networks (CVPR 2016),
/// Section 4.3. In place and without tuples, which the compiler takes apart into halves of vectors; in this file,
/// because a debug build inlines nothing from another.
private enum TileTransforms {
  typealias Vector = SIMD16<Float>

  /// Bᵀ d.
  @inline(__always)
  static func input(
    _ d0: inout Vector, _ d1: inout Vector, _ d2: inout Vector, _ d3: inout Vector, _ d4: inout Vector,
    _ d5: inout Vector
  ) {
    let even = v16_plus(d4, -4, d2)
    let odd = v16_plus(d3, -4, d1)
    let near = d4 - d2
    let far = d3 - d1
    d0 = v16_plus(v16_plus(d4, -5, d2), 4, d0)
    d5 = v16_plus(v16_plus(d5, -5, d3), 4, d1)
    d1 = even + odd
    d2 = even - odd
    d3 = v16_plus(near, 2, far)
    d4 = v16_plus(near, -2, far)
  }

  /// Aᵀ m, in the first four.
  @inline(__always)
  static func output(
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

  /// A y, the transposed output transform, for gradients: y0…y3 become the first, second, third and last number of six,
  /// the fourth and fifth are put out.
  @inline(__always)
  static func gradient(
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
