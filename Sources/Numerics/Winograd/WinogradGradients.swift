extension WinogradConvolution {
  /// Numbers that both gradients of a block may work with to be made together: 1 MiB, half of a second-level cache.
  private static let cachedGradients = 1 << 18

  /// Whether what both gradients of a block of `tiles` work with stays in the second-level cache: sums, filters, transforms of both
  /// sides, and the gradient of the output.
  func gradientsFitTheCache(tiles: Int) -> Bool {
    let (inputs, outputs) = (inputTiles.panels, outputTiles.panels)
    return 2 * 36 * 256 * inputs * outputs + (36 * (inputs + outputs) + 16 * outputs) * 16 * tiles
      <= Self.cachedGradients
  }

  public var keepsOutputGradient: Bool {
    !(blocksAreWholeImages && gradientsFitTheCache(tiles: unitsPerBlock * inputTiles.tileColumns))
  }

  /// Both gradients block by block: a block's output gradient is made in the cache, gives its share of the weights' and the
  /// whole of the input's gradient, and is never in memory. As many threads work on it as there are slices of a weight gradient.
  public func gradients(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: OutputGradient,
    weights: UnsafePointer<Float>, kept: UnsafeMutablePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?
  ) {
    if let kept {
      return gradientsInTurn(
        input: input, activation: activation, outputGradient: outputGradient, weights: weights, kept: kept,
        inputGradient: inputGradient, weightGradient: weightGradient, batch: batch, then: then)
    }
    precondition(!keepsOutputGradient, "no room for the gradient of the output")
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
    turned.transformTurned(weights, to: packed, threads: batch.threads, workspace: workspace)
    nonisolated(unsafe) let (input, inputGradient) = (input, inputGradient)
    // The slices of `weightGradient`, which are added in order: the same bits as one gradient after the other.
    parallelFor(slices, threads: batch.threads) { slice, lane in
      let inputs = workspace.lane(lane)
      let gradients = inputs + x.count
      let scratch = gradients + g.count
      let made = scratch + max(self.inputTiles.scratchCount, self.outputTiles.scratchCount)
      let sum = sums + slice * 36 * coordinate
      sum.update(repeating: 0, count: 36 * coordinate)
      let last = blocks.count * (slice + 1) / slices - 1
      for index in blocks.count * slice / slices...last {
        let (block, units) = (blocks[index], blocks.units(index))
        let first = units.lowerBound / inputTiles.tileRows
        outputGradient.write(block, channels: shape.outputChannels, to: made)
        self.transformInput(input, inputTiles, activation, blocks, index, batch, scratch: scratch, to: inputs, x)
        self.transformGradient(made, from: first, outputTiles, blocks, index, to: gradients, g)
        let tiles = units.count * inputTiles.tileColumns
        let target = MemoryAhead(block, channels: shape.inputChannels, parts: 36)
        for place in 0..<36 {
          target.write(inputGradient, part: place)
          self.addOuterProducts(
            inputs + place * x.coordinate, x, gradients + place * g.coordinate, g, tiles: tiles,
            to: sum + place * coordinate, filters)
        }
        self.transformInput(
          made, from: first, outputTiles, nil, blocks, index, batch, scratch: scratch, to: gradients, g)
        let next = blocks[min(index + 1, last)]
        let nextOutput = MemoryAhead(next, channels: shape.outputChannels, parts: 36)
        let nextInput = MemoryAhead(next, channels: shape.inputChannels, parts: 36)
        for place in 0..<36 {
          for matrix in then?.reads ?? [] { target.read(matrix, part: place) }
          if index < last {
            nextOutput.read(outputGradient.gradient, part: place)
            nextOutput.read(outputGradient.output, part: place)
            nextInput.read(input, part: place)
          }
          self.multiply(
            gradients + place * g.coordinate, g, packed + place * turned.coordinate, turned,
            inputs + place * x.coordinate, x, tiles: blockTiles)
        }
        self.transformOutput(inputs, x, inputTiles, blocks, index, to: inputGradient)
        then?(block)
      }
    }
    addSlices(sums, slices, coordinate: coordinate, filters, to: weightGradient, threads: batch.threads)
  }
}
