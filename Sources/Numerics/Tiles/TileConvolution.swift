import CVector

/// Convolution by tile registers, sums of 32 rows and 32 channels at a time, for any kernel and stride.
///
/// A block of images is split into bfloat16 pairs (`TilePacking`) on one thread, multiplied with all weights while it is
/// in the second-level cache, and handed out.
struct TileConvolution: ConvolutionAlgorithm {
  let shape: ConvolutionShape
  private let forwardMapping: TileMapping
  private let dataMapping: TileMapping
  private let gradient: TileWeightGradient

  var readsActivations: Bool { true }

  /// nil where there are no tiles, or channels do not fill them.
  init?(shape: ConvolutionShape) {
    guard MatrixTiles.areUsed, shape.inputChannels % 32 == 0, shape.outputChannels % 32 == 0 else { return nil }
    self.shape = shape
    forwardMapping = TileMapping(forward: shape)
    dataMapping = TileMapping(dataGradient: shape)
    gradient = TileWeightGradient(shape: shape)
  }

  func outputBlocks(images: Int, groups: Int) -> RowBlocks {
    blocks(forwardMapping, images: images, groups: groups)
  }

  func inputBlocks(images: Int, groups: Int) -> RowBlocks { blocks(dataMapping, images: images, groups: groups) }

  private func blocks(_ mapping: TileMapping, images: Int, groups: Int) -> RowBlocks {
    RowBlocks(
      unitsPerBlock: mapping.imagesPerBlock, linesPerUnit: mapping.target.height, height: mapping.target.height,
      width: mapping.target.width, images: images, groups: groups)
  }

  func forward(
    input: UnsafePointer<Float>, activation: InputActivation?, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: (@Sendable (RowBlock) -> Void)?
  ) {
    let tiles = UnsafeMutableRawPointer(batch.workspace.shared(forwardMapping.weightBytes / 4))
    TilePacking.packForward(weights, forwardMapping, to: tiles, threads: batch.threads)
    run(forwardMapping, input, activation, tiles, output, batch, then: then)
  }

  func dataGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    batch: ConvolutionBatch, then: (@Sendable (RowBlock) -> Void)?
  ) {
    let tiles = UnsafeMutableRawPointer(batch.workspace.shared(dataMapping.weightBytes / 4))
    TilePacking.packTransposed(weights, dataMapping, to: tiles, threads: batch.threads)
    run(dataMapping, outputGradient, nil, tiles, inputGradient, batch, then: then)
  }

  func weightGradient(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch
  ) {
    gradient.run(
      input: input, activation: activation, outputGradient: outputGradient, weightGradient: weightGradient,
      batch: batch)
  }

  /// target ← source ∗ weights, block of images by block.
  private func run(
    _ mapping: TileMapping, _ source: UnsafePointer<Float>, _ activation: InputActivation?,
    _ weights: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ batch: ConvolutionBatch,
    then: (@Sendable (RowBlock) -> Void)?
  ) {
    let blocks = blocks(mapping, images: batch.images, groups: batch.groups)
    batch.workspace.reserve(lanes: batch.threads, lane: mapping.packedBytes / 4 + 32 * 32)
    nonisolated(unsafe) let (source, weights, target) = (source, weights, target)
    parallelFor(blocks.count, threads: batch.threads) { index, lane in
      let block = blocks[index]
      let packed = UnsafeMutableRawPointer(batch.workspace.lane(lane))
      let spare = batch.workspace.lane(lane) + mapping.packedBytes / 4
      let images = blocks.units(index)
      let table = block.group * mapping.source.channels
      TilePacking.pack(
        .init(
          numbers: source, factor: activation.map { $0.factor + table },
          constant: activation.map { $0.constant + table }),
        images: images, mapping, to: packed)
      tiles_take()
      if images.count == mapping.imagesPerBlock {
        multiply(mapping, packed, weights, target + images.lowerBound * mapping.target.count)
      } else {
        multiplyPart(
          mapping, packed, weights, target + images.lowerBound * mapping.target.count, images: images.count, spare)
      }
      tiles_release()
      then?(block)
    }
  }

  /// A block of images, depth by depth: what is read of the packed source stays in the cache for all columns.
  private func multiply(
    _ mapping: TileMapping, _ packed: UnsafeRawPointer, _ weights: UnsafeRawPointer,
    _ target: UnsafeMutablePointer<Float>
  ) {
    let images = mapping.layout == .images
    let row = 4 * (images ? mapping.target.count : mapping.target.channels)
    let tile = 4 * mapping.target.count * mapping.imagesPerSet
    mapping.entries.withUnsafeBufferPointer { entries in
      guard let entries = entries.baseAddress else { return }
      for part in 0..<(mapping.units.first?.starts.count ?? 1) - 1 {
        for column in stride(from: 0, to: mapping.target.channels, by: 32) {
          for unit in mapping.units {
            let sums = target + unit.pixel * mapping.target.channels + column
            let right = weights + column / 32 * mapping.tilesPerColumns * 1024
            Self.kernel(
              mapping, packed, right, entries, unit.starts[part]..<unit.starts[part + 1],
              tiles_target(sums: sums, row: row, tile: tile, adds: part > 0))
          }
        }
      }
    }
  }

  /// As `multiply` for fewer images than a block has, by way of `spare`: nothing beyond their rows is written.
  private func multiplyPart(
    _ mapping: TileMapping, _ packed: UnsafeRawPointer, _ weights: UnsafeRawPointer,
    _ target: UnsafeMutablePointer<Float>,
    images: Int, _ spare: UnsafeMutablePointer<Float>
  ) {
    mapping.entries.withUnsafeBufferPointer { entries in
      guard let entries = entries.baseAddress else { return }
      for column in stride(from: 0, to: mapping.target.channels, by: 32) {
        let right = weights + column / 32 * mapping.tilesPerColumns * 1024
        for unit in mapping.units {
          for part in 0..<unit.starts.count - 1 {
            Self.kernel(
              mapping, packed, right, entries, unit.starts[part]..<unit.starts[part + 1],
              tiles_target(sums: spare, row: 4 * 32, tile: 64 * 32, adds: part > 0))
          }
          let isPixels = mapping.layout == .pixels
          for row in 0..<(isPixels ? images * 16 : images) {
            let (image, pixel) = isPixels ? (row / 16, unit.pixel + row % 16) : (row, unit.pixel)
            (target + image * mapping.target.count + pixel * mapping.target.channels + column)
              .update(from: spare + row * 32, count: 32)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func kernel(
    _ mapping: TileMapping, _ left: UnsafeRawPointer, _ right: UnsafeRawPointer, _ entries: UnsafePointer<Int32>,
    _ range: Range<Int>, _ target: tiles_target
  ) {
    tiles_32by32(
      tiles_factors(
        left: left, leftRow: mapping.rowBytes, leftTile: mapping.setBytes, leftLow: mapping.lowBytes, right: right,
        entries: entries + 2 * range.lowerBound, count: range.count),
      target)
  }
}
