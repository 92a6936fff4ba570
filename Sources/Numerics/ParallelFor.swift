import Dispatch

/// Runs `body(index)` once for each index of 0..<`count` on up to `threads` threads and returns when all are done.
///
/// The order and the thread of a call are open; for bits that do not depend on `threads`, each call writes to a place
/// of its own and sums across calls are made afterwards in the order of the indices.
public func parallelFor(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
  guard count > 1, threads > 1 else {
    for index in 0..<count { body(index) }
    return
  }
  let lanes = min(threads, count)
  DispatchQueue.concurrentPerform(iterations: lanes) { lane in
    for index in stride(from: lane, to: count, by: lanes) { body(index) }
  }
}
