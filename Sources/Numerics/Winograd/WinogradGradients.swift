extension WinogradConvolution {
  /// Numbers of the sums, the filters and a block's transforms up to which both gradients are made together: what the
  /// second-level cache holds with the blocks themselves.
  private static let cachedGradients = 200_000

  /// Whether what both gradients of a block work with stays in the second-level cache.
  var gradientsFitTheCache: Bool {
    let panels = inputTiles.panels + outputTiles.panels
    let filters = 36 * 256 * inputTiles.panels * outputTiles.panels
    return 2 * filters + 36 * 16 * 64 * panels <= Self.cachedGradients
  }

  public var keepsOutputGradient: Bool { !(gradientsFitTheCache && blocksAreWholeImages) }

  /// Both gradients block by block: a block's output gradient is made in the cache, gives its share of the weights' and the
  /// whole of the input's gradient, and is never in memory.
  public func gradients(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: OutputGradient,
    weights: UnsafePointer<Float>, kept: UnsafeMutablePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: (@Sendable (RowBlock) -> Void)?
  ) {
    if let kept {
      return gradientsInTurn(
        input: input, activation: activation, outputGradient: outputGradient, weights: weights, kept: kept,
        inputGradient: inputGradient, weightGradient: weightGradient, batch: batch, then: then)
    }
    let filters = WinogradFilters(inputs: shape.inputChannels, outputs: shape.outputChannels)
    let turned = WinogradFilters(inputs: shape.outputChannels, outputs: shape.inputChannels)
    let blocks = blocks(images: batch.images, groups: batch.groups)
    let blockTiles = blocks.unitsPerBlock * inputTiles.tileColumns
    let x = TransformedTiles(tiles: blockTiles, panels: inputTiles.panels)
    let g = TransformedTiles(tiles: blockTiles, panels: outputTiles.panels)
    let slices = min(blocks.count, Self.weightGradientSlices)
    let coordinate = paddedCoordinate(filters)
    let workspace = batch.workspace
    nonisolated(unsafe) let packed = workspace.shared(turned.count + slices * 36 * coordinate)
    nonisolated(unsafe) let sums = packed + turned.count
    let imagesPerBlock = blocks.unitsPerBlock / inputTiles.tileRows
    workspace.reserve(
      lanes: batch.threads,
      lane: x.count + g.count + max(inputTiles.scratchCount, outputTiles.scratchCount)
        + imagesPerBlock * outputTiles.numbers)
    turned.transformTurned(weights, to: packed, threads: batch.threads)
    nonisolated(unsafe) let (input, inputGradient) = (input, inputGradient)
    // The slices of `weightGradient`, which are added in order: the same bits as one gradient after the other.
    parallelFor(slices, threads: batch.threads) { slice, lane in
      let inputs = workspace.lane(lane)
      let gradients = inputs + x.count
      let scratch = gradients + g.count
      let block = scratch + max(self.inputTiles.scratchCount, self.outputTiles.scratchCount)
      let sum = sums + slice * 36 * coordinate
      sum.update(repeating: 0, count: 36 * coordinate)
      for index in blocks.count * slice / slices..<blocks.count * (slice + 1) / slices {
        let units = blocks.units(index)
        let first = units.lowerBound / inputTiles.tileRows
        outputGradient.write(blocks[index], channels: shape.outputChannels, to: block)
        self.transformInput(input, inputTiles, activation, blocks, index, batch, scratch: scratch, to: inputs, x)
        self.transformGradient(block, from: first, outputTiles, blocks, index, to: gradients, g)
        let tiles = units.count * inputTiles.tileColumns
        let rows = blocks[index].rows
        let target = MemoryAhead(
          inputGradient + rows.lowerBound * shape.inputChannels, count: rows.count * shape.inputChannels, isWritten: true)
        for place in 0..<36 {
          target.ask(place)
          self.addOuterProducts(
            inputs + place * x.coordinate, x, gradients + place * g.coordinate, g, tiles: tiles,
            to: sum + place * coordinate, filters)
        }
        self.transformInput(
          block, from: first, outputTiles, nil, blocks, index, batch, scratch: scratch, to: gradients, g)
        let next = index + 1 < blocks.count * (slice + 1) / slices ? blocks[index + 1].rows : rows
        let ahead = [
          MemoryAhead(
            outputGradient.gradient + next.lowerBound * shape.outputChannels, count: next.count * shape.outputChannels),
          MemoryAhead(
            outputGradient.output + next.lowerBound * shape.outputChannels, count: next.count * shape.outputChannels),
          MemoryAhead(input + next.lowerBound * shape.inputChannels, count: next.count * shape.inputChannels),
        ]
        for place in 0..<36 {
          for a in ahead { a.ask(place) }
          self.multiply(
            gradients + place * g.coordinate, g, packed + place * turned.coordinate, turned,
            inputs + place * x.coordinate, x, tiles: blockTiles)
        }
        self.transformOutput(inputs, x, inputTiles, blocks, index, to: inputGradient)
        then?(blocks[index])
      }
    }
    addSlices(sums, slices, coordinate: coordinate, filters, to: weightGradient, threads: batch.threads)
  }
}
