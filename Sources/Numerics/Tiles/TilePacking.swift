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

  /// Packs `images` of the source as the mapping's entries expect them; those that a block lacks are zeros.
  static func pack(
    _ source: Source, images: Range<Int>, _ mapping: TileMapping, to target: UnsafeMutableRawPointer
  ) {
    for place in 0..<mapping.imagesPerBlock {
      let (set, row) = place.quotientAndRemainder(dividingBy: mapping.imagesPerSet)
      let cells = target + set * mapping.setBytes + row * 64
      let image = images.lowerBound + place
      for y in 0..<mapping.source.height {
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

  /// Packs the weights of a mapping, HWIO, for the forward pass.
  static func packForward(
    _ weights: UnsafePointer<Float>, _ mapping: TileMapping, to tiles: UnsafeMutableRawPointer, threads: Int
  ) {
    nonisolated(unsafe) let (weights, tiles) = (weights, tiles)
    let (inputs, outputs) = (mapping.source.channels, mapping.target.channels)
    eachEntry(mapping, threads: threads) { column, group, tap, place in
      tiles_put_right(weights + (tap * inputs + group * 32) * outputs + column, outputs, tiles + place)
    }
  }

  /// Packs the weights transposed, for the data gradient, whose source channels are the outputs.
  static func packTransposed(
    _ weights: UnsafePointer<Float>, _ mapping: TileMapping, to tiles: UnsafeMutableRawPointer, threads: Int
  ) {
    nonisolated(unsafe) let (weights, tiles) = (weights, tiles)
    let (outputs, inputs) = (mapping.source.channels, mapping.target.channels)
    eachEntry(mapping, threads: threads) { column, group, tap, place in
      tiles_put_turned(weights + (tap * inputs + column) * outputs + group * 32, outputs, tiles + place)
    }
  }

  /// Calls `body` for each entry's place in bytes, on several threads.
  private static func eachEntry(
    _ mapping: TileMapping, threads: Int,
    _ body: @Sendable (_ column: Int, _ group: Int, _ tap: Int, _ place: Int) -> Void
  ) {
    parallelFor(mapping.target.channels / 32 * mapping.groups, threads: threads) { index in
      let (block, group) = index.quotientAndRemainder(dividingBy: mapping.groups)
      for tap in 0..<mapping.taps {
        let entry = (group * mapping.taps + tap) * TileMapping.tilesPerEntry
        body(block * 32, group, tap, 1024 * (block * mapping.tilesPerColumns + entry))
      }
    }
  }
}
