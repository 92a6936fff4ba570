import ArgumentParser
import Foundation
import Pipeline
import Reproduction

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks artifacts against their digests, a report against the cache, or nodes by executing them again.",
    usage: "repro verify [<page>] [<options>]",
    discussion: """
      Without --rerun: reads every artifact of the cache, the ledger and the records. Nothing is \
      changed; the next run makes again what is damaged.

      With --rerun: executes these nodes once more in a scratch folder, from the inputs of their \
      results, and compares what comes out: bits first, then within the tolerance that the stage \
      declares.

      With a page: holds a report, or a comparison of two runs, against the digests that it carries \
      and, where there is a cache, against what that would lay out now. What was changed is named. \
      Without a cache nothing says who sealed the page, unless --root names the root of its seal, as \
      repro all printed it and manifest.json and site.json have it.

      Examples:
        repro verify
        repro verify outputs/report/index.html
        repro verify downloaded.html --root 5f0c…
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

  @Option(
    name: .long, help: ArgumentHelp("With a page: the root that its seal should have.", valueName: "sha256"))
  var root: String?

  @Flag(name: .long, help: "As JSON.")
  var json = false

  func validate() throws {
    if let timeout, !(timeout > 0) { throw ValidationError("--timeout must be more than 0.") }
    if timeout != nil, rerun.isEmpty { throw ValidationError("--timeout is about nodes; name them with --rerun.") }
    if let root {
      guard page != nil else { throw ValidationError("--root is about a page; name it.") }
      guard Digest(hex: root) != nil else { throw ValidationError("--root is a SHA-256 of 64 hexadecimal digits.") }
    }
    if page != nil, !rerun.isEmpty { throw ValidationError("--rerun is about nodes; leave out the page.") }
  }

  func run() throws {
    if let page { return try reporting { try verify(page: page) } }
    try reporting {
      let project = try experiment.project()
      if rerun.isEmpty {
        let progress = ByteProgress("Reading artifacts")
        defer { progress.end() }
        let verified = try CacheReader(project.cache).verify(onProgress: progress.update)
        progress.end()
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
    // Before what the cache has to say, which may not be there either.
    if let reason = FileReason.againstReading(page) { throw StageError("Cannot read \(page): \(reason).") }
    let check = try ReportCheck(
      file: URL(filePath: page), root: root, cache: try experiment.readerIfThere()
    ) { named in
      if let profile = experiment.profile, profile != named {
        throw StageError("The page is of the profile “\(named)”, and --profile \(profile) was given: leave that out.")
      }
      return try experiment.project(profile: named)
    }
    try Answer.print(check, json: json) { check.text }
    if !check.problems.isEmpty { throw ExitCode.failure }
  }
}
