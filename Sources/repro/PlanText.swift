import Pipeline

/// A plan for people.
enum PlanText {
  static func describe(_ plan: Plan) -> String {
    guard !plan.isUpToDate else { return "Everything is up to date: \(plan.nodes.count) nodes." }
    var lines: [String] = []
    for node in plan.nodes {
      if let text = describe(plan.state(of: node)) { lines.append("\(node)  \(text)") }
    }
    lines.append(
      "\(plan.stale.count) to execute, \(plan.waiting.count) that wait for them, \(plan.reusable.count) to be found again,"
        + " \(plan.upToDate.count) up to date.")
    return lines.joined(separator: "\n")
  }

  /// Nil for a node that needs nothing.
  static func describe(_ state: NodeState) -> String? {
    switch state {
    case .upToDate: nil
    case .reusable: "an earlier result fits again"
    case .stale(_, let reasons): reasons.map(\.description).joined(separator: "; ")
    case .waits(let nodes, let own):
      (own.map(\.description) + ["waits for \(nodes.map(\.text).joined(separator: ", "))"]).joined(separator: "; ")
    case .impossible(let why): why
    }
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
