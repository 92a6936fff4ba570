import CVector

/// 3×3 convolution of stride 1 by Winograd's F(4×4,3×3): 36 multiplications where the definition has 144.
///
/// Lavin, Gray (CVPR 2016). Tiles are taken in blocks whose transforms stay in the second-level cache; where the
/// filters themselves are larger than that, the whole batch goes through one coordinate after another instead, so that
/// each coordinate's filters are read once.
public struct WinogradConvolution: ConvolutionAlgorithm {
  public let shape: ConvolutionShape
  public var readsActivations: Bool { true }
  let inputTiles: WinogradTiles
  let outputTiles: WinogradTiles

  /// Tiles of a block, about.
  private static let tilesPerBlock = 48
  /// Tiles of an image up to which a block of few channels holds it whole.
  private static let tilesOfWholeImage = 64
  /// Numbers of the filters above which coordinates go one by one.
  private static let cachedFilters = 1 << 20
  /// Numbers of each side's transforms where coordinates go one by one.
  static let transformNumbers = 6 << 20

  /// nil where the shape is not one for Winograd.
  public init?(shape: ConvolutionShape) {
    guard shape.kernelHeight == 3, shape.kernelWidth == 3, shape.strideHeight == 1, shape.strideWidth == 1,
      shape.padding == 1
    else { return nil }
    self.shape = shape
    inputTiles = WinogradTiles(height: shape.inputHeight, width: shape.inputWidth, channels: shape.inputChannels)
    outputTiles = WinogradTiles(height: shape.inputHeight, width: shape.inputWidth, channels: shape.outputChannels)
  }

  public func outputBlocks(images: Int, groups: Int) -> RowBlocks { blocks(images: images, groups: groups) }
  public func inputBlocks(images: Int, groups: Int) -> RowBlocks { blocks(images: images, groups: groups) }

  func blocks(images: Int, groups: Int) -> RowBlocks {
    RowBlocks(
      unitsPerBlock: unitsPerBlock, linesPerUnit: 4, height: shape.inputHeight, width: shape.inputWidth, images: images,
      groups: groups)
  }

  /// Rows of tiles of a block: whole images where both gradients of so many tiles are made together.
  var unitsPerBlock: Int {
    let (rows, columns) = (inputTiles.tileRows, inputTiles.tileColumns)
    let units = max(1, Self.tilesPerBlock / columns)
    let whole = units >= rows ? units / rows * rows : rows
    return whole * columns <= Self.tilesOfWholeImage && gradientsFitTheCache(tiles: whole * columns) ? whole : units
  }

  /// Whether a block is of whole images.
  var blocksAreWholeImages: Bool { unitsPerBlock % inputTiles.tileRows == 0 }

  public func forward(
    input: UnsafePointer<Float>, activation: InputActivation?, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?
  ) {
    forward(input, nil, activation, weights, output, batch, then)
  }

  /// A block of whole images needs no other; where coordinates go one by one, blocks are not taken one by one.
  var readsWholeBlocks: Bool {
    let filters = WinogradFilters(inputs: shape.inputChannels, outputs: shape.outputChannels)
    return blocksAreWholeImages && filters.count <= Self.cachedFilters
  }

  public func forward(
    making input: UnsafePointer<Float>, by make: BlockWork, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?
  ) {
    guard readsWholeBlocks else {
      return forwardInTurn(making: input, by: make, weights: weights, output: output, batch: batch, then: then)
    }
    forward(input, make, nil, weights, output, batch, then)
  }

  private func forward(
    _ input: UnsafePointer<Float>, _ make: BlockWork?, _ activation: InputActivation?, _ weights: UnsafePointer<Float>,
    _ output: UnsafeMutablePointer<Float>, _ batch: ConvolutionBatch, _ then: BlockWork?
  ) {
    let filters = WinogradFilters(inputs: shape.inputChannels, outputs: shape.outputChannels)
    convolve(
      input, make, inputTiles, activation, filters, output, outputTiles, batch, then,
      transform: { filters.transform(weights, to: $0, threads: batch.threads) })
  }

  public func dataGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    batch: ConvolutionBatch, then: BlockWork?
  ) {
    let filters = WinogradFilters(inputs: shape.outputChannels, outputs: shape.inputChannels)
    convolve(
      outputGradient, nil, outputTiles, nil, filters, inputGradient, inputTiles, batch, then,
      transform: {
        filters.transformTurned(weights, to: $0, threads: batch.threads, workspace: batch.workspace)
      })
  }

  /// target ← activation(source) ∗ filters, block by block.
  ///
  /// - Parameter make: writes a block of the source before it is read, if it is not there.
  private func convolve(
    _ source: UnsafePointer<Float>, _ make: BlockWork?, _ sourceTiles: WinogradTiles, _ activation: InputActivation?,
    _ filters: WinogradFilters, _ target: UnsafeMutablePointer<Float>, _ targetTiles: WinogradTiles,
    _ batch: ConvolutionBatch, _ then: BlockWork?,
    transform: (UnsafeMutablePointer<Float>) -> Void
  ) {
    let blocks = blocks(images: batch.images, groups: batch.groups)
    let blockTiles = blocks.unitsPerBlock * sourceTiles.tileColumns
    let workspace = batch.workspace
    nonisolated(unsafe) let (source, target) = (source, target)
    if filters.count <= Self.cachedFilters {
      let x = TransformedTiles(tiles: blockTiles, panels: sourceTiles.panels)
      let y = TransformedTiles(tiles: blockTiles, panels: targetTiles.panels)
      nonisolated(unsafe) let packed = workspace.shared(filters.count)
      transform(packed)
      workspace.reserve(lanes: batch.threads, lane: x.count + y.count + sourceTiles.scratchCount)
      parallelFor(blocks.count, threads: batch.threads) { index, lane in
        let memory = workspace.lane(lane)
        let (transformed, products) = (memory, memory + x.count)
        make?(blocks[index])
        self.transformInput(
          source, sourceTiles, activation, blocks, index, batch, scratch: products + y.count, to: transformed, x)
        let here = MemoryAhead(blocks[index], channels: targetTiles.channels, parts: 36)
        // What this thread is likely to take next.
        let likely = min(index + batch.threads, blocks.count - 1)
        let next = MemoryAhead(blocks[likely], channels: sourceTiles.channels, parts: 36)
        for coordinate in 0..<36 {
          here.write(target, part: coordinate)
          for matrix in then?.reads ?? [] { here.read(matrix, part: coordinate) }
          if likely > index {
            if let make {
              for matrix in make.reads { next.read(matrix, part: coordinate) }
              next.write(source, part: coordinate)
            } else {
              next.read(source, part: coordinate)
            }
          }
          self.multiply(
            transformed + coordinate * x.coordinate, x, packed + coordinate * filters.coordinate, filters,
            products + coordinate * y.coordinate, y, tiles: blockTiles)
        }
        self.transformOutput(products, y, targetTiles, blocks, index, to: target)
        then?(blocks[index])
      }
      return
    }
    // Some blocks at a time, coordinate by coordinate.
    let perBlock = 36 * 16 * blockTiles * max(sourceTiles.panels, targetTiles.panels)
    let step = max(1, Self.transformNumbers / perBlock)
    let x = TransformedTiles(tiles: step * blockTiles, panels: sourceTiles.panels)
    let y = TransformedTiles(tiles: step * blockTiles, panels: targetTiles.panels)
    nonisolated(unsafe) let packed = workspace.shared(filters.count + x.count + y.count)
    nonisolated(unsafe) let transformed = packed + filters.count
    nonisolated(unsafe) let products = transformed + x.count
    transform(packed)
    workspace.reserve(lanes: batch.threads, lane: sourceTiles.scratchCount)
    for first in stride(from: 0, to: blocks.count, by: step) {
      let count = min(step, blocks.count - first)
      parallelFor(count, threads: batch.threads) { index, lane in
        self.transformInput(
          source, sourceTiles, activation, blocks, first + index, batch, scratch: workspace.lane(lane),
          to: transformed + index * blockTiles * 16, x)
      }
      let tiles = count * blockTiles
      parallelFor(36, threads: batch.threads) { coordinate in
        self.multiply(
          transformed + coordinate * x.coordinate, x, packed + coordinate * filters.coordinate, filters,
          products + coordinate * y.coordinate, y, tiles: tiles)
      }
      parallelFor(count, threads: batch.threads) { index in
        self.transformOutput(
          products + index * blockTiles * 16, y, targetTiles, blocks, first + index, to: target)
        then?(blocks[first + index])
      }
    }
  }

  /// Bᵀ d B of all tiles of one block.
  ///
  /// - Parameter first: the image that `source` begins with.
  func transformInput(
    _ source: UnsafePointer<Float>, from first: Int = 0, _ tiles: WinogradTiles, _ activation: InputActivation?,
    _ blocks: RowBlocks, _ index: Int, _ batch: ConvolutionBatch, scratch: UnsafeMutablePointer<Float>,
    to target: UnsafeMutablePointer<Float>, _ layout: TransformedTiles
  ) {
    let units = blocks.units(index)
    tiles.clearSides(scratch)
    for unit in units {
      let (image, tileRow) = unit.quotientAndRemainder(dividingBy: tiles.tileRows)
      let group = image / batch.imagesPerGroup
      let factor = activation.map { $0.factor + group * tiles.channels }
      let constant = activation.map { $0.constant + group * tiles.channels }
      tiles.input(
        source + (image - first) * tiles.numbers, factor: factor, constant: constant, tileRow: tileRow,
        continues: tileRow > 0 && unit > units.lowerBound, scratch: scratch,
        to: target + (unit - units.lowerBound) * tiles.tileColumns * 16, layout)
    }
  }

  /// Aᵀ m A of all tiles of one block.
  func transformOutput(
    _ source: UnsafePointer<Float>, _ layout: TransformedTiles, _ tiles: WinogradTiles, _ blocks: RowBlocks,
    _ index: Int, to target: UnsafeMutablePointer<Float>
  ) {
    let units = blocks.units(index)
    for unit in units {
      let (image, tileRow) = unit.quotientAndRemainder(dividingBy: tiles.tileRows)
      tiles.output(
        source + (unit - units.lowerBound) * tiles.tileColumns * 16, layout, tileRow: tileRow,
        to: target + image * tiles.numbers)
    }
  }

  /// One coordinate's tiles times its filters. Tiles beyond the last are multiplied too, and looked at by nobody.
  func multiply(
    _ x: UnsafePointer<Float>, _ layout: TransformedTiles, _ filters: UnsafePointer<Float>, _ size: WinogradFilters,
    _ y: UnsafeMutablePointer<Float>, _ target: TransformedTiles, tiles: Int
  ) {
    let tiles = (tiles + 11) / 12 * 12
    size.eachBlock { column, count in
      let block = filters + column * size.rows
      let place = y + column / 16 * target.panel
      if count == 64 {
        for tile in stride(from: 0, to: tiles, by: 6) {
          RegisterProducts.rows6by64(
            x + tile * 16, panel: layout.panel, panels: layout.panels, block, place + tile * 16,
            targetPanel: target.panel, targetRow: 16)
        }
      } else if count == 32 {
        for tile in stride(from: 0, to: tiles, by: 12) {
          RegisterProducts.rows12by32(
            x + tile * 16, panel: layout.panel, panels: layout.panels, block, place + tile * 16,
            targetPanel: target.panel, targetRow: 16)
        }
      } else {
        for tile in stride(from: 0, to: tiles, by: 12) {
          RegisterProducts.rows12by16(
            x + tile * 16, panel: layout.panel, panels: layout.panels, block, place + tile * 16, targetRow: 16)
        }
      }
    }
  }
}
