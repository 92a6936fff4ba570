import CVector

extension WinogradTiles {
  /// Bᵀ d B of one row of tiles.
  ///
  /// - Parameters:
  ///   - image: the whole image.
  ///   - factor, constant: what is applied to the image on the way, max(0, x · factor + constant), channel by channel;
  ///     the padding stays zero.
  ///   - continues: whether the row of tiles before it, of the same image, was the last that went through `scratch`.
  ///   - scratch: `scratchCount` numbers, whose sides are zero (`clearSides`).
  ///   - target: the first tile's place in the first panel.
  func input(
    _ image: UnsafePointer<Float>, factor: UnsafePointer<Float>?, constant: UnsafePointer<Float>?, tileRow: Int,
    continues: Bool, scratch: UnsafeMutablePointer<Float>, to target: UnsafeMutablePointer<Float>,
    _ layout: TransformedTiles
  ) {
    // The six lines that the tiles overlap, padded and activated, panel by panel: what is transformed then lies close
    // together, and a tile at the border is like any other. Eight lines are kept, line y at place y + 1 modulo 8: the
    // last two of a row of tiles are the first two of the next.
    let line = paddedWidth * 16
    let panelStep = Self.keptLines * line
    for row in (continues ? 2 : 0)..<6 {
      let y = 4 * tileRow - 1 + row
      let place = scratch + (y + 1) % Self.keptLines * line
      if y >= 0 && y < height {
        copyLine(image + y * width * channels, factor: factor, constant: constant, to: place + 16, panelStep: panelStep)
      } else {
        for panel in 0..<panels { (place + panel * panelStep).update(repeating: 0, count: line) }
      }
    }
    let (near, far) = tileRow % 2 == 0 ? (0, 4 * line) : (4 * line, 0)
    for panel in 0..<panels {
      for tile in 0..<tileColumns {
        let place = scratch + (panel &* panelStep &+ tile &* 64)
        Self.input(
          place + near, place + far, line: line, to: target + (panel &* layout.panel &+ tile &* 16),
          layout.coordinate)
      }
    }
  }

  /// Zeros before and after each of the lines that `input` keeps.
  func clearSides(_ scratch: UnsafeMutablePointer<Float>) {
    let (line, after) = (paddedWidth * 16, (width + 1) * 16)
    for index in 0..<Self.keptLines * panels {
      let place = scratch + index &* line
      v16_store(.zero, place)
      for number in stride(from: after, to: line, by: 16) { v16_store(.zero, place + number) }
    }
  }

  /// Copies a line of the image, activated.
  private func copyLine(
    _ source: UnsafePointer<Float>, factor: UnsafePointer<Float>?, constant: UnsafePointer<Float>?,
    to target: UnsafeMutablePointer<Float>, panelStep: Int
  ) {
    if channels % 16 == 0 {
      // Pixels outside and panels inside: memory is read line after line.
      if panels == 1 {
        copy(source, factor, constant, to: target)
      } else {
        copy(source, factor, constant, to: target, panelStep: panelStep)
      }
    } else {
      copyPartial(source, factor, constant, to: target, panelStep: panelStep)
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

  /// Bᵀ d B of one tile, whose first four lines begin at `d` and the last two at `end`.
  @inline(never)
  private static func input(
    _ d: UnsafePointer<Float>, _ end: UnsafePointer<Float>, line: Int, to place: UnsafeMutablePointer<Float>,
    _ coordinate: Int
  ) {
    @inline(__always) func pixel(_ row: Int, _ column: Int) -> Vector {
      v16_load(row < 4 ? d + (row &* line &+ column &* 16) : end + ((row &- 4) &* line &+ column &* 16))
    }
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
    InputTransform.apply(&a0, &a1, &a2, &a3, &a4, &a5)
    var (b0, b1, b2, b3, b4, b5) = (
      pixel(0, 1), pixel(1, 1), pixel(2, 1), pixel(3, 1), pixel(4, 1), pixel(5, 1)
    )
    InputTransform.apply(&b0, &b1, &b2, &b3, &b4, &b5)
    var (c0, c1, c2, c3, c4, c5) = (
      pixel(0, 2), pixel(1, 2), pixel(2, 2), pixel(3, 2), pixel(4, 2), pixel(5, 2)
    )
    InputTransform.apply(&c0, &c1, &c2, &c3, &c4, &c5)
    var (d0, d1, d2, d3, d4, d5) = (
      pixel(0, 3), pixel(1, 3), pixel(2, 3), pixel(3, 3), pixel(4, 3), pixel(5, 3)
    )
    InputTransform.apply(&d0, &d1, &d2, &d3, &d4, &d5)
    var (e0, e1, e2, e3, e4, e5) = (
      pixel(0, 4), pixel(1, 4), pixel(2, 4), pixel(3, 4), pixel(4, 4), pixel(5, 4)
    )
    InputTransform.apply(&e0, &e1, &e2, &e3, &e4, &e5)
    var (f0, f1, f2, f3, f4, f5) = (
      pixel(0, 5), pixel(1, 5), pixel(2, 5), pixel(3, 5), pixel(4, 5), pixel(5, 5)
    )
    InputTransform.apply(&f0, &f1, &f2, &f3, &f4, &f5)
    InputTransform.apply(&a0, &b0, &c0, &d0, &e0, &f0)
    store(0, a0, b0, c0, d0, e0, f0)
    InputTransform.apply(&a1, &b1, &c1, &d1, &e1, &f1)
    store(1, a1, b1, c1, d1, e1, f1)
    InputTransform.apply(&a2, &b2, &c2, &d2, &e2, &f2)
    store(2, a2, b2, c2, d2, e2, f2)
    InputTransform.apply(&a3, &b3, &c3, &d3, &e3, &f3)
    store(3, a3, b3, c3, d3, e3, f3)
    InputTransform.apply(&a4, &b4, &c4, &d4, &e4, &f4)
    store(4, a4, b4, c4, d4, e4, f4)
    InputTransform.apply(&a5, &b5, &c5, &d5, &e5, &f5)
    store(5, a5, b5, c5, d5, e5, f5)
  }
}

/// Bᵀ in one dimension.
private enum InputTransform {
  typealias Vector = SIMD16<Float>

  /// Bᵀ d.
  @inline(__always)
  static func apply(
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
}
