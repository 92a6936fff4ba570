import Dispatch
import Foundation
import Synchronization

/// Workers of one executor that wait for a job. There are never more than jobs that ran at the same time.
final class WorkerPool: Sendable {
  private struct State {
    var idle: [ServingWorker] = []
    var isClosed = false
  }

  private let executable: String
  private let arguments: [String]
  private let environment: [String: String]
  private let state = Mutex(State())

  init(executable: String, arguments: [String], environment: [String: String]) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }

  /// Gives the job to a worker that waits, or to a new one.
  func start(_ assignment: Assignment) throws {
    while let worker = state.withLock({ $0.idle.popLast() }) {
      // It may have ended while it waited.
      if worker.take(assignment) { return }
    }
    try startAnew(assignment)
  }

  func startAnew(_ assignment: Assignment) throws {
    let path = assignment.job.logPath
    let log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard log >= 0 else { throw FileError("write", path, code: errno) }
    defer { close(log) }
    let process = try ChildProcess.spawn(
      executable, arguments,
      environment: ProcessInfo.processInfo.environment.merging(environment) { _, new in new }, output: log)
    let worker = ServingWorker(process, pool: self)
    _ = worker.take(assignment)
    worker.start()
  }

  /// - Returns: whether it is to wait here.
  func keep(_ worker: ServingWorker) -> Bool {
    state.withLock { state in
      guard !state.isClosed else { return false }
      state.idle.append(worker)
      return true
    }
  }

  func remove(_ worker: ServingWorker) {
    state.withLock { $0.idle.removeAll { $0 === worker } }
  }

  /// Lets those that wait end, and the others when they are done.
  func dismissAll() {
    let idle = state.withLock { state in
      defer { state.idle = [] }
      state.isClosed = true
      return state.idle
    }
    for worker in idle { worker.dismiss() }
  }
}

/// A worker process that takes one job after another: see `WorkerMain.serve`.
final class ServingWorker: Sendable {
  /// What a worker says, a byte each: it has read which job it is to do; the result file is there.
  enum Report: UInt8 {
    case begun = 0x62
    case done = 0x64
  }

  private struct State {
    var assignment: Assignment?
    var hasBegun = false
    var jobCount = 0
    /// The process has ended.
    var isOver = false
  }

  /// Beyond these a job gets a worker that ends with it: a start takes little of its time then, and its memory is free again.
  private static let longestJob = 2.0
  private static let greatestJob = 512 << 20

  private let process: ChildProcess
  private let pool: WorkerPool
  private let state = Mutex(State())
  private let end = Mutex<ChildProcess.Exit?>(nil)
  private let hasEnded = DispatchSemaphore(value: 0)

  init(_ process: ChildProcess, pool: WorkerPool) {
    self.process = process
    self.pool = pool
  }

  /// Begins to listen to the process.
  func start() {
    Thread { [self] in
      let exit = process.wait()
      end.withLock { $0 = exit }
      process.endReports()
      hasEnded.signal()
    }.start()
    Thread { [self] in listen() }.start()
  }

  /// Blocks until the process has ended.
  private func wait() -> ChildProcess.Exit {
    hasEnded.wait()
    hasEnded.signal()
    guard let exit = end.withLock({ $0 }) else { preconditionFailure("the end is noted before it is told") }
    return exit
  }

  /// - Returns: whether it has the job; not if it has ended.
  func take(_ assignment: Assignment) -> Bool {
    let isTaken = state.withLock { state in
      guard !state.isOver else { return false }
      state.assignment = assignment
      state.hasBegun = false
      state.jobCount += 1
      return true
    }
    guard isTaken else { return false }
    assignment.isGiven(to: self)
    // Where it ends at this moment, its end is noticed by whoever listens to it.
    process.send(Array(assignment.job.jobPath.utf8) + [0])
    return true
  }

  func signal(_ number: Int32, for assignment: Assignment) {
    state.withLock { if $0.assignment === assignment { process.signal(number) } }
  }

  func dismiss() { process.endInput() }

  private func listen() {
    while let byte = process.receive() {
      switch Report(rawValue: byte) {
      case .begun?: state.withLock { $0.hasBegun = true }
      case .done?: if !conclude() { return }
      case nil: break
      }
    }
    let exit = wait()
    pool.remove(self)
    let last = state.withLock { state in
      defer { state.assignment = nil }
      state.isOver = true
      return state
    }
    guard let assignment = last.assignment else { return }
    // It ended while it waited, before it knew of the job: that is not the job's doing.
    guard last.jobCount > 1, !last.hasBegun, !assignment.wasAskedToStop else { return assignment.finish(after: exit) }
    do {
      try pool.startAnew(assignment)
    } catch {
      assignment.finish(.failed(sentence(of: error)))
    }
  }

  /// A job is done.
  /// - Returns: whether there may be another.
  private func conclude() -> Bool {
    let current = state.withLock { state in
      defer { state.assignment = nil }
      return state.assignment
    }
    guard let assignment = current else { return true }
    if let result = assignment.result(), isFitForMore(after: result), !assignment.wasAskedToStop, pool.keep(self) {
      assignment.finish(result)
      return true
    }
    dismiss()
    assignment.finish(after: wait())
    return false
  }

  /// After a failure the next attempt gets a process of its own: something may be wrong with this one.
  private func isFitForMore(after result: JobResult) -> Bool {
    result.status == .done && result.duration <= Self.longestJob && result.peakMemoryBytes ?? 0 <= Self.greatestJob
  }
}
