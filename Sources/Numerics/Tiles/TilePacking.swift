import CVector

/// Sources and weights in the places in which tiles are loaded.
enum TilePacking {
  /// What is packed of a source: images of one normalisation group.
  struct Source {
    let numbers: UnsafePointer<Float>
    /// Both tables of the images' group.
    let factor: UnsafePointer<Float>?
    let constant: UnsafePointer<Float>?

    /// Sixteen channels of a pixel, from `index` on.
    @inline(__always)
    func load(_ index: Int, channel: Int) -> v16 {
      let value = v16_load(numbers + index)
      guard let factor, let constant else { return value }
      return v16_rectified(v16_fused(value, v16_load(factor + channel), v16_load(constant + channel)))
    }
  }

  /// Packs `lines` of `images` of the source as the mapping's entries expect them; images that a block lacks are zeros.
  static func pack(
    _ source: Source, images: Range<Int>, lines: Range<Int>, _ mapping: TileMapping, to target: UnsafeMutableRawPointer
  ) {
    for place in 0..<mapping.imagesPerBlock {
      let (set, row) = place.quotientAndRemainder(dividingBy: mapping.imagesPerSet)
      let cells = target + set * mapping.setBytes + row * 64
      let image = images.lowerBound + place
      for y in lines {
        packLine(image < images.upperBound ? source : nil, image: image, y: y, mapping, to: cells)
      }
    }
  }

  @inline(__always)
  private static func packLine(
    _ source: Source?, image: Int, y: Int, _ mapping: TileMapping, to cells: UnsafeMutableRawPointer
  ) {
    let (width, channels) = (mapping.source.width, mapping.source.channels)
    let low = mapping.lowBytes
    let zero = v16(repeating: 0)
    let pixel = mapping.layout == .pixels ? 64 : 16 * 64
    for group in 0..<mapping.groups {
      let line = cells + 64 * mapping.cell(group: group, y: y, x: 0)
      for x in -mapping.margins.left..<width + mapping.margins.right {
        let cell = line + x * pixel
        let channel = group * 32
        let index = image * mapping.source.count + (y * width + x) * channels + channel
        if let source, x >= 0, x < width {
          tiles_put32(
            source.load(index, channel: channel), source.load(index + 16, channel: channel + 16), cell, cell + low)
        } else {
          tiles_put32(zero, zero, cell, cell + low)
        }
      }
    }
  }

  /// Packs the weights of a mapping, HWIO, to the right tiles of its entries, on several threads.
  static func packWeights(
    _ weights: UnsafePointer<Float>, _ mapping: TileMapping, to tiles: UnsafeMutableRawPointer, threads: Int
  ) {
    nonisolated(unsafe) let (weights, tiles) = (weights, tiles)
    let (rows, columns) = (mapping.source.channels, mapping.target.channels)
    parallelFor(columns / 32 * mapping.groups, threads: threads) { index in
      let (block, group) = index.quotientAndRemainder(dividingBy: mapping.groups)
      for tap in 0..<mapping.taps {
        let matrix = weights + tap * rows * columns
        let tile = block * mapping.tilesPerColumns + (group * mapping.taps + tap) * TileMapping.tilesPerEntry
        if mapping.turnsWeights {
          tiles_put_turned(matrix + (block * rows + group) * 32, rows, tiles + tile * 1024)
        } else {
          tiles_put_right(matrix + (group * columns + block) * 32, columns, tiles + tile * 1024)
        }
      }
    }
  }
}
