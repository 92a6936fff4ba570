/// Convolution without a copy of the patches: eight images at a time, the same output pixel of each, times 32 output
/// channels in registers.
///
/// Taking the tile across images makes every pixel alike: at the border there is less to add and nothing to mask, where
/// a 2×2 image would spend five ninths of a patch matrix on padding. The weights are packed in columns of 32.
public struct DirectConvolution: ConvolutionAlgorithm {
  public let shape: ConvolutionShape
  private let forwardRuns: ConvolutionRuns
  private let dataRuns: ConvolutionRuns
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
    taps = ConvolutionTaps(shape)
  }

  public func forward(
    input: UnsafePointer<Float>, activation: InputActivation?, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: (@Sendable (RowBlock) -> Void)?
  ) {
    precondition(activation == nil, "the direct convolution takes its input as it is")
    let columns = shape.outputChannels
    let packed = batch.workspace.shared(shape.depth * PackedColumns.pitch(columns))
    PackedColumns.pack(weights, rows: shape.depth, columns: columns, to: packed)
    run(
      forwardRuns, input, count: shape.inputCount, rows: shape.depth, packed, columns: columns, output,
      count: shape.outputCount, images: batch.images, threads: batch.threads)
    outputBlocks(images: batch.images, groups: batch.groups).forEach(threads: batch.threads, then)
  }

  public func dataGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    batch: ConvolutionBatch, then: (@Sendable (RowBlock) -> Void)?
  ) {
    let columns = shape.inputChannels
    let rows = shape.kernelHeight * shape.kernelWidth * shape.outputChannels
    let packed = batch.workspace.shared(rows * PackedColumns.pitch(columns))
    PackedColumns.packMirrored(weights, shape, to: packed)
    run(
      dataRuns, outputGradient, count: shape.outputCount, rows: rows, packed, columns: columns, inputGradient,
      count: shape.inputCount, images: batch.images, threads: batch.threads)
    inputBlocks(images: batch.images, groups: batch.groups).forEach(threads: batch.threads, then)
  }

  /// target ← Σ over the runs of each pixel.
  private func run(
    _ table: ConvolutionRuns, _ source: UnsafePointer<Float>, count sourceCount: Int, rows: Int,
    _ weights: UnsafePointer<Float>, columns: Int, _ target: UnsafeMutablePointer<Float>, count targetCount: Int,
    images: Int, threads: Int
  ) {
    // The last task takes what is left over. Each writes to images of its own.
    let tasks = max(1, images / Self.imagesPerTask)
    nonisolated(unsafe) let (source, weights, target) = (source, weights, target)
    parallelFor(tasks, threads: threads) { task in
      let end = task == tasks - 1 ? images : (task + 1) * Self.imagesPerTask
      for first in stride(from: task * Self.imagesPerTask, to: end, by: 8) {
        // Where fewer than eight are left, some are done again; where there are no eight, one image eight times.
        let start = images < 8 ? first : min(first, end - 8)
        for image in images < 8 ? start..<images : start..<start + 1 {
          pixels(
            table, source + image * sourceCount, stride: images < 8 ? 0 : sourceCount, rows: rows, weights,
            columns: columns, target + image * targetCount, stride: images < 8 ? 0 : targetCount)
        }
      }
    }
  }

  /// All pixels of eight images.
  private func pixels(
    _ table: ConvolutionRuns, _ source: UnsafePointer<Float>, stride: Int, rows: Int, _ weights: UnsafePointer<Float>,
    columns: Int, _ target: UnsafeMutablePointer<Float>, stride targetStride: Int
  ) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 8 * 32) { scratch in
      table.runs.withUnsafeBufferPointer { runs in
        guard let scratch = scratch.baseAddress else { return }
        for pixel in 0..<table.starts.count - 1 {
          let runs = UnsafeBufferPointer(rebasing: runs[table.starts[pixel]..<table.starts[pixel + 1]])
          PackedColumns.eachBlock(columns) { column, wide in
            let block = weights + PackedColumns.offset(column, rows: rows)
            let place = target + pixel * columns + column
            let count = min(wide, columns - column)
            // Kernels store whole vectors: beyond the last channel they must not.
            let (result, resultStride) = count == wide ? (place, targetStride) : (scratch, wide)
            if wide == 32 {
              DirectKernels.tile32(runs, source, stride: stride, block, result, targetStride: resultStride)
            } else {
              DirectKernels.tile16(runs, source, stride: stride, block, result, targetStride: resultStride)
            }
            if count < wide {
              for image in 0..<8 { (place + image * targetStride).update(from: scratch + image * wide, count: count) }
            }
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
    nonisolated(unsafe) let partial = batch.workspace.shared(slices * shape.weightCount)
    partial.update(repeating: 0, count: slices * shape.weightCount)
    nonisolated(unsafe) let (input, outputGradient) = (input, outputGradient)
    // Which images a slice sums depends on the problem alone, and the slices are added in order.
    parallelFor(slices, threads: batch.threads) { slice in
      for index in groups * slice / slices..<groups * (slice + 1) / slices {
        let first = index * group
        addWeightGradient(
          input + first * shape.inputCount, outputGradient + first * shape.outputCount,
          images: min(group, images - first), to: partial + slice * shape.weightCount)
      }
    }
    weightGradient.update(from: partial, count: shape.weightCount)
    for slice in 1..<max(1, slices) {
      let sum = partial + slice * shape.weightCount
      for index in 0..<shape.weightCount { weightGradient[index] += sum[index] }
    }
  }

  /// Adds the weight gradient of `images` images to `sum`, eight rows and 32 columns of it at a time.
  private func addWeightGradient(
    _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, images: Int, to sum: UnsafeMutablePointer<Float>
  ) {
    let (inputs, outputs) = (shape.inputChannels, shape.outputChannels)
    taps.stretches.withUnsafeBufferPointer { stretches in
      for tap in 0..<taps.starts.count - 1 {
        let pairs = DirectKernels.Pairs(
          stretches: UnsafeBufferPointer(rebasing: stretches[taps.starts[tap]..<taps.starts[tap + 1]]), shape: shape,
          images: images)
        for channel in stride(from: 0, to: inputs, by: 8) {
          let rows = min(8, inputs - channel)
          var column = 0
          while column < outputs {
            let (x, g) = (input + channel, gradient + column)
            let target = sum + (tap * inputs + channel) * outputs + column
            let left = outputs - column
            if rows == 8 && left >= 32 {
              DirectKernels.outer32(pairs, x, g, target, stride: outputs)
              column += 32
            } else if rows == 8 && left >= 16 {
              DirectKernels.outer16(pairs, x, g, target, stride: outputs)
              column += 16
            } else {
              for row in 0..<rows {
                DirectKernels.outerRest(pairs, x + row, g, target + row * outputs, columns: min(16, left))
              }
              column += min(16, left)
            }
          }
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
