import ArgumentParser
import Foundation
import Pipeline
import Reproduction

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks every artifact against its digest, or executes nodes again and compares.",
    discussion: """
      Without --rerun: reads every artifact of the cache, the ledger and the records. Nothing is changed; the next run makes
      again what is damaged.

      With --rerun: executes these nodes once more in a scratch folder, from the inputs of their results, and compares what
      comes out: bits first, then within the tolerance that the stage declares.

      Examples:
        repro verify
        repro verify --rerun probe/fashion-mnist
        repro verify --rerun 'train/*/*/d4/s0' --json

      Exit status: 1 when something is damaged or differs.
      """)

  @OptionGroup var experiment: ExperimentOptions

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Nodes, or patterns, to execute again.", valueName: "node"))
  var rerun: [String] = []

  @Flag(name: .long, help: "As JSON.")
  var json = false

  func run() throws {
    try reporting {
      let project = try experiment.project()
      if rerun.isEmpty {
        let verified = try CacheReader(project.cache).verify()
        if json { try JSONOutput.print(VerifiedDocument(verified)) } else { print(CacheText.describe(verified)) }
        if !verified.isSound { throw ExitCode.failure }
      } else {
        let verdicts = try project.coordinator().rerun(try project.graph.select(rerun), of: project.graph) {
          if !json { print(CacheText.describe($0)) }
        }
        if json {
          try JSONOutput.print(RerunDocument(verdicts))
        } else if let first = verdicts.first(where: { !$0.isAlike }) {
          print("The first that differs: \(first.node)")
        }
        if !verdicts.allSatisfy(\.isAlike) { throw ExitCode.failure }
      }
    }
  }
}
