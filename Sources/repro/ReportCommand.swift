import ArgumentParser
import Foundation
import Pipeline
import Reproduction

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "The report; or what changed in it since an earlier run.",
    usage: "repro report [<options>]",
    discussion: """
      Without --compare, brings the report up to date and says where it is. With it, executes nothing: \
      lays out a page beside the report that tells which numbers, claims and keys are different now \
      from after that run.

      Examples:
        repro report
        repro report --compare last~1
        repro report --compare 3 --with 7
      """)

  @Option(
    name: .long, help: ArgumentHelp("Compare with this run: \(RunReference.help).", valueName: "run"),
    completion: NodeCompletion.run)
  var compare: RunReference?

  @Option(
    name: .customLong("with"), help: ArgumentHelp("The later run (default: the last).", valueName: "run"),
    completion: NodeCompletion.run)
  var later: RunReference?

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var how: RunArguments

  func validate() throws {
    if later != nil, compare == nil { throw ValidationError("--with needs --compare.") }
  }

  func run() throws {
    try reporting {
      guard let compare else {
        try how.buildOne("report", "index", of: experiment)
        return
      }
      let cache = try experiment.place.reader()
      let (from, to) = (try cache.run(compare), try cache.run(later ?? .last))
      let page = try ComparisonPage(cache, from: from, to: to)
      let path = try experiment.place.outputsFolder().lay(comparison: page, from: from.id, to: to.id)
      print(path.path)
    }
  }
}
