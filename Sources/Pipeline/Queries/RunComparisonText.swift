extension RunComparison {
  /// For people.
  ///
  /// - Parameter limit: how many nodes are told of.
  public func text(limit: Int = 40) -> String {
    guard !nodes.isEmpty else {
      return "Every node has the same result after run \(to) as after run \(from): \(Wording.count(unchanged, "node"))."
    }
    let new = nodes.count { $0.kind == .new }
    var lines = [
      "From run \(from) to run \(to): \(nodes.count - new) nodes have another result, \(new) are new, \(unchanged) have the same."
    ]
    for node in nodes.prefix(limit) { lines += [""] + describe(node) }
    if nodes.count > limit { lines += ["", "and \(Wording.count(nodes.count - limit, "node")) more"] }
    return lines.joined(separator: "\n")
  }

  private func describe(_ node: NodeChange) -> [String] {
    let key =
      node.fromKey.map { "key \($0.prefix(12)) → \(node.toKey.prefix(12))" } ?? "new, key \(node.toKey.prefix(12))"
    var lines = ["\(node.node)  \(key)" + (node.hasSameOutputs ? "  same bytes" : "")]
    for change in node.components {
      let name = change.component == "version" ? "stage version" : change.component
      let from = Wording.value(change.from, of: change.component)
      lines.append("  \(name)  \(from) → \(Wording.value(change.to, of: change.component))")
    }
    let rows = node.metrics.map { metric -> [String] in
      let step = metric.step.map { "at \($0)" } ?? ""
      let from = metric.from.map(Wording.number) ?? "none"
      let to = metric.to.map(Wording.number) ?? "none"
      let largest = metric.largestDifference.map { "differs by up to \(Wording.number($0))" } ?? ""
      return [metric.metric, step, from, "→", to, largest]
    }
    lines += Wording.columns(rows, rightAligned: [2, 4], indent: "  ")
    return lines
  }
}
