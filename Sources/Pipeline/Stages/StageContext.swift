import Foundation
import Synchronization

/// Everything a stage sees while it runs one node.
public struct StageContext: Sendable {
  public let node: NodeID
  public let parameters: [String: ParameterValue]
  /// How many threads the node may use. Results must not depend on it.
  public let threads: Int
  /// Where outputs are written; each declared one must be there when the stage returns, and nothing else.
  public let outputFolder: URL
  /// For nodes with `ownsProgress`: belongs to the key, survives kill -9, goes away once the node is done.
  public let progressFolder: URL?

  private let scratchPath: String
  private let inputFiles: [String: [JobFile]]
  private let recorder: StageRecorder

  init(job: Job, recorder: StageRecorder) {
    node = job.node
    parameters = job.parameters
    threads = job.threads
    outputFolder = URL(filePath: job.outputFolder, directoryHint: .isDirectory)
    scratchPath = job.scratchFolder
    progressFolder = job.progressFolder.map { URL(filePath: $0, directoryHint: .isDirectory) }
    inputFiles = Dictionary(job.inputs.map { ($0.name, $0.files) }, uniquingKeysWith: { _, last in last })
    self.recorder = recorder
  }

  /// Names of all inputs, sorted.
  public var inputs: [String] { inputFiles.keys.sorted() }

  /// The file of an input that is one file.
  /// - Throws: `StageError` where there is no such input, or it is a folder.
  public func input(_ name: String) throws -> URL {
    let files = try files(of: name)
    guard files.count == 1, let file = files.first else {
      throw StageError("Input “\(name)” of \(node) has \(files.count) files: ask for them with inputFiles.")
    }
    return URL(filePath: file.path)
  }

  /// The files of an input that is a folder or all outputs of a node, by the names they were given there.
  public func inputFiles(_ name: String) throws -> [String: URL] {
    Dictionary(try files(of: name).map { ($0.name, URL(filePath: $0.path)) }, uniquingKeysWith: { _, last in last })
  }

  private func files(of name: String) throws -> [JobFile] {
    guard let files = inputFiles[name] else {
      throw StageError(
        "Stage code of \(node) asks for the input “\(name)”; declared are: \(inputs.joined(separator: ", ")).")
    }
    return files
  }

  /// Where to write the output `name`; its folder exists.
  public func output(_ name: String) throws -> URL {
    let url = outputFolder.appending(path: name)
    // The folder of all outputs is there; to make sure of it once more takes longer than to write a small one.
    if name.contains("/") {
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    }
    return url
  }

  /// A folder for files that nobody needs afterwards, made when it is first asked for.
  /// - Throws: `FileError`.
  public func scratchFolder() throws -> URL {
    try LocalFileSystem().createFolder(scratchPath)
    return URL(filePath: scratchPath, directoryHint: .isDirectory)
  }

  /// Writes the whole of an output. Foundation's own `write(to:)` waits until the file is on disk, one file after another;
  /// the coordinator sees to that for all outputs at once.
  public func write(_ data: Data, to name: String) throws {
    let path = try output(name).path(percentEncoded: false)
    try LocalFileSystem().replace(path, with: data)
  }

  /// The parameters as a value of the stage's own.
  public func decodeParameters<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: JSONEncoder().encode(parameters))
    } catch {
      throw StageError("The parameters of \(node) do not fit its stage: \(error).")
    }
  }

  /// Records a number; `isVolatile` ones may differ between equal runs.
  public func metric(_ name: String, _ value: Double, step: Int? = nil, isVolatile: Bool = false) {
    recorder.add(Metric(name: name, step: step, value: value, isVolatile: isVolatile))
  }

  /// Records a file that was taken in from outside and is no input, such as a download: provenance, shown by `repro show`.
  public func rawFile(_ file: RawFile) {
    recorder.add(file)
  }

  /// Says how far the node is, for whoever watches.
  public func progress(fraction: Double? = nil, message: String = "") {
    recorder.progress(Progress(fraction: fraction, message: message))
  }

  /// Adds a line to the node's log.
  public func log(_ line: String) {
    recorder.log(line)
  }

  /// Tells whoever runs the node of something that is no failure, such as lost work: a sentence in the node's log and in
  /// what the run prints.
  public func warn(_ sentence: String) {
    recorder.log("warning: " + sentence)
    recorder.progress(Progress(warning: sentence))
  }

  /// - Throws: `CancelledError` once the run was interrupted. Long stages call it often, and leave their progress folder as
  ///   it should be found again.
  public func checkCancellation() throws {
    if recorder.cancellation.isCancelled { throw CancelledError() }
  }
}

/// Collects what a stage reports.
final class StageRecorder: Sendable {
  let cancellation: Cancellation
  private let metrics = Mutex<[Metric]>([])
  private let files = Mutex<[String: RawFile]>([:])
  private let onProgress: @Sendable (Progress) -> Void
  private let onLog: @Sendable (String) -> Void

  init(
    cancellation: Cancellation, onProgress: @escaping @Sendable (Progress) -> Void,
    onLog: @escaping @Sendable (String) -> Void
  ) {
    self.cancellation = cancellation
    self.onProgress = onProgress
    self.onLog = onLog
  }

  func add(_ metric: Metric) { metrics.withLock { $0.append(metric) } }
  /// The last of a name counts: a second source may have been tried.
  func add(_ file: RawFile) { files.withLock { $0[file.name] = file } }
  func progress(_ progress: Progress) { onProgress(progress) }
  func log(_ line: String) { onLog(line) }
  var recorded: [Metric] { metrics.withLock { $0 } }
  var rawFiles: [RawFile] { files.withLock { $0.values.sorted { $0.name < $1.name } } }
}
