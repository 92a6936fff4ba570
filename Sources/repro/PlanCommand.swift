import ArgumentParser
import Foundation
import Pipeline
import Reproduction

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "What a run would cost, before anything is spent: nodes, operations, bytes, hours.",
    usage: "repro plan [<options>]",
    discussion: """
      Times are those that nodes took last on this machine, else the rate at which such nodes ran \
      here, else a rate that is measured now, in some seconds, and kept in the cache.

      Examples:
        repro plan --profile laptop
        repro plan --profile paper --jobs 64 --no-calibration
        repro plan --only 'train/cifar-10' --profile workstation --json
      """)

  @OptionGroup var selection: Selection
  @OptionGroup var experiment: ExperimentOptions

  @Option(name: [.short, .long], help: "Threads of all running nodes together (default: all cores).")
  var jobs: Int?

  @Flag(inversion: .prefixedNo, help: "Measure kinds of work that nothing is known of.")
  var calibration = true

  @Flag(name: .long, help: "Measure again what was measured before.")
  var recalibrate = false

  @Flag(name: .long, help: "As JSON.")
  var json = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be 1 or more.") }
  }

  func run() throws {
    try reporting {
      let project = try experiment.project()
      let estimate = try Estimating(
        project: project, threads: jobs, measures: calibration, measuresAgain: recalibrate
      ).estimate(targets: selection.targets(of: project.graph)) { Standard.error("Measuring \($0) …") }
      try Answer.print(estimate, json: json) { estimate.text }
    }
  }
}
