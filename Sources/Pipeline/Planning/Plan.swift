import Foundation

/// Why a node has to run.
public enum StaleReason: Hashable, Sendable, CustomStringConvertible {
  case neverBuilt
  /// A component of the key is not what it was at the last result; nil on the side where it does not exist.
  case changed(component: String, from: String?, to: String?)
  /// Its last result stands in the ledger otherwise than it was written.
  case entryDamaged
  case artifactMissing(output: String)
  case artifactDamaged(output: String)
  case artifactUnreadable(output: String, String)

  public var description: String {
    switch self {
    case .neverBuilt: "never built"
    case .changed(let component, let from?, let to?) where component.hasPrefix("inputs."):
      "\(component) changed from \(from.prefix(12)) to \(to.prefix(12))"
    case .changed("version", let from?, let to?): "stage version changed from \(from) to \(to)"
    case .changed(let component, let from?, let to?): "\(component) changed from \(from) to \(to)"
    case .changed(let component, nil, nil): "\(component) changed"
    case .changed(let component, nil, let to): "\(component) is new" + (to.map { " (\($0))" } ?? "")
    case .changed(let component, let from?, nil): "\(component) is gone (was \(from))"
    case .entryDamaged: "its entry in the ledger is damaged"
    case .artifactMissing(let output): "its output \(output) is missing from the store"
    case .artifactDamaged(let output): "its output \(output) is damaged in the store"
    case .artifactUnreadable(let output, let why): "its output \(output) cannot be read: \(why)"
    }
  }
}

/// What a plan says of one node.
public enum NodeState: Hashable, Sendable {
  /// The last result of the node is its result.
  case upToDate(Key)
  /// An earlier result has the key that the node has now: nothing to execute.
  case reusable(Key)
  case stale(Key, [StaleReason])
  /// Some input has to be made first; only then is it known whether the node must run. `own` is what changed in the node
  /// itself.
  case waits(for: [NodeID], own: [StaleReason])
  /// A raw file it needs is not there.
  case impossible(String)
}

/// What a run would do.
public struct Plan: Sendable {
  public let graph: Graph
  /// The nodes asked for and those they need, in topological order.
  public let nodes: [NodeID]
  let states: [NodeID: NodeState]
  /// Seconds that the last results took to make, scaled to what there is to do now.
  let costs: [NodeID: Double]
  /// By stage, what nodes took over what their hints said.
  private let paces: [String: Double]
  /// The same for stages of which nothing is known: the median of the others, so that all hints are read alike.
  private let generalPace: Double

  init(graph: Graph, nodes: [NodeID], states: [NodeID: NodeState], past: [NodeID: PastCost]) {
    self.graph = graph
    self.nodes = nodes
    self.states = states
    var costs: [NodeID: Double] = [:]
    if !past.isEmpty {
      for node in graph.nodes { costs[node.id] = past[node.id]?.seconds(for: node.work) }
    }
    self.costs = costs
    paces = Self.paces(graph, costs)
    generalPace = paces.isEmpty ? 1 : paces.values.sorted()[paces.count / 2]
  }

  /// - Precondition: `node` is one of `nodes`.
  public func state(of node: NodeID) -> NodeState {
    guard let state = states[node] else { preconditionFailure("\(node) is not part of the plan") }
    return state
  }

  public func nodes(where isWanted: (NodeState) -> Bool) -> [NodeID] {
    nodes.filter { id in states[id].map(isWanted) ?? false }
  }

  public var upToDate: [NodeID] { nodes { if case .upToDate = $0 { true } else { false } } }
  public var reusable: [NodeID] { nodes { if case .reusable = $0 { true } else { false } } }
  public var stale: [NodeID] { nodes { if case .stale = $0 { true } else { false } } }
  public var waiting: [NodeID] { nodes { if case .waits = $0 { true } else { false } } }

  /// Whether a run would execute nothing and write nothing.
  public var isUpToDate: Bool { upToDate.count == nodes.count }

  /// Seconds of work, if every waiting node has to run as well, on one processor.
  public var expectedSeconds: Double {
    (stale + waiting).reduce(0) { $0 + expectedSeconds(of: $1) }
  }

  /// What the node took last, else its hint at the pace of its stage.
  public func expectedSeconds(of node: NodeID) -> Double {
    if let seconds = costs[node] { return seconds }
    return graph[node].map(estimatedSeconds) ?? 0
  }

  /// The hint of a node at the pace of its stage, whatever it took last.
  func estimatedSeconds(of node: Node) -> Double { node.expectedCost * (paces[node.stage] ?? generalPace) }

  /// Whether the time of a node is known from an earlier result, or estimated.
  public func hasHistory(_ node: NodeID) -> Bool { costs[node] != nil }

  /// The median over each stage's nodes of seconds per second of the hint: one node that was stopped or disturbed must not
  /// decide.
  private static func paces(_ graph: Graph, _ costs: [NodeID: Double]) -> [String: Double] {
    guard !costs.isEmpty else { return [:] }
    var ratios: [String: [Double]] = [:]
    for node in graph.nodes where node.expectedCost > 0 {
      if let seconds = costs[node.id] { ratios[node.stage, default: []].append(seconds / node.expectedCost) }
    }
    return ratios.mapValues { $0.sorted()[$0.count / 2] }
  }
}
