import ArgumentParser
import Foundation
import Pipeline
import Reproduction
import SyntheticGraphs

/// What the coordinator starts for a node: one job file in, one result file out, no ledger.
struct Worker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Runs one node from its job file.", shouldDisplay: false)

  @Option(name: .long, help: ArgumentHelp("The job file.", valueName: "file"))
  var job: String

  func run() throws { try Self.run(job: job) }

  static func run(job: String) throws {
    try reporting {
      var stages = Project.workerStages
      for stage in SyntheticGraph.stages { stages.add(stage) }
      let status = try WorkerMain.run(jobPath: job, registry: stages)
      if status != 0 { throw ExitCode(status) }
    }
  }

  /// The job file, where the command line is the one that a coordinator starts workers with; nil for any other.
  ///
  /// To look at all commands and their options takes the parser longer than some nodes take, so it is not asked.
  static func job(in arguments: [String]) -> String? {
    arguments.count == 4 && arguments[1] == "worker" && arguments[2] == "--job" ? arguments[3] : nil
  }
}
