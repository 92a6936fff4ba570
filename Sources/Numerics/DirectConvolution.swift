/// Convolution without a copy of the patches: eight images at a time, the same output pixel of each, times 32 output
/// channels in registers.
///
/// Taking the tile across images makes every pixel alike: at the border there is less to add and nothing to mask, where
/// a 2×2 image would spend five ninths of a patch matrix on padding. The weights are packed in columns of 32.
public struct DirectConvolution: ConvolutionAlgorithm {
  public let shape: ConvolutionShape
  private let forwardRuns: ConvolutionRuns
  private let dataRuns: ConvolutionRuns
  private let forwardColumns: ConvolutionColumns?
  private let dataColumns: ConvolutionColumns?
  private let taps: ConvolutionTaps

  /// Images of one task, eight at a time.
  private static let imagesPerTask = 16
  /// Partial sums of a weight gradient. It bounds both the threads that can work on one and the memory for them.
  private static let weightGradientSlices = 8
  /// Numbers of input and gradient that a weight gradient keeps in the second-level cache: 256 KiB.
  private static let cachedNumbers = 1 << 16

  public init(shape: ConvolutionShape) {
    self.shape = shape
    forwardRuns = ConvolutionRuns(forward: shape)
    dataRuns = ConvolutionRuns(dataGradient: shape)
    forwardColumns = ConvolutionColumns(shape, forwardRuns)
    dataColumns = ConvolutionColumns(shape, dataRuns)
    taps = ConvolutionTaps(shape)
  }

  public func forward(
    input: UnsafePointer<Float>, activation: InputActivation?, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?
  ) {
    forward(
      input: input, activation: activation, weights: weights, output: output, batch: batch,
      blocks: outputBlocks(images: batch.images, groups: batch.groups), then: then)
  }

  /// As the form without blocks, for one that hands out other blocks of the same rows.
  func forward(
    input: UnsafePointer<Float>, activation: InputActivation?, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, blocks: RowBlocks,
    then: BlockWork?
  ) {
    precondition(activation == nil, "the direct convolution takes its input as it is")
    let columns = shape.outputChannels
    let packed = batch.workspace.shared(shape.depth * PackedColumns.pitch(columns))
    PackedColumns.pack(weights, rows: shape.depth, columns: columns, to: packed)
    run(
      Table(runs: forwardRuns, slides: forwardColumns, rows: shape.depth, columns: columns), input,
      count: shape.inputCount, packed, output, count: shape.outputCount, images: batch.images, threads: batch.threads,
      blocks: blocks, then: then)
  }

  public func dataGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    batch: ConvolutionBatch, then: BlockWork?
  ) {
    let columns = shape.inputChannels
    let rows = shape.kernelHeight * shape.kernelWidth * shape.outputChannels
    let packed = batch.workspace.shared(rows * PackedColumns.pitch(columns))
    PackedColumns.packMirrored(weights, shape, to: packed)
    run(
      Table(runs: dataRuns, slides: dataColumns, rows: rows, columns: columns), outputGradient,
      count: shape.outputCount,
      packed, inputGradient, count: shape.inputCount, images: batch.images, threads: batch.threads,
      blocks: inputBlocks(images: batch.images, groups: batch.groups), then: then)
  }

  /// What is summed for each pixel, and how large the weights are.
  private struct Table {
    let runs: ConvolutionRuns
    let slides: ConvolutionColumns?
    let rows: Int
    let columns: Int
  }

  /// target ← Σ over the runs of each pixel.
  private func run(
    _ table: Table, _ source: UnsafePointer<Float>, count sourceCount: Int, _ weights: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>, count targetCount: Int, images: Int, threads: Int, blocks: RowBlocks,
    then: BlockWork?
  ) {
    // The last task takes what is left over. Each writes to images of its own.
    let tasks = max(1, images / Self.imagesPerTask)
    let pixels = blocks.rows / images
    @Sendable func ownBlocks(_ task: Int) -> Range<Int> {
      let end = task == tasks - 1 ? images : (task + 1) * Self.imagesPerTask
      return blocks.indices(within: task * Self.imagesPerTask * pixels..<end * pixels)
    }
    nonisolated(unsafe) let (source, weights, target) = (source, weights, target)
    parallelFor(tasks, threads: threads) { task in
      let end = task == tasks - 1 ? images : (task + 1) * Self.imagesPerTask
      for first in stride(from: task * Self.imagesPerTask, to: end, by: 8) {
        // Where fewer than eight are left, some are done again; where there are no eight, one image eight times.
        let start = images < 8 ? first : min(first, end - 8)
        for image in images < 8 ? start..<images : start..<start + 1 {
          eightImages(
            table, source + image * sourceCount, stride: images < 8 ? 0 : sourceCount, weights,
            target + image * targetCount, stride: images < 8 ? 0 : targetCount)
        }
      }
      // While what was written is in the cache.
      if let then { for index in ownBlocks(task) { then(blocks[index]) } }
    }
    guard let then else { return }
    // Blocks that two tasks share.
    for task in 1..<max(1, tasks) {
      for index in ownBlocks(task - 1).upperBound..<ownBlocks(task).lowerBound { then(blocks[index]) }
    }
  }

  /// All pixels of eight images.
  private func eightImages(
    _ table: Table, _ source: UnsafePointer<Float>, stride: Int, _ weights: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>, stride targetStride: Int
  ) {
    PackedColumns.eachBlock(table.columns) { column, wide in
      let block = weights + PackedColumns.offset(column, rows: table.rows)
      if wide == 16, let slides = table.slides, column + wide <= table.columns {
        SlidingKernels.columns16(
          slides, source, stride: stride, block, target + column, columns: table.columns, stride: targetStride)
      } else {
        eachPixel(table, source, stride: stride, block, column: column, wide: wide, target, stride: targetStride)
      }
    }
  }

  /// All pixels of eight images, pixel by pixel: up to `wide` columns from `column` on.
  private func eachPixel(
    _ table: Table, _ source: UnsafePointer<Float>, stride: Int, _ block: UnsafePointer<Float>, column: Int, wide: Int,
    _ target: UnsafeMutablePointer<Float>, stride targetStride: Int
  ) {
    let starts = table.runs.starts
    let count = min(wide, table.columns - column)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * 32) { scratch in
      table.runs.runs.withUnsafeBufferPointer { runs in
        guard let scratch = scratch.baseAddress else { return }
        for pixel in 0..<starts.count - 1 {
          let runs = UnsafeBufferPointer(rebasing: runs[starts[pixel]..<starts[pixel + 1]])
          let place = target + pixel * table.columns + column
          // Kernels store whole vectors: beyond the last channel they must not.
          let isWhole = count == wide || count == 8
          let (result, resultStride) = isWhole ? (place, targetStride) : (scratch, wide)
          if wide == 32 {
            DirectKernels.tile32(runs, source, stride: stride, block, result, targetStride: resultStride)
          } else {
            DirectKernels.tile16(
              runs, source, stride: stride, block, result, targetStride: resultStride, half: count == 8)
          }
          if !isWhole {
            for image in 0..<8 { (place + image * targetStride).update(from: scratch + image * wide, count: count) }
          }
        }
      }
    }
  }

  public func weightGradient(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch
  ) {
    precondition(activation == nil, "the direct convolution takes its input as it is")
    let images = batch.images
    let group = max(1, Self.cachedNumbers / (shape.inputCount + shape.outputCount))
    let groups = (images + group - 1) / group
    let slices = min(groups, Self.weightGradientSlices)
    let line = shape.outputWidth * shape.outputChannels
    nonisolated(unsafe) let partial = batch.workspace.shared(slices * shape.weightCount + line)
    partial.update(repeating: 0, count: slices * shape.weightCount + line)
    nonisolated(unsafe) let zeros = UnsafePointer(partial + slices * shape.weightCount)
    nonisolated(unsafe) let (input, outputGradient) = (input, outputGradient)
    // Which images a slice sums depends on the problem alone, and the slices are added in order.
    parallelFor(slices, threads: batch.threads) { slice in
      for index in groups * slice / slices..<groups * (slice + 1) / slices {
        let first = index * group
        addWeightGradient(
          input + first * shape.inputCount, outputGradient + first * shape.outputCount,
          images: min(group, images - first), zeros: zeros, to: partial + slice * shape.weightCount)
      }
    }
    weightGradient.update(from: partial, count: shape.weightCount)
    for slice in 1..<max(1, slices) {
      let sum = partial + slice * shape.weightCount
      for index in 0..<shape.weightCount { weightGradient[index] += sum[index] }
    }
  }

  /// Adds the weight gradient of `images` images to `sum`, eight rows and 32 or 16 columns of it at a time.
  private func addWeightGradient(
    _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, images: Int, zeros: UnsafePointer<Float>,
    to sum: UnsafeMutablePointer<Float>
  ) {
    let (inputs, outputs) = (shape.inputChannels, shape.outputChannels)
    let slides = forwardColumns != nil
    for group in taps.groups {
      let kernelRow = group.first / shape.kernelWidth
      group.stretches.withUnsafeBufferPointer { stretches in
        let pairs = DirectKernels.Pairs(stretches: stretches, shape: shape, images: images)
        let rows = group.count * inputs
        var column = 0
        while column < outputs {
          let wide = min(outputs - column >= 32 ? 32 : 16, outputs - column)
          var row = 0
          while row < rows {
            let (x, g) = (input + row, gradient + column)
            let target = sum + (group.first * inputs + row) * outputs + column
            let left = rows - row
            if wide == 32 && left >= 8 {
              DirectKernels.outer32(pairs, x, g, target, stride: outputs)
            } else if wide == 16 && left >= 8 && slides {
              // The middle kernel row takes the other two along.
              if kernelRow == 1 {
                SlidingKernels.outer16(
                  pairs, x, g, target, stride: outputs, rows: shape.kernelWidth * inputs, zeros: zeros)
              }
            } else if wide == 16 && left >= 8 {
              DirectKernels.outer16(pairs, x, g, target, stride: outputs)
            } else {
              for part in stride(from: 0, to: wide, by: 16) {
                DirectKernels.outerRest(
                  pairs, x, g + part, target + part, stride: outputs, rows: min(8, left), columns: min(16, wide - part))
              }
            }
            row += min(8, left)
          }
          column += wide
        }
      }
    }
  }
}

/// Weights in columns of 32, the last of 16 where that is enough, zeros beyond the last channel: a kernel reads them
/// from front to back.
enum PackedColumns {
  /// Columns with the padding: a multiple of 16.
  static func pitch(_ columns: Int) -> Int { (columns + 15) / 16 * 16 }

  /// Where the 32 or 16 columns from `column` on begin.
  static func offset(_ column: Int, rows: Int) -> Int { column * rows }

  /// Packs a row-major matrix.
  static func pack(_ source: UnsafePointer<Float>, rows: Int, columns: Int, to target: UnsafeMutablePointer<Float>) {
    eachBlock(columns) { column, wide in
      let block = target + offset(column, rows: rows)
      let count = min(wide, columns - column)
      for row in 0..<rows {
        let line = block + row * wide
        line.update(from: source + row * columns + column, count: count)
        if count < wide { (line + count).update(repeating: 0, count: wide - count) }
      }
    }
  }

  /// Packs weights transposed and mirrored, as `ConvolutionRuns(dataGradient:)` asks for them.
  static func packMirrored(
    _ source: UnsafePointer<Float>, _ shape: ConvolutionShape, to target: UnsafeMutablePointer<Float>
  ) {
    let (inputs, outputs) = (shape.inputChannels, shape.outputChannels)
    let rows = shape.kernelHeight * shape.kernelWidth * outputs
    let mirrored = ConvolutionRuns.mirroredColumns(shape)
    eachBlock(inputs) { column, wide in
      let block = target + offset(column, rows: rows)
      let count = min(wide, inputs - column)
      if count < wide { block.update(repeating: 0, count: rows * wide) }
      for kernelRow in 0..<shape.kernelHeight {
        for (place, kernelColumn) in mirrored.enumerated() {
          let tap = source + (kernelRow * shape.kernelWidth + kernelColumn) * inputs * outputs
          let line = block + (kernelRow * shape.kernelWidth + place) * outputs * wide
          for input in 0..<count {
            for output in 0..<outputs { line[output * wide + input] = tap[(column + input) * outputs + output] }
          }
        }
      }
    }
  }

  @inline(__always)
  static func eachBlock(_ columns: Int, _ body: (_ column: Int, _ wide: Int) -> Void) {
    for column in stride(from: 0, to: columns, by: 32) { body(column, columns - column > 16 ? 32 : 16) }
  }
}
