/// The gradient of a convolution's output as the normalisation after it gives it back: g · ofGradient + (x − mean) · ofInput +
/// constant, channel by channel, x being the convolution's output (`RowKernels.combine`).
///
/// It is the backward pass of that normalisation, which then needs no pass over memory of its own. Unsafe pointers, as for
/// all kernels: `gradient` and `output` are images × outputCount.
public struct OutputGradient: @unchecked Sendable {
  // Unchecked, for the pointers: kernels on several threads read from them, and where the whole gradient is kept in the place of
  // `gradient`, each row is written by the thread that has just read it.
  let gradient: UnsafePointer<Float>
  let output: UnsafePointer<Float>
  /// groups × 4 × channels: the four tables of `RowKernels.combine`.
  let coefficients: UnsafePointer<Float>

  public init(
    _ gradient: UnsafePointer<Float>, output: UnsafePointer<Float>, coefficients: UnsafePointer<Float>
  ) {
    self.gradient = gradient
    self.output = output
    self.coefficients = coefficients
  }

  /// target ← the whole gradient; `target` may be where it is made from.
  public func write(_ blocks: RowBlocks, channels: Int, to target: UnsafeMutablePointer<Float>, threads: Int) {
    nonisolated(unsafe) let target = target
    parallelFor(blocks.count, threads: threads) { index in
      let block = blocks[index]
      write(block, channels: channels, to: target + block.rows.lowerBound * channels)
    }
  }

  /// target ← the gradient of the rows of `block`.
  func write(_ block: RowBlock, channels: Int, to target: UnsafeMutablePointer<Float>) {
    let place = block.rows.lowerBound * channels
    RowKernels.combine(
      gradient + place, x: output + place, coefficients: coefficients + 4 * block.group * channels, to: target,
      rows: block.rows.count, channels: channels)
  }
}
