import ArgumentParser
import Foundation
import Pipeline
import Reproduction

/// How to run: the options of the subcommands that execute nodes.
struct RunArguments: ParsableArguments {
  @Flag(name: .long, help: "Never touch the network.")
  var offline = false

  @Option(name: [.short, .long], help: "Threads of all running nodes together (default: all cores).")
  var jobs: Int?

  @Option(name: .long, help: "Megabytes that all running nodes together may ask for (default: all there are).")
  var memory: Int?

  @Flag(name: .long, help: "After a failure go on with what does not depend on it.")
  var keepGoing = false

  @Option(name: .long, help: "How often a node that failed is tried again.")
  var retries = 0

  @Option(name: .long, help: "Seconds that a node may take before it is ended, and has failed.")
  var timeout: Double?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How to tell what happens, on standard error: auto, plain, json or none.",
      discussion: "auto is a live view on a terminal and plain lines elsewhere; json is one object a line.",
      valueName: "kind"))
  var progress = ProgressKind.auto

  @Flag(name: .long, help: "Say what would be executed, and execute nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Give up at once where another run holds the cache.")
  var noWait = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be 1 or more.") }
    if let memory, memory < 1 { throw ValidationError("--memory must be 1 or more.") }
    if retries < 0 { throw ValidationError("--retries must be 0 or more.") }
    if let timeout, !(timeout > 0) { throw ValidationError("--timeout must be more than 0.") }
  }

  /// Brings `targets` up to date and lays out what they have to show.
  ///
  /// - Returns: the files that were laid out; none for a dry run.
  /// - Throws: `ExitCode` after the failure was told, or an error that is a sentence.
  func bringUpToDate(_ project: Project, targets: [NodeID]?) throws -> [URL] {
    let graph = project.graph
    guard !dryRun else {
      print(
        try CacheReader.status(graph, targets: targets, registry: project.registry, folder: project.cache).text())
      return []
    }
    var options = RunOptions()
    if let jobs { options.maxThreads = jobs }
    if let memory { options.maxMemoryMegabytes = memory }
    options.keepsGoing = keepGoing
    options.retries = retries
    options.timeout = timeout
    options.handlesSignals = true
    options.leavesMemory = true
    if noWait { options.lockTimeout = 0 }
    let coordinator = try project.coordinator()
    var files: [URL] = []
    // While the cache is locked: a run that waits for it may give the nodes other results.
    let summary = try coordinator.run(
      graph, targets: targets, options: options, observer: progress.observer
    ) { summary, cache in
      files = try project.outputs.lay(
        out: targets ?? graph.ids, of: graph, from: cache, executed: Set(summary.executed),
        isEverything: targets == nil, onKept: { Standard.error("note: " + $0) })
    }
    if summary.isInterrupted {
      Standard.error("Interrupted; what was finished is kept, and the same command goes on from there.")
      throw ExitCode(130)
    }
    guard summary.isSuccess else { throw ExitCode.failure }
    return files
  }

  /// The program that is running: workers are this program again.
  static func ownPath() throws -> String {
    if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { return path }
    guard let path = Bundle.main.executablePath else {
      throw StageError(
        "The path of this program cannot be found out, so that it cannot start workers: call it by its whole path.")
    }
    return path
  }
}

extension Project {
  /// What executes this project's nodes: each that is not light in a worker, which is this program again.
  func coordinator() throws -> Coordinator {
    Coordinator(
      folder: cache, registry: registry,
      executor: LocalProcessExecutor(
        executable: try RunArguments.ownPath(), arguments: ["worker"],
        // Read when the library is loaded, which then starts no threads of its own: work is shared among ours.
        environment: ["OPENBLAS_NUM_THREADS": "1"]))
  }
}

/// Standard error, for what is not the command's result.
enum Standard {
  /// A line on standard output that whoever reads it gets at once.
  static func output(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }

  static func error(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
