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

  @Flag(name: .long, help: "After a failure go on with what does not depend on it.")
  var keepGoing = false

  @Flag(name: .long, help: "Say what would be executed, and execute nothing.")
  var dryRun = false

  @Flag(name: .long, help: "Give up at once where another run holds the cache.")
  var noWait = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be 1 or more") }
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
    options.keepsGoing = keepGoing
    options.handlesSignals = true
    if noWait { options.lockTimeout = 0 }
    let coordinator = Coordinator(
      folder: project.cache, registry: project.registry,
      executor: LocalProcessExecutor(executable: try Self.ownPath(), arguments: ["worker"]))
    var files: [URL] = []
    // While the cache is locked: a run that waits for it may give the nodes other results.
    let summary = try coordinator.run(
      graph, targets: targets, options: options, observer: TerminalProgress.suitable()
    ) { summary, cache in
      files = try project.outputs.lay(
        out: targets ?? graph.ids, of: graph, from: cache, executed: Set(summary.executed),
        isEverything: targets == nil)
    }
    if summary.isInterrupted {
      Standard.error("Interrupted; what was finished is kept, and the same command goes on from there.")
      throw ExitCode(130)
    }
    guard summary.isSuccess else { throw ExitCode.failure }
    return files
  }

  /// The program that is running: workers are this program again.
  private static func ownPath() throws -> String {
    if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { return path }
    guard let path = Bundle.main.executablePath else {
      throw StageError("the path of this program cannot be found out, so it cannot start workers")
    }
    return path
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
