import ArgumentParser
import Pipeline
import Reproduction

struct Log: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "The runs; what one of them did; or the attempts at a node and its log.",
    usage: "repro log [<subject>] [<options>]",
    discussion: """
      Examples:
        repro log
        repro log last
        repro log train/shapes-100/simsiam/d128/s0
      """)

  @Argument(
    help: "A run (\(RunReference.help)) or a node; all runs if not given.", completion: NodeCompletion.runOrNode)
  var subject: String?

  @Option(name: .long, help: "How many runs, or lines of a log, are shown.")
  var limit = 40

  @OptionGroup var experiment: ExperimentOptions
  @Flag(name: .long, help: "As JSON.")
  var json = false

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be 1 or more.") }
  }

  func run() throws {
    try reporting {
      let cache = try experiment.place.reader()
      guard let subject else {
        let runs = try cache.runList(limit: limit)
        return try Answer.print(runs, json: json) { runs.text }
      }
      let executions: ExecutionList
      if let reference = RunReference(subject) {
        executions = try cache.executions(of: cache.run(reference))
      } else {
        executions = try cache.executions(
          of: cache.node(named: subject, graph: try? experiment.project().graph))
      }
      try Answer.print(executions, json: json) { executions.text(limit: limit) }
    }
  }
}
