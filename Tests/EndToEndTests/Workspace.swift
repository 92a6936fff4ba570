import ExperimentSupport
import Foundation
import Testing

/// A folder with a small experiment of its own, in which the built program is run as a user runs it.
struct Workspace {
  private let place: ExperimentFolder
  var folder: URL { place.url }
  /// The program, as `swift build` left it beside the tests.
  static let program = Bundle.main.executableURL?.deletingLastPathComponent().appending(path: "repro")
  static let root = ExperimentFolder.root

  struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// The nodes that were executed, sorted: those that the progress on standard error calls done.
    var executed: [String] { Self.doneNodes(in: errors).sorted() }

    /// Out of whole lines `done    NODE  TIME  [n/m]`.
    static func doneNodes(in errors: String) -> [String] {
      let whole = errors[..<(errors.lastIndex(of: "\n") ?? errors.startIndex)]
      return whole.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        return words.count > 1 && words[0] == "done" ? String(words[1]) : nil
      }
    }
  }

  /// - Parameter configuration: the text of pipeline.json.
  init(_ configuration: String = Workspace.small) throws {
    place = try ExperimentFolder(configuration)
  }

  func remove() { place.remove() }

  /// Runs `repro` with these arguments and waits for it.
  func repro(_ arguments: String...) throws -> Outcome {
    try start(arguments).wait()
  }

  /// - Parameter environment: set for the program beside what the tests have.
  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
    let process = Process()
    process.executableURL = Self.program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = folder
    return try Running(process, folder: folder)
  }

  /// A program under way. Its output goes to files, so that no pipe can fill up.
  final class Running {
    let process: Process
    private let outputFile: URL
    private let errorFile: URL

    init(_ process: Process, folder: URL) throws {
      self.process = process
      let name = UUID().uuidString
      outputFile = folder.appending(path: "\(name).out")
      errorFile = folder.appending(path: "\(name).err")
      for file in [outputFile, errorFile] { try Data().write(to: file) }
      process.standardOutput = try FileHandle(forWritingTo: outputFile)
      process.standardError = try FileHandle(forWritingTo: errorFile)
      process.standardInput = FileHandle.nullDevice
      try process.run()
    }

    var errors: String { (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "" }

    struct NothingDone: Error, CustomStringConvertible {
      let errors: String
      var description: String { "no node was done while the program ran: \(errors)" }
    }

    /// Waits for the first node to be done.
    func waitUntilSomethingIsDone() throws {
      let deadline = Date().addingTimeInterval(120)
      while Outcome.doneNodes(in: errors).isEmpty {
        guard process.isRunning, Date() < deadline else { throw NothingDone(errors: errors) }
        Thread.sleep(forTimeInterval: 0.005)
      }
    }

    func wait() throws -> Outcome {
      process.waitUntilExit()
      return Outcome(
        status: process.terminationStatus, output: try String(contentsOf: outputFile, encoding: .utf8), errors: errors)
    }
  }

  /// The names of all objects in the store, which are the digests of their bytes.
  func objects() throws -> [String] {
    let files = FileManager.default.enumerator(
      at: folder.appending(path: ".repro/objects"), includingPropertiesForKeys: [.isRegularFileKey])
    var names: [String] = []
    while let file = files?.nextObject() as? URL {
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
      names.append(file.lastPathComponent)
    }
    return names.sorted()
  }

  /// Two methods, one small generated dataset, two dimensions: a few seconds of work.
  static let small = SmallExperiment().configuration
}
