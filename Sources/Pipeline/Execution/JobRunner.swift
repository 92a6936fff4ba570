import Foundation

/// Runs one job where it is called: the heart of a worker, and of nodes that run inside the coordinator.
enum JobRunner {
  static func run(
    _ job: Job, registry: StageRegistry, recorder: StageRecorder, files: any FileSystem = LocalFileSystem()
  ) -> JobResult {
    let start = ContinuousClock.now
    var result = JobResult.failed("")
    do {
      guard let stage = registry[job.stage], stage.version == job.stageVersion else {
        throw StageError(
          "This program has no version \(job.stageVersion) of stage “\(job.stage)”: it was rebuilt during the run. "
            + "Run again.")
      }
      try files.createFolder(job.outputFolder)
      let hold = try job.progressFolder.map { try ProgressHold($0, cancellation: recorder.cancellation) }
      try withExtendedLifetime(hold) {
        try stage.run(StageContext(job: job, recorder: recorder))
        result.outputs = try stageOutputs(of: job, files: files)
      }
      result.status = .done
      result.message = nil
    } catch is CancelledError, is CancellationError {
      result.status = .cancelled
      result.message = CancelledError().description
    } catch {
      result.message = sentence(of: error)
    }
    result.metrics = recorder.recorded
    if !recorder.rawFiles.isEmpty { result.rawFiles = recorder.rawFiles }
    result.environment = registry.environment()
    result.duration = (ContinuousClock.now - start).seconds
    return result
  }

  /// Checks that exactly the declared outputs are there, and digests them.
  private static func stageOutputs(of job: Job, files: any FileSystem) throws -> [StagedOutput] {
    let found = try list(job.outputFolder, prefix: "", files: files)
    let folders = job.outputs.filter { $0.hasSuffix("/") }
    for output in job.outputs where !output.hasSuffix("/") && !found.contains(output) {
      throw StageError("Stage “\(job.stage)” did not write the output “\(output)” of \(job.node).")
    }
    return try found.map { name in
      guard job.outputs.contains(name) || folders.contains(where: { name.hasPrefix($0) }) else {
        throw StageError("Stage “\(job.stage)” wrote “\(name)”, which \(job.node) does not declare as an output.")
      }
      let path = job.outputFolder + "/" + name
      if job.synchronises { try files.synchronise(path) }
      guard let stamp = try files.stamp(of: path) else { throw FileError("find", path, code: ENOENT) }
      return StagedOutput(name: name, digest: try files.digest(of: path), size: stamp.size, stamp: stamp)
    }
  }

  /// Relative paths of all files below a folder, sorted.
  private static func list(_ folder: String, prefix: String, files: any FileSystem) throws -> [String] {
    var result: [String] = []
    for name in try files.list(folder) {
      let path = folder + "/" + name
      if files.isRegularFile(path) {
        result.append(prefix + name)
      } else if FileManager.default.fileExists(atPath: path + "/.") {
        result += try list(path, prefix: prefix + name + "/", files: files)
      } else {
        throw StageError("The output \(path) is neither a file nor a folder.")
      }
    }
    return result.sorted()
  }
}

/// Holds a progress folder for one worker: the worker of a dead coordinator may still be about to end when the next one
/// takes up the same node.
private final class ProgressHold {
  private let descriptor: Int32

  init(_ path: String, cancellation: Cancellation) throws {
    try LocalFileSystem().createFolder(path)
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("open", path, code: errno) }
    // File systems that cannot lock a folder answer otherwise than EWOULDBLOCK, and do without.
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 && (errno == EWOULDBLOCK || errno == EINTR) {
      if cancellation.isCancelled { throw CancelledError() }
      usleep(20_000)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}
