import ArgumentParser
import Pipeline
import Reproduction

struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Why a node would run, or has another result, followed upstream to the first cause.",
    usage: "repro why <node> [<options>]",
    discussion: """
      Without --since: what a run would find changed now, and for a node that is up to date, what was \
      different when its result last changed. With --since: what changed between the result that the \
      node had after that run and the one it has now. Both answer from what the ledger stores of each \
      key; nothing is executed, and --since needs no configuration.

      Examples:
        repro why bound/shapes-100/simsiam/d128/s0
        repro why report/index --set figures.fig4.markerSize=5
        repro why bound/shapes-100/simsiam/d128/s0 --since last~2
      """)

  @Argument(help: "The node, as `repro status` names it.", completion: NodeCompletion.kind)
  var node: String

  @Option(
    name: .long, help: ArgumentHelp("A run: \(RunReference.help).", valueName: "run"), completion: NodeCompletion.run)
  var since: RunReference?

  @OptionGroup var experiment: ExperimentOptions
  @Flag(name: .long, help: "As JSON: the nodes that are not up to date, or what changed, step by step.")
  var json = false

  func run() throws {
    try reporting {
      let explanation = try explain()
      try Answer.print(explanation, json: json) { explanation.text }
    }
  }

  private func explain() throws -> Explanation {
    if let since {
      let cache = try experiment.place.reader()
      let run = try cache.run(since)
      let id = try cache.node(named: node, graph: try? experiment.project().graph)
      return Explanation(try cache.changes(of: id, since: run.id))
    }
    let project = try experiment.project()
    return try CacheReader.why(
      try project.graph.node(named: node), graph: project.graph, registry: project.registry, folder: project.cache)
  }
}
