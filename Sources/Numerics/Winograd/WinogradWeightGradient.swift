import CVector

extension WinogradConvolution {
  /// Numbers of a weight gradient's transform above which its coordinates go one by one.
  private static let cachedWeightGradient = 1 << 20
  /// Partial sums of a weight gradient. It bounds both the threads that can work on one and the memory for them.
  static let weightGradientSlices = 8

  /// Numbers from one coordinate's sums to the next one's, padded, for the 36 places of a number not to share a set of the
  /// cache.
  func paddedCoordinate(_ filters: WinogradFilters) -> Int { filters.coordinate + 16 }

  public func weightGradient(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch
  ) {
    let filters = WinogradFilters(inputs: shape.inputChannels, outputs: shape.outputChannels)
    let blocks = blocks(images: batch.images, groups: batch.groups)
    let blockTiles = blocks.unitsPerBlock * inputTiles.tileColumns
    let workspace = batch.workspace
    nonisolated(unsafe) let (input, outputGradient, weightGradient) = (input, outputGradient, weightGradient)
    let coordinate = paddedCoordinate(filters)
    if filters.count <= Self.cachedWeightGradient {
      let x = TransformedTiles(tiles: blockTiles, panels: inputTiles.panels)
      let g = TransformedTiles(tiles: blockTiles, panels: outputTiles.panels)
      let slices = min(blocks.count, Self.weightGradientSlices)
      nonisolated(unsafe) let sums = workspace.shared(slices * 36 * coordinate)
      workspace.reserve(lanes: batch.threads, lane: x.count + g.count + inputTiles.scratchCount)
      // Which blocks a slice sums depends on the problem alone, and the slices are added in order.
      parallelFor(slices, threads: batch.threads) { slice, lane in
        let memory = workspace.lane(lane)
        let (transformed, gradient) = (memory, memory + x.count)
        let sum = sums + slice * 36 * coordinate
        sum.update(repeating: 0, count: 36 * coordinate)
        for index in blocks.count * slice / slices..<blocks.count * (slice + 1) / slices {
          self.transformInput(
            input, inputTiles, activation, blocks, index, batch, scratch: gradient + g.count, to: transformed, x)
          self.transformGradient(outputGradient, outputTiles, blocks, index, to: gradient, g)
          let tiles = blocks.units(index).count * inputTiles.tileColumns
          for place in 0..<36 {
            self.addOuterProducts(
              transformed + place * x.coordinate, x, gradient + place * g.coordinate, g, tiles: tiles,
              to: sum + place * coordinate, filters)
          }
        }
      }
      addSlices(sums, slices, coordinate: coordinate, filters, to: weightGradient, threads: batch.threads)
      return
    }
    let perBlock = 36 * 16 * blockTiles * max(inputTiles.panels, outputTiles.panels)
    let step = max(1, Self.transformNumbers / perBlock)
    let x = TransformedTiles(tiles: step * blockTiles, panels: inputTiles.panels)
    let g = TransformedTiles(tiles: step * blockTiles, panels: outputTiles.panels)
    nonisolated(unsafe) let sums = workspace.shared(36 * coordinate + x.count + g.count)
    nonisolated(unsafe) let transformed = sums + 36 * coordinate
    nonisolated(unsafe) let gradient = transformed + x.count
    workspace.reserve(lanes: batch.threads, lane: inputTiles.scratchCount)
    sums.update(repeating: 0, count: 36 * coordinate)
    for first in stride(from: 0, to: blocks.count, by: step) {
      let count = min(step, blocks.count - first)
      // Blocks lie side by side as far as they are full; one that is not is the last of its group.
      parallelFor(count, threads: batch.threads) { index, lane in
        let place = index * blockTiles * 16
        self.transformInput(
          input, inputTiles, activation, blocks, first + index, batch, scratch: workspace.lane(lane),
          to: transformed + place, x)
        self.transformGradient(outputGradient, outputTiles, blocks, first + index, to: gradient + place, g)
      }
      parallelFor(36, threads: batch.threads) { coordinateIndex in
        var start = 0
        while start < count {
          // As many full blocks as follow each other, and the one after them.
          var end = start
          while end < count - 1, blocks.units(first + end).count == blocks.unitsPerBlock { end += 1 }
          let tiles =
            ((end - start) * blocks.unitsPerBlock + blocks.units(first + end).count) * inputTiles.tileColumns
          let place = start * blockTiles * 16
          self.addOuterProducts(
            transformed + coordinateIndex * x.coordinate + place, x,
            gradient + coordinateIndex * g.coordinate + place, g, tiles: tiles,
            to: sums + coordinateIndex * coordinate, filters)
          start = end + 1
        }
      }
    }
    parallelFor(shape.inputChannels, threads: batch.threads) { row in
      filters.weightGradient(row: row, sums, coordinate: coordinate, to: weightGradient)
    }
  }

  /// weightGradient ← Gᵀ (the sum of all slices' sums, in order) G.
  func addSlices(
    _ sums: UnsafeMutablePointer<Float>, _ slices: Int, coordinate: Int, _ filters: WinogradFilters,
    to weightGradient: UnsafeMutablePointer<Float>, threads: Int
  ) {
    nonisolated(unsafe) let (sums, weightGradient) = (sums, weightGradient)
    let numbers = filters.coordinate / 16
    parallelFor(36, threads: threads) { place in
      for slice in 1..<max(1, slices) {
        let (sum, part) = (sums + place * coordinate, sums + (slice * 36 + place) * coordinate)
        for index in 0..<numbers {
          v16_store(v16_load(sum + index &* 16) + v16_load(part + index &* 16), sum + index &* 16)
        }
      }
    }
    parallelFor(shape.inputChannels, threads: threads) { row in
      filters.weightGradient(row: row, sums, coordinate: coordinate, to: weightGradient)
    }
  }

  /// sum += xᵀ g at one coordinate.
  func addOuterProducts(
    _ x: UnsafePointer<Float>, _ layout: TransformedTiles, _ g: UnsafePointer<Float>, _ gradient: TransformedTiles,
    tiles: Int, to sum: UnsafeMutablePointer<Float>, _ size: WinogradFilters
  ) {
    for panel in 0..<layout.panels {
      let rows = sum + panel * 16 * size.columns
      let channels = x + panel * layout.panel
      var column = 0
      while column + 32 <= size.columns {
        let place = g + column / 16 * gradient.panel
        RegisterProducts.outer8by32(
          channels, place, panel: gradient.panel, tiles: tiles, rows + column, stride: size.columns)
        RegisterProducts.outer8by32(
          channels + 8, place, panel: gradient.panel, tiles: tiles, rows + 8 * size.columns + column,
          stride: size.columns)
        column += 32
      }
      if column < size.columns {
        RegisterProducts.outer16by16(
          channels, g + column / 16 * gradient.panel, tiles: tiles, rows + column, stride: size.columns)
      }
    }
  }

  /// A y Aᵀ of all tiles of one block.
  ///
  /// - Parameter first: the image that `source` begins with.
  func transformGradient(
    _ source: UnsafePointer<Float>, from first: Int = 0, _ tiles: WinogradTiles, _ blocks: RowBlocks, _ index: Int,
    to target: UnsafeMutablePointer<Float>, _ layout: TransformedTiles
  ) {
    let units = blocks.units(index)
    for unit in units {
      let (image, tileRow) = unit.quotientAndRemainder(dividingBy: tiles.tileRows)
      tiles.gradient(
        source + (image - first) * tiles.numbers, tileRow: tileRow,
        to: target + (unit - units.lowerBound) * tiles.tileColumns * 16, layout)
    }
  }
}
