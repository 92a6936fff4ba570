import ArgumentParser
import Foundation
import Pipeline
import Reproduction

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks artifacts against their digests, a report against the cache, or nodes by executing them again.",
    discussion: """
      Without --rerun: reads every artifact of the cache, the ledger and the records. Nothing is changed; the next run makes
      again what is damaged.

      With --rerun: executes these nodes once more in a scratch folder, from the inputs of their results, and compares what
      comes out: bits first, then within the tolerance that the stage declares.

      With a page: holds a report against the digests that it carries and, where the configuration is the one that it was
      made by, against what the cache would lay out now. What was changed is named.

      Examples:
        repro verify
        repro verify outputs/report/index.html
        repro verify --rerun probe/fashion-mnist
        repro verify --rerun 'train/*/*/d4/s0' --timeout 600 --json

      Exit status: 1 when something is damaged or differs.
      """)

  @Argument(help: "A report, as repro all or repro publish left it; the whole cache where none is given.")
  var page: String?

  @OptionGroup var experiment: ExperimentOptions

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Nodes, or patterns, to execute again.", valueName: "node"), completion: NodeCompletion.kind)
  var rerun: [String] = []

  @Option(name: .long, help: "With --rerun: seconds that a node may take before it is ended, and has failed.")
  var timeout: Double?

  @Flag(name: .long, help: "As JSON.")
  var json = false

  func validate() throws {
    if let timeout, !(timeout > 0) { throw ValidationError("--timeout must be more than 0") }
    if timeout != nil, rerun.isEmpty { throw ValidationError("--timeout is about nodes; name them with --rerun") }
    if page != nil, !rerun.isEmpty { throw ValidationError("--rerun is about nodes; leave out the page") }
  }

  func run() throws {
    if let page { return try reporting { try verify(page: page) } }
    try reporting {
      let project = try experiment.project()
      if rerun.isEmpty {
        let verified = try CacheReader(project.cache).verify()
        if json { try JSONOutput.print(VerifiedDocument(verified)) } else { print(CacheText.describe(verified)) }
        if !verified.isSound { throw ExitCode.failure }
      } else {
        var options = RunOptions()
        options.timeout = timeout
        let verdicts = try project.coordinator().rerun(
          try project.graph.select(rerun), of: project.graph, options: options
        ) {
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

  private func verify(page: String) throws {
    let check = try experiment.place.outputsFolder().check(
      page: URL(filePath: page), graph: try? experiment.project().graph, cache: try? experiment.place.reader())
    try Answer.print(check, json: json) { check.text }
    if !check.problems.isEmpty { throw ExitCode.failure }
  }
}
