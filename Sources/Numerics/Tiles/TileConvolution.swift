import CVector

/// Convolution by tile registers, sums of 32 rows and 32 channels at a time, for any kernel and stride.
///
/// A block of images is split into bfloat16 pairs (`TilePacking`) on one thread, multiplied with all weights, and handed out.
struct TileConvolution: ConvolutionAlgorithm {
  let shape: ConvolutionShape
  private let forwardMapping: TileMapping
  private let dataMapping: TileMapping
  private let gradient: TileWeightGradient
  /// What computes the weight gradient in place of tiles.
  private let other: WinogradConvolution?

  var readsActivations: Bool { true }

  /// nil where there are no tiles, or channels do not fill them.
  ///
  /// - Parameter other: what computes the weight gradient, if not tiles.
  init?(shape: ConvolutionShape, weightGradientBy other: WinogradConvolution? = nil) {
    guard MatrixTiles.areUsed, shape.inputChannels % 32 == 0, shape.outputChannels % 32 == 0 else { return nil }
    self.shape = shape
    forwardMapping = TileMapping(forward: shape)
    dataMapping = TileMapping(dataGradient: shape)
    gradient = TileWeightGradient(shape: shape)
    self.other = other
  }

  func outputBlocks(images: Int, groups: Int) -> RowBlocks {
    blocks(forwardMapping, images: images, groups: groups)
  }

  func inputBlocks(images: Int, groups: Int) -> RowBlocks { blocks(dataMapping, images: images, groups: groups) }

  /// About 4096 numbers, as other algorithms hand out, none in two of the blocks of images that are computed together.
  private func blocks(_ mapping: TileMapping, images: Int, groups: Int) -> RowBlocks {
    let (height, width) = (mapping.target.height, mapping.target.width)
    let lines = 4096 / (width * mapping.target.channels)
    let units =
      lines < height
      ? (1...max(1, lines)).last { height % $0 == 0 } ?? 1
      : height * ((1...mapping.imagesPerBlock).last { mapping.imagesPerBlock % $0 == 0 && $0 * height <= lines } ?? 1)
    return RowBlocks(unitsPerBlock: units, height: height, width: width, images: images, groups: groups)
  }

  func forward(
    input: UnsafePointer<Float>, activation: InputActivation?, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?
  ) {
    run(forwardMapping, input, activation, weights, output, batch, then: then)
  }

  func dataGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    batch: ConvolutionBatch, then: BlockWork?
  ) {
    run(dataMapping, outputGradient, nil, weights, inputGradient, batch, then: then)
  }

  func weightGradient(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch
  ) {
    if let other {
      return other.weightGradient(
        input: input, activation: activation, outputGradient: outputGradient, weightGradient: weightGradient,
        batch: batch)
    }
    gradient.run(
      input: input, activation: activation, outputGradient: outputGradient, weightGradient: weightGradient,
      batch: batch)
  }

  /// target ← source ∗ weights, block of images by block.
  private func run(
    _ mapping: TileMapping, _ source: UnsafePointer<Float>, _ activation: InputActivation?,
    _ weights: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ batch: ConvolutionBatch,
    then: BlockWork?
  ) {
    nonisolated(unsafe) let tiles = UnsafeMutableRawPointer(batch.workspace.shared(mapping.weightBytes / 4))
    TilePacking.packWeights(weights, mapping, to: tiles, threads: batch.threads)
    let blocks = blocks(mapping, images: batch.images, groups: batch.groups)
    let room = mapping.imagesPerBlock * mapping.stripCount
    batch.workspace.reserve(lanes: batch.threads, lane: mapping.packedBytes / 4 + room)
    nonisolated(unsafe) let (source, target) = (source, target)
    let perGroup = (batch.imagesPerGroup + mapping.imagesPerBlock - 1) / mapping.imagesPerBlock
    parallelFor(batch.groups * perGroup, threads: batch.threads) { index, lane in
      let (group, place) = index.quotientAndRemainder(dividingBy: perGroup)
      let packed = UnsafeMutableRawPointer(batch.workspace.lane(lane))
      let first = group * batch.imagesPerGroup + place * mapping.imagesPerBlock
      let images = first..<min(first + mapping.imagesPerBlock, (group + 1) * batch.imagesPerGroup)
      let table = group * mapping.source.channels
      let numbers = TilePacking.Source(
        numbers: source, factor: activation.map { $0.factor + table }, constant: activation.map { $0.constant + table })
      for strip in 0..<mapping.strips.count {
        TilePacking.pack(numbers, images: images, lines: mapping.strips.newLines[strip], mapping, to: packed)
        let output = target + images.lowerBound * mapping.target.count + strip * mapping.stripCount
        if mapping.layout == .pixels, images.count == mapping.imagesPerBlock {
          multiply(
            mapping, strip, packed, tiles,
            Sums(
              numbers: output, row: mapping.target.channels, tile: mapping.target.count,
              unit: 16 * mapping.target.channels, column: 32))
        } else {
          // By way of memory of one's own: for fewer images than a block has, and because images often lie a power of two
          // apart, in the same lines of a cache.
          let spare = batch.workspace.lane(lane) + mapping.packedBytes / 4
          multiply(
            mapping, strip, packed, tiles,
            Sums(numbers: spare, row: 32, tile: 16 * 32, unit: 32 * 32, column: 32 * 32 * mapping.unitsPerStrip))
          unpack(mapping, spare, images: images.count, to: output)
        }
      }
      guard let then else { return }
      let rows = images.lowerBound * mapping.target.pixels..<images.upperBound * mapping.target.pixels
      for index in blocks.indices(within: rows) { then(blocks[index]) }
    }
  }

  /// Where sums go, with the distances from one row, tile, unit and block of columns to the next.
  private struct Sums {
    let numbers: UnsafeMutablePointer<Float>
    let row: Int
    let tile: Int
    let unit: Int
    let column: Int
  }

  /// A strip of a block of images, depth by depth: what is read of the packed source stays in the cache for all columns.
  private func multiply(
    _ mapping: TileMapping, _ strip: Int, _ packed: UnsafeRawPointer, _ weights: UnsafeRawPointer, _ sums: Sums
  ) {
    mapping.entries.withUnsafeBufferPointer { entries in
      guard let entries = entries.baseAddress else { return }
      MatrixTiles.taken {
        for part in 0..<mapping.parts {
          for column in 0..<mapping.target.channels / 32 {
            let right = weights + column * mapping.tilesPerColumns * 1024
            for unit in 0..<mapping.unitsPerStrip {
              let range = mapping.entries(strip: strip, part: part, unit: unit)
              tiles_32by32(
                tiles_factors(
                  left: packed, leftRow: mapping.rowBytes, leftTile: mapping.setBytes, leftLow: mapping.lowBytes,
                  right: right, entries: entries + 2 * range.lowerBound, count: range.count),
                tiles_target(
                  sums: sums.numbers + unit * sums.unit + column * sums.column, row: 4 * sums.row, tile: 4 * sums.tile,
                  adds: part > 0))
            }
          }
        }
      }
    }
  }

  /// A strip of the first `images` of a block from `spare` to its places, of which `target` is the first.
  private func unpack(
    _ mapping: TileMapping, _ spare: UnsafePointer<Float>, images: Int, to target: UnsafeMutablePointer<Float>
  ) {
    let (channels, units, pixels) = (mapping.target.channels, mapping.unitsPerStrip, mapping.pixelsPerUnit)
    for image in 0..<images {
      for pixel in 0..<units * pixels {
        let row = pixel / pixels * 1024 + (image * pixels + pixel % pixels) * 32
        let place = target + image * mapping.target.count + pixel * channels
        for column in 0..<channels / 32 {
          let source = spare + column * units * 1024 + row
          v16_store(v16_load(source), place + column * 32)
          v16_store(v16_load(source + 16), place + column * 32 + 16)
        }
      }
    }
  }
}
