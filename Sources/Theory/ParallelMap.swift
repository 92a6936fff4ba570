import Numerics

/// The results of `body` for 0..<`count`, in order, computed on up to `threads` threads.
///
/// Every result has its own slot, so they do not depend on the number of threads; sums over them are made by the
/// caller in the order of the indices.
func parallelMap<Result: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) -> Result
) -> [Result] {
  var slots = [Result?](repeating: nil, count: count)
  slots.withUnsafeMutableBufferPointer { buffer in
    // Unsafe, because the compiler cannot see that each index is written by one call alone.
    nonisolated(unsafe) let buffer = buffer
    parallelFor(count, threads: threads) { buffer[$0] = body($0) }
  }
  return slots.compactMap { $0 }
}

/// The ranges that cut 0..<`count` into blocks of `size` rows, the last one shorter: by problem size alone.
func blocks(of count: Int, size: Int) -> [Range<Int>] {
  stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
}
