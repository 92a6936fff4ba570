/// The graph with the state of its nodes, or of its stages where there are too many nodes to look at: what `repro graph`
/// shows.
public struct GraphView: Codable, Sendable {
  public enum Collapse: String, Codable, Sendable, CaseIterable {
    /// By stage beyond `automaticLimit` nodes.
    case auto
    case stages
    case never
  }

  public static let automaticLimit = 150

  public struct StateCount: Codable, Sendable, Hashable {
    public let state: NodeStatus.State
    public let count: Int
  }

  /// A node, or all nodes of a stage.
  public struct Box: Codable, Sendable, Hashable {
    public let id: String
    public let stage: String
    public let count: Int
    /// In the order of `NodeStatus.State.allCases`; one for a node.
    public let states: [StateCount]
    /// Expected seconds of what may have to be executed.
    public let expectedSeconds: Double
  }

  /// From what is read to what reads it.
  public struct Edge: Codable, Sendable, Hashable {
    /// Positions in `boxes`.
    public let from: Int
    public let to: Int
    /// Pairs of nodes that it stands for.
    public let count: Int
  }

  public let schema: String
  public let isCollapsed: Bool
  /// In topological order; stages by their first node.
  public let boxes: [Box]
  public let edges: [Edge]

  public init(_ plan: Plan, collapse: Collapse = .auto) {
    schema = "repro.graph/1"
    isCollapsed = collapse == .stages || (collapse == .auto && plan.nodes.count > Self.automaticLimit)
    var boxOfName: [String: Int] = [:]
    var boxOfPosition: [Int: Int] = [:]
    var gathered: [(id: String, stage: String, counts: [NodeStatus.State: Int], seconds: Double)] = []
    for id in plan.nodes {
      guard let position = plan.graph.indices[id] else { continue }
      let stage = plan.graph.nodes[position].stage
      let name = isCollapsed ? stage : id.text
      let box = boxOfName[name] ?? gathered.count
      if box == gathered.count {
        boxOfName[name] = box
        gathered.append((name, stage, [:], 0))
      }
      let state = NodeStatus.State(plan.state(of: id))
      gathered[box].counts[state, default: 0] += 1
      if state == .stale || state == .waits { gathered[box].seconds += plan.expectedSeconds(of: id) }
      boxOfPosition[position] = box
    }
    boxes = gathered.map { box in
      Box(
        id: box.id, stage: box.stage, count: box.counts.values.reduce(0, +),
        states: NodeStatus.State.allCases.compactMap { state in
          box.counts[state].map { StateCount(state: state, count: $0) }
        }, expectedSeconds: box.seconds)
    }
    var counts: [Edge: Int] = [:]
    var order: [Edge] = []
    for id in plan.nodes {
      guard let position = plan.graph.indices[id], let to = boxOfPosition[position] else { continue }
      for source in plan.graph.upstream(of: position) {
        guard let from = boxOfPosition[source], from != to else { continue }
        let edge = Edge(from: from, to: to, count: 0)
        if counts.updateValue(counts[edge, default: 0] + 1, forKey: edge) == nil { order.append(edge) }
      }
    }
    edges = order.map { Edge(from: $0.from, to: $0.to, count: counts[$0] ?? 1) }
  }

  /// Edges without those that a longer way says already, for pictures. All of them where stages run in circles.
  public var essentialEdges: [Edge] {
    guard boxes.count <= 3000, edges.allSatisfy({ $0.from < $0.to }) else { return edges }
    var sources = [[Int]](repeating: [], count: boxes.count)
    for edge in edges { sources[edge.to].append(edge.from) }
    // What lies upstream of each box, one bit a box; boxes are in topological order.
    let words = (boxes.count + 63) / 64
    var upstream = [[UInt64]](repeating: [UInt64](repeating: 0, count: words), count: boxes.count)
    for box in boxes.indices {
      for source in sources[box] {
        for word in 0..<words { upstream[box][word] |= upstream[source][word] }
        upstream[box][source / 64] |= 1 << UInt64(source % 64)
      }
    }
    return edges.filter { edge in
      !sources[edge.to].contains { other in
        other != edge.from && upstream[other][edge.from / 64] >> UInt64(edge.from % 64) & 1 == 1
      }
    }
  }
}

extension NodeStatus.State {
  /// `#rrggbb` of a box and of its rim: apart for the common colour vision deficiencies, and readable under black text.
  public var colors: (fill: String, rim: String) {
    switch self {
    case .upToDate: ("#cfe8dc", "#00795a")
    case .reusable: ("#cfe3f3", "#0072b2")
    case .stale: ("#f6c9a0", "#b34a00")
    case .waits: ("#fbf0bf", "#9a7d00")
    case .impossible: ("#e8b9c4", "#a01030")
    }
  }

  /// In words, for legends.
  public var title: String {
    switch self {
    case .upToDate: "up to date"
    case .reusable: "found again"
    case .stale: "stale"
    case .waits: "waits"
    case .impossible: "lacks a raw file"
    }
  }
}

extension GraphView.Box {
  /// The state that matters most.
  public var state: NodeStatus.State {
    let order: [NodeStatus.State] = [.impossible, .stale, .waits, .reusable, .upToDate]
    return order.first { state in states.contains { $0.state == state } } ?? .upToDate
  }

  /// What is written below the name of a stage.
  public var detail: String {
    let parts = states.map { "\($0.count) \($0.state.title)" }
    return parts.joined(separator: ", ") + (expectedSeconds > 0 ? ", \(Wording.duration(expectedSeconds))" : "")
  }
}
