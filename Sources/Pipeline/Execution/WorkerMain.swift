import Dispatch
import Foundation

/// The worker's side: what the hidden subcommand of the program calls.
public enum WorkerMain {
  /// Runs the job of a job file and writes its result file.
  ///
  /// Ends at once when standard input is a pipe and closes (the coordinator died); SIGTERM and SIGINT cancel the stage.
  /// - Returns: the exit status: 0 done, 1 failed, 75 cancelled.
  /// - Throws: `StageError`, `FileError` when the job file cannot be read or the result not be written.
  public static func run(jobPath: String, registry: StageRegistry) throws -> Int32 {
    let job = try readJob(jobPath)
    watchParent()
    let cancellation = Cancellation()
    let watch = SignalWatch([SIGTERM, SIGINT]) { cancellation.cancel() }
    return try withExtendedLifetime(watch) {
      try perform(job, registry: registry, cancellation: cancellation).exitStatus
    }
  }

  /// Runs one job after another, as the coordinator gives their files on standard input, which is a socket: a path and a zero
  /// byte each. It is told when one was begun and when its result file is there (`ServingWorker.Report`).
  ///
  /// Ends when standard input does, at once if that is in the middle of a job; SIGTERM and SIGINT cancel the stage, and with it
  /// the worker.
  /// - Returns: the exit status: 0, or 75 if it was cancelled.
  /// - Throws: `StageError`, `FileError` when a job file cannot be read or a result not be written.
  public static func serve(registry: StageRegistry) throws -> Int32 {
    let cancellation = Cancellation()
    let watch = SignalWatch([SIGTERM, SIGINT]) { cancellation.cancel() }
    return try withExtendedLifetime(watch) {
      let orders = JobOrders()
      while let path = orders.next() {
        report(.begun)
        forgetPeakMemory()
        let job = try readJob(path)
        redirectOutput(to: job.logPath)
        _ = try perform(job, registry: registry, cancellation: cancellation)
        fflush(nil)
        orders.isDone()
        report(.done)
        if cancellation.isCancelled { return 75 }
      }
      return 0
    }
  }

  private static func report(_ report: ServingWorker.Report) {
    var byte = report.rawValue
    while write(0, &byte, 1) < 0 && errno == EINTR {}
  }

  private static func redirectOutput(to path: String) {
    let log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard log >= 0 else { return }
    dup2(log, 1)
    dup2(log, 2)
    close(log)
  }

  private static func readJob(_ path: String) throws -> Job {
    let job: Job
    do {
      job = try JobFormat.decode(Job.self, from: LocalFileSystem().read(path))
    } catch let error as DecodingError {
      throw StageError("The job file \(path) is not one: \(error).")
    }
    guard job.format == Job.format else {
      throw StageError("The job file \(path) is of another version of this program.")
    }
    return job
  }

  private static func perform(
    _ job: Job, registry: StageRegistry, cancellation: Cancellation
  ) throws -> JobResult.Status {
    let files = LocalFileSystem()
    let progress = open(job.progressPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    defer { if progress >= 0 { close(progress) } }
    let recorder = StageRecorder(
      cancellation: cancellation,
      onProgress: { value in
        if let line = try? JobFormat.encode(value) {
          LogFile.write(String(decoding: line, as: UTF8.self), to: progress)
        }
      },
      onLog: { LogFile.write($0, to: 1) })
    var result = JobRunner.run(job, registry: registry, recorder: recorder)
    result.peakMemoryBytes = peakMemory()
    if let message = result.message { LogFile.write(message, to: 2) }
    // Under another name first: whoever finds the result file finds all of it.
    let data = try JobFormat.encode(result)
    if job.synchronises {
      try files.writeWhole(data, to: job.resultPath)
    } else {
      try files.append(data, to: job.resultPath + ".part")
      try files.rename(job.resultPath + ".part", to: job.resultPath)
    }
    return result.status
  }

  /// The coordinator holds the other end of our standard input. When it is gone nobody wants the result, and the next
  /// coordinator must be able to take up the progress folder: end without ado, as a kill would.
  private static func watchParent() {
    var info = stat()
    guard fstat(0, &info) == 0, info.st_mode & S_IFMT == S_IFIFO else { return }
    Thread.detachNewThread {
      var byte: UInt8 = 0
      while true {
        let count = read(0, &byte, 1)
        if count == 0 { _exit(74) }
        if count < 0 && errno != EINTR { return }
      }
    }
  }

  /// Lets the peak of memory begin anew, for a worker that had another job before. Linux takes 5 for that.
  private static func forgetPeakMemory() {
    let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    LogFile.write("5", to: descriptor)
    close(descriptor)
  }

  /// Bytes. From the process's own table where there is one: what `getrusage` says of a process that was spawned includes
  /// the moment before it became this program, when it was as large as the coordinator.
  private static func peakMemory() -> Int? {
    if let table = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = table.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Int($0) })
    {
      return kilobytes * 1024
    }
    var usage = rusage()
    #if canImport(Darwin)
      guard getrusage(RUSAGE_SELF, &usage) == 0 else { return nil }
      return Int(usage.ru_maxrss)
    #else
      guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
      return Int(usage.ru_maxrss) * 1024
    #endif
  }
}

extension JobResult.Status {
  fileprivate var exitStatus: Int32 {
    switch self {
    case .done: 0
    case .failed: 1
    case .cancelled: 75
    }
  }
}
