/// A node that failed, with where to look.
public struct NodeFailure: Hashable, Sendable, CustomStringConvertible {
  public let node: NodeID
  public let sentence: String
  public let logPath: String?
  /// The last lines of the log.
  public let lastLines: [String]

  public var description: String { "\(node) failed: \(sentence)" }

  /// The same for another node with the same key.
  func shared(with other: NodeID) -> NodeFailure {
    NodeFailure(
      node: other, sentence: "It is the same work as \(node), which failed: \(sentence)", logPath: logPath,
      lastLines: [])
  }
}

/// What a run did.
public struct RunSummary: Sendable {
  /// The run's number in the ledger; nil if there was nothing to write down.
  public internal(set) var run: Int64?
  /// In the order they ended.
  public internal(set) var executed: [NodeID] = []
  /// Nodes that took over a result of an earlier time, or of a node with the same key.
  public internal(set) var reused: [NodeID] = []
  public internal(set) var upToDateCount = 0
  public internal(set) var failed: [NodeFailure] = []
  /// Nodes that were not run because one they need failed, in topological order.
  public internal(set) var blocked: [NodeID] = []
  /// Nodes that were running when the run was stopped.
  public internal(set) var cancelled: [NodeID] = []
  /// Nodes that were not begun because the run stopped.
  public internal(set) var notStarted: [NodeID] = []
  public internal(set) var isInterrupted = false
  /// Seconds.
  public internal(set) var duration = 0.0

  public var isSuccess: Bool { failed.isEmpty && !isInterrupted }
}
