import Dispatch
import Foundation
import Synchronization

/// The job files that a serving worker is given, as they come in on standard input.
final class JobOrders: Sendable {
  private struct State {
    var paths: [String] = []
    var isBusy = false
    var isOver = false
  }

  private let state = Mutex(State())
  private let signal = DispatchSemaphore(value: 0)

  init() {
    Thread.detachNewThread { [self] in read() }
  }

  /// The next job file; nil once there will be none. Blocks.
  func next() -> String? {
    while true {
      let (path, isOver) = state.withLock { state -> (String?, Bool) in
        guard !state.paths.isEmpty, !state.isOver else { return (nil, state.isOver) }
        state.isBusy = true
        return (state.paths.removeFirst(), false)
      }
      if path != nil || isOver { return path }
      signal.wait()
    }
  }

  /// Nothing of the last job is left to do.
  func isDone() { state.withLock { $0.isBusy = false } }

  private func read() {
    var path: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = Foundation.read(0, &byte, 1)
      if count < 0 && errno == EINTR { continue }
      guard count == 1 else { break }
      if byte != 0 {
        path.append(byte)
      } else {
        let whole = String(decoding: path, as: UTF8.self)
        path = []
        state.withLock { $0.paths.append(whole) }
        signal.signal()
      }
    }
    // Nobody wants the result any more, and the next coordinator must be able to take up the progress folder: end without
    // ado, as a kill would.
    state.withLock { state in
      state.isOver = true
      if state.isBusy { _exit(74) }
    }
    signal.signal()
  }
}
