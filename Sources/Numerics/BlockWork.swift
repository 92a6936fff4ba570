/// What is done with each block of rows of a matrix by whoever writes or reads it, while it is in the cache.
public struct BlockWork: @unchecked Sendable {
  // Unchecked, for the pointers, whose memory is only asked for ahead of `body`, which is `Sendable` itself.
  /// Matrices with as many rows and columns as the one that the blocks are of, of which it reads the block's rows and which are
  /// not in the cache.
  let reads: [UnsafePointer<Float>]
  let body: @Sendable (RowBlock) -> Void

  public init(reads: [UnsafePointer<Float>] = [], _ body: @escaping @Sendable (RowBlock) -> Void) {
    self.reads = reads
    self.body = body
  }

  /// First this, then `other`.
  public func followed(by other: BlockWork) -> BlockWork {
    BlockWork(reads: reads + other.reads) { [body, next = other.body] block in
      body(block)
      next(block)
    }
  }

  public func callAsFunction(_ block: RowBlock) { body(block) }

  /// All blocks, on several threads.
  public func run(_ blocks: RowBlocks, threads: Int) {
    parallelFor(blocks.count, threads: threads) { body(blocks[$0]) }
  }
}
