import ArgumentParser
import Foundation
import Pipeline
import Reproduction
import SyntheticGraphs

/// What the coordinator starts for nodes: job files in, result files out, no ledger.
struct Worker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Runs one node from its job file, or one after another.", shouldDisplay: false)

  @Option(name: .long, help: ArgumentHelp("The job file.", valueName: "file"))
  var job: String?

  @Flag(name: .long, help: "Run the jobs whose files are named on standard input.")
  var serve = false

  func validate() throws {
    if serve == (job != nil) { throw ValidationError("Name one job file, or say --serve.") }
  }

  func run() throws { try Self.run(job: job) }

  /// - Parameter job: nil for those on standard input.
  static func run(job: String?) throws {
    try reporting {
      var stages = Project.workerStages
      for stage in SyntheticGraph.stages { stages.add(stage) }
      let status =
        try job.map { try WorkerMain.run(jobPath: $0, registry: stages) } ?? WorkerMain.serve(registry: stages)
      if status != 0 { throw ExitCode(status) }
    }
  }

  /// Whether the command line is the one that a coordinator starts workers with.
  ///
  /// To look at all commands and their options takes the parser longer than some nodes take, so it is not asked.
  static func serves(_ arguments: [String]) -> Bool { arguments.dropFirst() == ["worker", "--serve"] }
}
