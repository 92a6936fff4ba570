import Foundation

/// Why a node has to run.
public enum StaleReason: Hashable, Sendable, CustomStringConvertible {
  case neverBuilt
  /// A component of the key is not what it was at the last result; nil on the side where it does not exist.
  case changed(component: String, from: String?, to: String?)
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
    case .changed(let component, nil, let to): "\(component) is new" + (to.map { " (\($0))" } ?? "")
    case .changed(let component, let from?, nil): "\(component) is gone (was \(from))"
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
  /// Expected seconds of a node: its last duration, else its hint.
  let costs: [NodeID: Double]

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

  public func expectedSeconds(of node: NodeID) -> Double {
    costs[node] ?? graph[node]?.expectedCost ?? 0
  }
}
