import Foundation
import Synchronization

/// Runs jobs on threads of the coordinator: for light stages, and for tests.
public struct InProcessExecutor: Executor {
  public let registry: StageRegistry
  let files: any FileSystem

  public init(registry: StageRegistry, files: any FileSystem = LocalFileSystem()) {
    self.registry = registry
    self.files = files
  }

  public func start(_ job: Job, onFinish: @escaping @Sendable (JobResult) -> Void) throws -> any RunningJob {
    let running = Running(logPath: job.logPath, onFinish: onFinish)
    JobThreads.run { [registry, files] in
      let recorder = StageRecorder(
        cancellation: running.cancellation, onProgress: { running.add($0) }, onLog: { running.log($0) })
      running.finish(JobRunner.run(job, registry: registry, recorder: recorder, files: files))
    }
    return running
  }

  private final class Running: RunningJob {
    let cancellation = Cancellation()
    private let pending = Mutex<[Progress]>([])
    private let logPath: String
    private let start = ContinuousClock.now
    /// Who waits for the result; nil once it was given.
    private let onFinish: Mutex<(@Sendable (JobResult) -> Void)?>

    init(logPath: String, onFinish: @escaping @Sendable (JobResult) -> Void) {
      self.logPath = logPath
      self.onFinish = Mutex(onFinish)
    }

    /// Gives the result, the first time it is called.
    func finish(_ result: JobResult) {
      let receiver = onFinish.withLock { waiting in
        defer { waiting = nil }
        return waiting
      }
      receiver?(result)
    }

    func add(_ progress: Progress) { pending.withLock { $0.append(progress) } }

    func progress() -> [Progress] {
      pending.withLock { waiting in
        defer { waiting = [] }
        return waiting
      }
    }

    func cancel() { cancellation.cancel() }

    /// A thread cannot be ended from outside, but nobody has to wait for it: it is left to itself, and what it still does
    /// is lost. It works in folders that no other job gets while it lives.
    func kill() {
      cancellation.cancel()
      var result = JobResult.failed(CancelledError().description, duration: (ContinuousClock.now - start).seconds)
      result.status = .cancelled
      finish(result)
    }

    /// The log comes into being with its first line.
    func log(_ line: String) { LogFile.append(line, to: logPath) }
  }
}

enum LogFile {
  /// Appends a line; a log that cannot be written is no reason to fail.
  static func append(_ line: String, to path: String) {
    if let slash = path.lastIndex(of: "/") { try? LocalFileSystem().createFolder(String(path[..<slash])) }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return }
    write(line, to: descriptor)
    close(descriptor)
  }

  /// One `write` for the line and its end, so that lines of several threads do not mix.
  static func write(_ line: String, to descriptor: Int32) {
    var text = line + "\n"
    text.withUTF8 { _ = Foundation.write(descriptor, $0.baseAddress, $0.count) }
  }

  /// The last lines of a log, read from its end.
  static func tail(of path: String, lines: Int) -> [String] {
    guard let handle = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? handle.close() }
    guard let size = try? handle.seekToEnd() else { return [] }
    try? handle.seek(toOffset: size > 16_384 ? size - 16_384 : 0)
    guard let data = try? handle.readToEnd() else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(lines).map(String.init)
  }
}
