import Dispatch
import Synchronization

/// Where threads of jobs leave results for the thread of the run.
final class FinishedJobs: Sendable {
  private let results = Mutex<[(Int, JobResult)]>([])
  private let signal = DispatchSemaphore(value: 0)

  func add(_ position: Int, _ result: JobResult) {
    results.withLock { $0.append((position, result)) }
    signal.signal()
  }

  /// Makes a wait end early.
  func wake() { signal.signal() }

  /// What has come, after waiting for the first of it.
  func wait(seconds: Double) -> [(Int, JobResult)] {
    _ = signal.wait(timeout: .now() + seconds)
    return results.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}
