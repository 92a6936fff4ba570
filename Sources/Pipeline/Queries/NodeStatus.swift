/// What a plan says of one node: an element of what `status --json` and `why --json` print.
public struct NodeStatus: Codable, Sendable, Hashable {
  public struct Reason: Codable, Sendable, Hashable {
    /// A phrase for people.
    public let text: String
    /// The component of the key that changed, if one did.
    public let component: String?
    /// Its values then and now; absent where the component does not exist.
    public let from: String?
    public let to: String?

    init(_ reason: StaleReason) {
      text = reason.description
      if case .changed(let component, let from, let to) = reason {
        (self.component, self.from, self.to) = (component, from, to)
      } else {
        (component, from, to) = (nil, nil, nil)
      }
    }
  }

  /// In one word.
  public enum State: String, Codable, Sendable, Hashable, CaseIterable {
    case upToDate = "up-to-date"
    case reusable
    case stale
    case waits
    case impossible

    init(_ state: NodeState) {
      self =
        switch state {
        case .upToDate: .upToDate
        case .reusable: .reusable
        case .stale: .stale
        case .waits: .waits
        case .impossible: .impossible
        }
    }
  }

  public let id: String
  public let stage: String
  public let state: State
  /// Absent while an input has to be made first.
  public let key: String?
  public let reasons: [Reason]
  /// The direct inputs that have to be made first.
  public let waitsFor: [String]
  /// Why the node cannot be made.
  public let problem: String?
  /// Seconds it is expected to take, and whether that is what it took last. Absent for a node that needs nothing.
  public let expectedSeconds: Double?
  public let hasHistory: Bool?

  init(_ id: NodeID, in plan: Plan) {
    let state = plan.state(of: id)
    self.id = id.text
    stage = plan.graph[id]?.stage ?? ""
    self.state = State(state)
    reasons = state.reasons.map(Reason.init)
    switch state {
    case .upToDate(let known), .reusable(let known), .stale(let known, _):
      (key, waitsFor, problem) = (known.hex, [], nil)
    case .waits(let nodes, _): (key, waitsFor, problem) = (nil, nodes.map(\.text), nil)
    case .impossible(let why): (key, waitsFor, problem) = (nil, [], why)
    }
    let runs = self.state == .stale || self.state == .waits
    expectedSeconds = runs ? plan.expectedSeconds(of: id) : nil
    hasHistory = runs ? plan.hasHistory(id) : nil
  }

  /// A line for people, without the node's name; nil for a node that needs nothing.
  public var sentence: String? {
    switch state {
    case .upToDate: nil
    case .reusable: "an earlier result fits again"
    case .stale: reasons.map(\.text).joined(separator: "; ")
    case .waits: (reasons.map(\.text) + ["waits for \(Wording.some(waitsFor, 2))"]).joined(separator: "; ")
    case .impossible: problem
    }
  }
}

extension NodeState {
  /// What is known to have changed in the node.
  var reasons: [StaleReason] {
    switch self {
    case .stale(_, let reasons): reasons
    case .waits(_, let own): own
    case .upToDate, .reusable, .impossible: []
    }
  }
}
