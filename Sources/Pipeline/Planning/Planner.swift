/// Compares a graph with the ledger and the store. Changes neither.
struct Planner {
  private(set) var evaluator: Evaluator
  /// Results of nodes that need nothing done, by position in the graph.
  private(set) var results: [ResultRecord?]
  private(set) var evaluations: [Evaluator.Evaluation?]
  /// Positions of the nodes asked for and what they need, in topological order.
  let selected: [Int]
  private(set) var waiting: [Int: [Int]] = [:]

  /// - Throws: `GraphError` for a stage that does not exist, `LedgerError`.
  init(graph: Graph, targets: [NodeID]?, registry: StageRegistry, ledger: Ledger, store: Store) throws {
    evaluator = try Evaluator(graph: graph, registry: registry, ledger: ledger, store: store)
    selected = targets.map { graph.closure(of: $0.compactMap { graph.indices[$0] }) } ?? Array(graph.nodes.indices)
    if selected.count > graph.nodes.count / 2 { evaluator.speculate() }
    defer { evaluator.endSpeculation() }
    results = Array(repeating: nil, count: graph.nodes.count)
    evaluations = Array(repeating: nil, count: graph.nodes.count)
    for position in selected {
      var blockers: [Int] = []
      for case let source? in graph.sources[position] where results[source] == nil && !blockers.contains(source) {
        blockers.append(source)
      }
      if !blockers.isEmpty {
        let node = graph.nodes[position]
        if registry[node.stage] == nil { throw GraphError.unknownStage(node: node.id, stage: node.stage) }
        waiting[position] = blockers
        continue
      }
      let evaluation = try evaluator.evaluate(position, results: results)
      evaluations[position] = evaluation
      if case .done(let result, _) = evaluation { results[position] = result }
    }
  }

  /// The plan with reasons, for people.
  func plan() throws -> Plan {
    let graph = evaluator.graph
    let undone = selected.filter { results[$0] == nil }
    let unchanged = unchangedInThemselves(undone)
    let asked = undone.filter { !unchanged.contains($0) }
    let last = asked.isEmpty ? [:] : try evaluator.ledger.components(of: asked.map { graph.nodes[$0].id })
    var states: [NodeID: NodeState] = [:]
    states.reserveCapacity(selected.count)
    for position in selected {
      let node = graph.nodes[position]
      states[node.id] =
        unchanged.contains(position)
        ? .waits(for: (waiting[position] ?? []).map { graph.nodes[$0].id }, own: [])
        : state(of: position, last: last[node.id])
    }
    return Plan(
      graph: graph, nodes: selected.map { graph.nodes[$0].id }, states: states,
      past: undone.isEmpty ? [:] : try evaluator.ledger.lastCosts())
  }

  /// Of nodes that wait, those whose last key comes out again from what they read then: nothing changed but their inputs.
  /// It costs a digest a node, where reading the stored components would cost a query.
  private func unchangedInThemselves(_ undone: [Int]) -> Set<Int> {
    var evaluator = evaluator
    return Set(
      undone.filter { position in
        guard waiting[position] != nil, let last = evaluator.current[evaluator.graph.nodes[position].id] else {
          return false
        }
        return evaluator.keyFromLastInputs(position) == last.key
      })
  }

  private func state(of position: Int, last: [KeyComponent]?) -> NodeState {
    let graph = evaluator.graph
    let node = graph.nodes[position]
    switch evaluations[position] {
    case .done(let result, let isCurrent)?: return isCurrent ? .upToDate(result.key) : .reusable(result.key)
    case .impossible(let why)?: return .impossible(why)
    case .stale(_, let key, let damage)? where !damage.isEmpty: return .stale(key, damage)
    case .stale(_, let key, _)? where evaluator.unsound.contains(node.id): return .stale(key, [.entryDamaged])
    case .stale(let material, let key, _)?:
      guard let last else { return .stale(key, [.neverBuilt]) }
      return .stale(key, Self.differences(from: last, to: material.components))
    case nil:
      var own: [StaleReason] = [.neverBuilt]
      if let last, let stage = evaluator.registry[node.stage] {
        own = Self.differences(
          from: last.filter { !$0.name.hasPrefix("inputs.") },
          to: KeyMaterial.ownComponents(node: node, stageVersion: stage.version))
      }
      return .waits(for: (waiting[position] ?? []).map { graph.nodes[$0].id }, own: own)
    }
  }

  /// Which components differ, in the order of the new ones, then what is gone.
  static func differences(from old: [KeyComponent], to new: [KeyComponent]) -> [StaleReason] {
    let before = Dictionary(old.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
    let after = Set(new.map(\.name))
    var reasons: [StaleReason] = []
    for component in new where before[component.name] != component.value {
      reasons.append(.changed(component: component.name, from: before[component.name], to: component.value))
    }
    for component in old where !after.contains(component.name) {
      reasons.append(.changed(component: component.name, from: component.value, to: nil))
    }
    return reasons
  }
}
