import Dispatch
import Synchronization

/// Runs `body(index)` once for each index of 0..<`count` on up to `threads` threads and returns when all are done.
///
/// The order and the thread of a call are open; for bits that do not depend on `threads`, each call writes to a place
/// of its own and sums across calls are made afterwards in the order of the indices.
public func parallelFor(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
  parallelFor(count, threads: threads) { index, _ in body(index) }
}

/// As the form without lanes; `body(index, lane)` is also told which of the `threads` lanes it runs on. Calls on one
/// lane run one after another, so a lane may own scratch memory.
public func parallelFor(_ count: Int, threads: Int, _ body: @Sendable (_ index: Int, _ lane: Int) -> Void) {
  guard count > 1, threads > 1 else {
    for index in 0..<count { body(index, 0) }
    return
  }
  // Whoever is free takes the next: on a busy machine no thread waits for one that is held up for long.
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: min(threads, count)) { lane in
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body(index, lane)
    }
  }
}
