import ArgumentParser
import Pipeline

/// `--only`: the part of the graph that a subcommand is about.
struct Selection: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only nodes that match, and what they need; may be repeated.",
      discussion: "Whole segments take all below them (train/fashion-mnist); * stands for a segment, ** for several.",
      valueName: "pattern"),
    completion: NodeCompletion.kind)
  var only: [String] = []

  /// The nodes that match; nil for all.
  ///
  /// - Throws: `GraphError.noMatch` with the nearest name.
  func targets(of graph: Graph) throws -> [NodeID]? { only.isEmpty ? nil : try graph.select(only) }
}
