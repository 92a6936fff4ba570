import Foundation
import Synchronization

/// Runs each job in a process of its own: `executable arguments… --job job.json`.
public struct LocalProcessExecutor: Executor {
  public let executable: String
  public let arguments: [String]
  /// Set in the worker besides what the coordinator has.
  public let environment: [String: String]

  public init(executable: String, arguments: [String] = [], environment: [String: String] = [:]) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
  }

  public func start(_ job: Job, onFinish: @escaping @Sendable (JobResult) -> Void) throws -> any RunningJob {
    let files = LocalFileSystem()
    try Data(JobFormat.encode(job)).write(to: URL(filePath: job.jobPath))
    if let slash = job.logPath.lastIndex(of: "/") { try files.createFolder(String(job.logPath[..<slash])) }
    let log = open(job.logPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard log >= 0 else { throw FileError("write", job.logPath, code: errno) }
    defer { close(log) }
    let spawned = try ChildProcess.spawn(
      executable, arguments + ["--job", job.jobPath],
      environment: ProcessInfo.processInfo.environment.merging(environment) { _, new in new }, output: log)
    let worker = Worker(job: job, process: spawned)
    let thread = Thread { onFinish(worker.waitForResult()) }
    thread.start()
    return worker
  }

  private final class Worker: RunningJob {
    let job: Job
    let process: ChildProcess
    /// How far the progress file was read.
    private let offset = Mutex<UInt64>(0)
    private let start = ContinuousClock.now

    init(job: Job, process: ChildProcess) {
      self.job = job
      self.process = process
    }

    func cancel() { process.signal(SIGTERM) }
    func kill() { process.signal(SIGKILL) }

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

    /// The result file decides; only where there is none does the exit status.
    func waitForResult() -> JobResult {
      let exit = process.wait()
      let duration = (ContinuousClock.now - start).seconds
      if let data = FileManager.default.contents(atPath: job.resultPath),
        var result = try? JobFormat.decode(JobResult.self, from: data)
      {
        result.peakMemoryBytes = result.peakMemoryBytes ?? exit.peakMemoryBytes
        return result
      }
      var result = JobResult.failed(
        "The worker of \(job.node) \(exit.description), without a result.", duration: duration)
      result.peakMemoryBytes = exit.peakMemoryBytes
      if exit.signal == SIGTERM || exit.signal == SIGINT { result.status = .cancelled }
      return result
    }
  }
}
