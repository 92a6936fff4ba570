import ArgumentParser
import Pipeline

struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Why a node would run, followed upstream to the first cause.",
    discussion: """
      Example:
        repro why bound/shapes-100/simsiam/d128/s0
      """)

  @Argument(help: "The node, as `repro status` names it.")
  var node: String

  @OptionGroup var experiment: ExperimentOptions
  @Flag(name: .long, help: "As JSON: the nodes that are not up to date, with state, key and reasons.")
  var json = false

  func run() throws {
    try reporting {
      let project = try experiment.project()
      let id = try NodeID(node)
      guard project.graph[id] != nil else {
        let hint = project.graph.nearest(to: node).map { "; the nearest is \($0)" } ?? ""
        throw StageError("the graph of profile '\(project.paper.profile.name)' has no node \(node)\(hint)")
      }
      let causes = try CacheReader.why(
        id, graph: project.graph, registry: project.registry, folder: project.cache)
      if json {
        try JSONOutput.print(StatusDocument(causes, of: project.graph))
      } else if causes.isEmpty {
        print("\(node) is up to date.")
      } else {
        print(PlanText.describe(causes))
      }
    }
  }
}
