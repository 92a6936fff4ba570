import Foundation
import Synchronization

/// Threads with a deep stack for jobs inside the coordinator. One that is done waits for the next job: to start one takes
/// longer than many a light node.
enum JobThreads {
  private final class Slot: Sendable {
    private let work = Mutex<(@Sendable () -> Void)?>(nil)
    private let signal = DispatchSemaphore(value: 0)

    func give(_ body: @escaping @Sendable () -> Void) {
      work.withLock { $0 = body }
      signal.signal()
    }

    func serve() {
      while true {
        signal.wait()
        let body = work.withLock { work in
          defer { work = nil }
          return work
        }
        body?()
        JobThreads.idle.withLock { $0.append(self) }
      }
    }
  }

  private static let idle = Mutex<[Slot]>([])

  static func run(_ body: @escaping @Sendable () -> Void) {
    let slot = idle.withLock { $0.popLast() } ?? begin()
    slot.give(body)
  }

  private static func begin() -> Slot {
    let slot = Slot()
    let thread = Thread { slot.serve() }
    thread.stackSize = 8 << 20
    thread.start()
    return slot
  }
}
