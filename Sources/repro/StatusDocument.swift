import Pipeline

/// What `status --json` and `why --json` print.
struct StatusDocument: Encodable {
  struct Node: Encodable {
    struct Reason: Encodable {
      let text: String
      let component: String?
      let from: String?
      let to: String?
    }

    let id: String
    let stage: String
    let state: String
    let key: String?
    let reasons: [Reason]
    let waitsFor: [String]
    /// Only where a plan was asked for.
    let expectedSeconds: Double?
  }

  let nodes: [Node]
  let isUpToDate: Bool

  init(_ plan: Plan) {
    isUpToDate = plan.isUpToDate
    nodes = plan.nodes.map { id in
      Self.node(id, plan.state(of: id), of: plan.graph, expectedSeconds: plan.expectedSeconds(of: id))
    }
  }

  /// - Parameter causes: the nodes that are not up to date, as `CacheReader.why` finds them.
  init(_ causes: [(node: NodeID, state: NodeState)], of graph: Graph) {
    isUpToDate = causes.isEmpty
    nodes = causes.map { Self.node($0.node, $0.state, of: graph, expectedSeconds: nil) }
  }

  private static func node(
    _ id: NodeID, _ state: NodeState, of graph: Graph, expectedSeconds: Double?
  ) -> Node {
    var key: String?
    var waitsFor: [String] = []
    switch state {
    case .upToDate(let known), .reusable(let known), .stale(let known, _): key = known.hex
    case .waits(let nodes, _): waitsFor = nodes.map(\.text)
    case .impossible: break
    }
    return Node(
      id: id.text, stage: graph[id]?.stage ?? "", state: PlanText.word(state), key: key,
      reasons: PlanText.reasons(state).map(reason), waitsFor: waitsFor, expectedSeconds: expectedSeconds)
  }

  private static func reason(_ reason: StaleReason) -> Node.Reason {
    if case .changed(let component, let from, let to) = reason {
      return Node.Reason(text: reason.description, component: component, from: from, to: to)
    }
    return Node.Reason(text: reason.description, component: nil, from: nil, to: nil)
  }
}
