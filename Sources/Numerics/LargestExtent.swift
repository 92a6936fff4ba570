/// The largest extent of `count` blocks, each computed by a call of `body` on a lane of `parallelFor`, on several threads.
func largestExtent(
  _ count: Int, threads: Int, _ body: @Sendable (_ block: Int, _ lane: Int) -> RowExtent
) -> RowExtent {
  var extents = [RowExtent](repeating: RowExtent(), count: count)
  extents.withUnsafeMutableBufferPointer { extents in
    // Unsafe, because the compiler cannot see that each block is written by one call alone.
    nonisolated(unsafe) let extents = extents
    parallelFor(count, threads: threads) { extents[$0] = body($0, $1) }
  }
  return extents.reduce(into: RowExtent()) { $0.widen(to: $1) }
}
