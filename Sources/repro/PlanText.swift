import Pipeline

/// A plan for people.
enum PlanText {
  static func describe(_ plan: Plan) -> String {
    guard !plan.isUpToDate else { return "Everything is up to date: \(plan.nodes.count) nodes." }
    let lines = plan.nodes.compactMap { node in describe(plan.state(of: node)).map { "\(node)  \($0)" } }
    let total =
      "\(plan.stale.count) to execute, \(plan.waiting.count) that wait for them, \(plan.reusable.count) to be found again,"
      + " \(plan.upToDate.count) up to date."
    return (lines + [total]).joined(separator: "\n")
  }

  /// Nodes that are not up to date, one a line.
  static func describe(_ causes: [(node: NodeID, state: NodeState)]) -> String {
    causes.compactMap { node, state in describe(state).map { "\(node)  \($0)" } }.joined(separator: "\n")
  }

  /// Nil for a node that needs nothing.
  static func describe(_ state: NodeState) -> String? {
    switch state {
    case .upToDate: nil
    case .reusable: "an earlier result fits again"
    case .stale(_, let reasons): reasons.map(\.description).joined(separator: "; ")
    case .waits(let nodes, let own):
      (own.map(\.description) + ["waits for \(some(nodes))"]).joined(separator: "; ")
    case .impossible(let why): why
    }
  }

  /// The first few by name, the others by number.
  private static func some(_ nodes: [NodeID]) -> String {
    let named = nodes.prefix(2).map(\.text).joined(separator: ", ")
    return nodes.count > 2 ? "\(named) and \(nodes.count - 2) more" : named
  }

  /// One word for programs.
  static func word(_ state: NodeState) -> String {
    switch state {
    case .upToDate: "up-to-date"
    case .reusable: "reusable"
    case .stale: "stale"
    case .waits: "waits"
    case .impossible: "impossible"
    }
  }

  static func reasons(_ state: NodeState) -> [StaleReason] {
    switch state {
    case .stale(_, let reasons): reasons
    case .waits(_, let own): own
    default: []
    }
  }
}
