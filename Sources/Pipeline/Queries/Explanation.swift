/// Why a node would run now, or why it has another result than before: what `repro why` says.
public struct Explanation: Codable, Sendable {
  public let schema: String
  public let node: String
  /// Whether a run would leave the node as it is; absent where only what is stored was asked.
  public let isUpToDate: Bool?
  /// The nodes that are not up to date among those it needs and itself, in topological order.
  public let nodes: [NodeStatus]
  /// Those of them in which something changed by itself.
  public let firstCauses: [String]
  /// What was different when the node's result last changed, or since the run that was asked about.
  public let change: ChangeTrace?

  /// From what is stored alone.
  public init(_ trace: ChangeTrace) {
    schema = "repro.why/1"
    node = trace.node
    isUpToDate = nil
    nodes = []
    var names: [String] = []
    for (node, _) in trace.firstCauses where !names.contains(node) { names.append(node) }
    firstCauses = names
    change = trace
  }

  /// - Parameters:
  ///   - plan: of the node and what it needs.
  ///   - lastChange: told where the node is up to date.
  public init(_ node: NodeID, in plan: Plan, lastChange: ChangeTrace?) {
    schema = "repro.why/1"
    self.node = node.text
    let causes = plan.nodes.filter { if case .upToDate = plan.state(of: $0) { false } else { true } }
    isUpToDate = if case .upToDate = plan.state(of: node) { true } else { false }
    nodes = causes.map { NodeStatus($0, in: plan) }
    firstCauses = nodes.filter { $0.state == .impossible || !$0.reasons.isEmpty }.map(\.id)
    change = isUpToDate == true ? lastChange : nil
  }

  /// For people.
  public var text: String {
    guard let isUpToDate else { return change.map { $0.text } ?? "" }
    if isUpToDate {
      return (["\(node) is up to date."] + (change.map { [$0.text] } ?? [])).joined(separator: "\n")
    }
    // The causes, and the node itself; what lies between only waits.
    let shown = nodes.filter { $0.id == node || $0.state != .waits || !$0.reasons.isEmpty }
    var lines = shown.dropLast().map { "\($0.id)  \($0.sentence ?? "")" }
    let between = nodes.count - shown.count
    if between > 0 { lines.append("… \(Wording.count(between, "node")) between, which wait for them") }
    lines += shown.suffix(1).map { "\($0.id)  \($0.sentence ?? "")" }
    return lines.joined(separator: "\n")
  }
}

extension ChangeTrace {
  /// For people: first causes first.
  public var text: String {
    guard let toRun else { return "\(node) was never built." }
    let before = fromRun.map { "run \($0)" }
    guard !steps.isEmpty else {
      return "\(node) has the same result as after run \(since ?? toRun): that of run \(toRun)."
    }
    guard let before else {
      return "\(node) was not built yet after run \(since ?? 0); its result is of run \(toRun)."
    }
    var lines = ["Its result is of run \(toRun); what it had since \(before) differs by:"]
    if let since {
      lines[0] = "Since run \(since) \(node) has another result, of run \(toRun) in place of \(before):"
    }
    for step in steps {
      for change in step.changes { lines.append("  \(step.node)  \(change.sentence)") }
      if step.changes.isEmpty {
        lines.append("  \(step.node)  what its earlier result was made of is no longer stored")
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension ChangeTrace.Change {
  var sentence: String {
    var text: String
    switch (from, to) {
    case (let from?, let to?):
      let name = component == "version" ? "stage version" : component
      text = "\(name) changed from \(Wording.value(from, of: component)) to \(Wording.value(to, of: component))"
    case (nil, let to): text = "\(component) is new (\(Wording.value(to, of: component)))"
    case (let from, nil): text = "\(component) is gone (was \(Wording.value(from, of: component)))"
    }
    if let source { text += ", from \(source)" }
    if let note { text += " (\(note))" }
    return isFirstCause ? text + "  ← first cause" : text
  }
}
