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
    let files = LocalFileSystem()
    let job: Job
    do {
      job = try JobFormat.decode(Job.self, from: files.read(jobPath))
    } catch let error as DecodingError {
      throw StageError("The job file \(jobPath) is not one: \(error).")
    }
    guard job.format == Job.format else {
      throw StageError("The job file \(jobPath) is of another version of this program.")
    }
    watchParent()
    let cancellation = Cancellation()
    let watch = SignalWatch([SIGTERM, SIGINT]) { cancellation.cancel() }
    let progress = open(job.progressPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    let recorder = StageRecorder(
      cancellation: cancellation,
      onProgress: { value in
        if let line = try? JobFormat.encode(value) {
          LogFile.write(String(decoding: line, as: UTF8.self), to: progress)
        }
      },
      onLog: { LogFile.write($0, to: 1) })
    var result = withExtendedLifetime(watch) { JobRunner.run(job, registry: registry, recorder: recorder) }
    result.peakMemoryBytes = peakMemory()
    if let message = result.message { LogFile.write(message, to: 2) }
    // Under another name first: whoever finds the result file finds all of it.
    let data = try JobFormat.encode(result)
    if job.synchronises {
      try files.write(data, to: job.resultPath + ".part")
    } else {
      try files.append(data, to: job.resultPath + ".part")
    }
    try files.rename(job.resultPath + ".part", to: job.resultPath)
    switch result.status {
    case .done: return 0
    case .failed: return 1
    case .cancelled: return 75
    }
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
