/// What is stale, why, and how long it will take: what `repro status` says.
public struct StatusReport: Codable, Sendable {
  public struct Counts: Codable, Sendable, Hashable {
    /// To execute for a reason of their own.
    public let stale: Int
    /// Behind those; executed as well unless their inputs come out the same.
    public let waiting: Int
    /// Whose earlier result fits again.
    public let reusable: Int
    public let upToDate: Int
    /// Which lack a raw file.
    public let impossible: Int
  }

  public struct Time: Codable, Sendable, Hashable {
    /// Of all nodes that are stale or wait, one after the other.
    public let workSeconds: Double
    /// Of those that follow each other for longest, which they are.
    public let longestPathSeconds: Double
    public let longestPath: [String]
    /// Nodes that were never made, whose times are estimated.
    public let withoutHistory: Int
  }

  /// Nodes that have the same reasons.
  public struct Group: Codable, Sendable, Hashable {
    public let state: NodeStatus.State
    /// What changed, in a phrase; for nodes that only wait, that they do.
    public let reason: String
    public let nodes: [String]
    public let seconds: Double
  }

  public let schema: String
  public let isUpToDate: Bool
  public let counts: Counts
  public let time: Time
  /// In the order in which they would be met; nodes that only wait come last.
  public let groups: [Group]
  public let running: RunInProgress?
  /// Every node; absent where only groups were asked for.
  public let nodes: [NodeStatus]?

  /// - Parameter listsNodes: whether every node is listed besides the groups.
  public init(_ plan: Plan, running: RunInProgress? = nil, listsNodes: Bool = false) {
    schema = "repro.status/1"
    isUpToDate = plan.isUpToDate
    var (stale, waiting, reusable, upToDate, impossible) = (0, 0, 0, 0, 0)
    var withoutHistory = 0
    var workSeconds = 0.0
    var gathering = Gathering()
    for id in plan.nodes {
      let state = plan.state(of: id)
      switch state {
      case .upToDate:
        upToDate += 1
        continue
      case .reusable: reusable += 1
      case .impossible: impossible += 1
      case .stale: stale += 1
      case .waits: waiting += 1
      }
      var seconds = 0.0
      switch state {
      case .stale, .waits:
        seconds = plan.expectedSeconds(of: id)
        if !plan.hasHistory(id) { withoutHistory += 1 }
      default: break
      }
      workSeconds += seconds
      gathering.add(id, state, seconds: seconds)
    }
    counts = Counts(
      stale: stale, waiting: waiting, reusable: reusable, upToDate: upToDate, impossible: impossible)
    let path = isUpToDate ? ([], 0) : plan.longestPath()
    time = Time(
      workSeconds: workSeconds, longestPathSeconds: path.1, longestPath: path.0.map(\.text),
      withoutHistory: withoutHistory)
    groups = gathering.groups
    self.running = running
    nodes = listsNodes ? plan.nodes.map { NodeStatus($0, in: plan) } : nil
  }

  /// Groups under way.
  private struct Gathering {
    private struct Label: Hashable {
      let state: NodeStatus.State
      let reasons: [StaleReason]
      let problem: String?
    }

    private struct Found {
      let state: NodeStatus.State
      /// Of the first node.
      let reasons: [StaleReason]
      let problem: String?
      var nodes: [String]
      var seconds: Double
    }

    private var indices: [Label: Int] = [:]
    private var found: [Found] = []

    mutating func add(_ id: NodeID, _ state: NodeState, seconds: Double) {
      let problem: String? = if case .impossible(let why) = state { why } else { nil }
      // Inputs have other digests in every node: what changed is the input, not from what to what.
      let label = Label(
        state: NodeStatus.State(state), reasons: state.reasons.map(\.withoutDigests), problem: problem)
      if let index = indices[label] {
        found[index].nodes.append(id.text)
        found[index].seconds += seconds
      } else {
        indices[label] = found.count
        found.append(
          Found(state: label.state, reasons: state.reasons, problem: problem, nodes: [id.text], seconds: seconds))
      }
    }

    var groups: [Group] {
      let waitsOnly = { (group: Found) in group.state == .waits && group.reasons.isEmpty }
      return (found.filter { !waitsOnly($0) } + found.filter(waitsOnly)).map { group in
        Group(state: group.state, reason: Self.phrase(group), nodes: group.nodes, seconds: group.seconds)
      }
    }

    private static func phrase(_ group: Found) -> String {
      let reasons = group.nodes.count == 1 ? group.reasons : group.reasons.map(\.withoutDigests)
      return switch group.state {
      case .reusable: "an earlier result fits again"
      case .waits where reasons.isEmpty: "wait for these, and follow unless their inputs come out the same"
      case .stale, .waits, .upToDate, .impossible: group.problem ?? reasons.map(\.description).joined(separator: "; ")
      }
    }
  }
}

extension StaleReason {
  /// The same without the values of inputs.
  fileprivate var withoutDigests: StaleReason {
    if case .changed(let component, .some, .some) = self, component.hasPrefix("inputs.") {
      return .changed(component: component, from: nil, to: nil)
    }
    return self
  }
}
