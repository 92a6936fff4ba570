import Numerics

/// Rows that are written when somebody reads them: by the convolution that they go into, block by block, or all at once.
struct PendingRows {
  /// Where they will be.
  let rows: FloatBuffer
  /// Writes a block of them.
  let work: BlockWork

  /// The rows, all written.
  func made(_ blocks: RowBlocks, _ pass: Pass) -> FloatBuffer {
    work.run(blocks, threads: pass.threads)
    return rows
  }
}
