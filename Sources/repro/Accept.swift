import ArgumentParser
import Pipeline
import Reproduction

struct Accept: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept", abstract: "Keeps results across a change of the code that does not matter.",
    usage: "repro accept <nodes> ... --reason <reason> [<options>]",
    discussion: """
      The last result of each node counts for its new key, as if it had been made anew; nothing is \
      executed. It is written down with the reason, and shown by `repro show` and in the report as \
      long as the ledger lasts. Only the stage's version may have changed, or what --including names. \
      `repro why NODE` says what has.

      Examples:
        repro accept 'train' --reason 'renamed variables in the trainer'
        repro accept probe/shapes-100/simsiam/d128/s0 \\
          --including parameters.epsilon --reason 'the default, spelled out'
      """)

  @Argument(help: "Nodes, or patterns as --only takes them.", completion: NodeCompletion.kind)
  var nodes: [String]

  @Option(name: .long, help: "Why it makes no difference, for whoever reads the report.")
  var reason: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A component of the key that may differ besides the version; may be repeated.", valueName: "component"))
  var including: [String] = []

  @Flag(name: .long, help: "Give up at once where another run holds the cache.")
  var noWait = false

  @OptionGroup var experiment: ExperimentOptions
  @Flag(name: .long, help: "As JSON.")
  var json = false

  func run() throws {
    try reporting {
      let project = try experiment.project()
      var options = RunOptions()
      if noWait { options.lockTimeout = 0 }
      let coordinator = Coordinator(
        folder: project.cache, registry: project.registry, executor: InProcessExecutor(registry: project.registry))
      let accepted = try coordinator.accept(
        project.graph.select(nodes), of: project.graph, reason: reason, including: Set(including), options: options)
      try Answer.print(accepted, json: json) {
        accepted.isEmpty
          ? "Nothing to accept: these nodes are up to date."
          : accepted.map { "\($0.node)  kept across \($0.sentence)" }.joined(separator: "\n")
      }
    }
  }
}
