import Foundation
import Synchronization

/// A job in the hands of a worker.
final class Assignment: RunningJob {
  private struct Course {
    var worker: ServingWorker?
    /// What it was told, for a worker that gets it later.
    var signal: Int32?
  }

  let job: Job
  private let start = ContinuousClock.now
  private let onFinish: @Sendable (JobResult) -> Void
  private let course = Mutex(Course())
  /// How far the progress file was read.
  private let offset = Mutex<UInt64>(0)

  init(_ job: Job, onFinish: @escaping @Sendable (JobResult) -> Void) {
    self.job = job
    self.onFinish = onFinish
  }

  func isGiven(to worker: ServingWorker) {
    let signal = course.withLock { course in
      course.worker = worker
      return course.signal
    }
    if let signal { worker.signal(signal, for: self) }
  }

  func cancel() { signal(SIGTERM) }
  func kill() { signal(SIGKILL) }

  private func signal(_ number: Int32) {
    let worker = course.withLock { course in
      course.signal = number
      return course.worker
    }
    worker?.signal(number, for: self)
  }

  var wasAskedToStop: Bool { course.withLock { $0.signal != nil } }

  func progress() -> [Progress] {
    offset.withLock { offset in
      guard let handle = FileHandle(forReadingAtPath: job.progressPath) else { return [] }
      defer { try? handle.close() }
      try? handle.seek(toOffset: offset)
      guard let data = try? handle.readToEnd(), let end = data.lastIndex(of: 0x0A) else { return [] }
      let lines = data[...end]
      offset += UInt64(lines.count)
      return lines.split(separator: 0x0A).compactMap { try? JobFormat.decode(Progress.self, from: $0) }
    }
  }

  /// What the worker wrote down; nil while there is nothing.
  func result() -> JobResult? {
    guard let data = try? LocalFileSystem().read(job.resultPath) else { return nil }
    return try? JobFormat.decode(JobResult.self, from: data)
  }

  /// Gives the result to whoever waits for it. Nothing of the job runs any more.
  func finish(_ result: JobResult) {
    course.withLock { $0.worker = nil }
    onFinish(result)
  }

  /// The result file decides; only where there is none does it matter how the process ended.
  func finish(after exit: ChildProcess.Exit) {
    if var result = self.result() {
      result.peakMemoryBytes = result.peakMemoryBytes ?? exit.peakMemoryBytes
      return finish(result)
    }
    var result = JobResult.failed(
      "The worker of \(job.node) \(exit.description), without a result.",
      duration: (ContinuousClock.now - start).seconds)
    result.peakMemoryBytes = exit.peakMemoryBytes
    if exit.signal == SIGTERM || exit.signal == SIGINT { result.status = .cancelled }
    finish(result)
  }
}
