import ArgumentParser
import Foundation
import Pipeline
import Reproduction
import SyntheticGraphs

/// What the coordinator starts for a node: one job file in, one result file out, no ledger.
struct Worker: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs one node from its job file.", shouldDisplay: false)

  @Option(name: .long, help: ArgumentHelp("The job file.", valueName: "file"))
  var job: String

  func run() throws {
    try reporting {
      var stages = Project.workerStages
      for stage in SyntheticGraph.stages { stages.add(stage) }
      let status = try WorkerMain.run(jobPath: job, registry: stages)
      if status != 0 { throw ExitCode(status) }
    }
  }
}
