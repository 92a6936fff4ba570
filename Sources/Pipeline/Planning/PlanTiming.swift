/// How long a plan will take.
extension Plan {
  /// The nodes that follow each other for longest, and their seconds: no number of processors does it faster.
  ///
  /// - Parameter seconds: of a node; the plan's own expectation if not given.
  public func longestPath(seconds: ((NodeID) -> Double)? = nil) -> (nodes: [NodeID], seconds: Double) {
    let isOpen = openPositions()
    // Seconds up to the end of a node, and the node before it on that path. Positions are in topological order.
    var ends = [Double](repeating: 0, count: graph.nodes.count)
    var previous = [Int?](repeating: nil, count: graph.nodes.count)
    var last: Int?
    for position in graph.nodes.indices where isOpen[position] {
      for source in graph.upstream(of: position) where isOpen[source] {
        if previous[position].map({ ends[source] > ends[$0] }) ?? true { previous[position] = source }
      }
      ends[position] =
        (previous[position].map { ends[$0] } ?? 0)
        + (seconds?(graph.nodes[position].id) ?? expectedSeconds(of: graph.nodes[position].id))
      if last.map({ ends[position] > ends[$0] }) ?? true { last = position }
    }
    var path: [NodeID] = []
    var next = last
    while let position = next {
      path.append(graph.nodes[position].id)
      next = previous[position]
    }
    return (path.reversed(), last.map { ends[$0] } ?? 0)
  }

  /// Seconds on a clock that a run of all that may have to be executed takes: the scheduler's own choices, played through
  /// with the expected times.
  ///
  /// - Parameter seconds: of a node; the plan's own expectation if not given.
  public func expectedWallSeconds(
    threads: Int, memoryMegabytes: Int = .max, seconds: ((NodeID) -> Double)? = nil
  ) -> Double {
    let isOpen = openPositions()
    let costs = graph.nodes.indices.map { position in
      isOpen[position] ? seconds?(graph.nodes[position].id) ?? expectedSeconds(of: graph.nodes[position].id) : 0
    }
    var scheduler = Scheduler(
      graph: graph, selected: nodes.compactMap { graph.indices[$0] }, costs: costs, maxThreads: threads,
      maxMemoryMegabytes: memoryMegabytes)
    var clock = 0.0
    var running: [(end: Double, position: Int)] = []
    while true {
      while let position = scheduler.nextToEvaluate() {
        if isOpen[position] { scheduler.makeReady(position) } else { scheduler.complete(position) }
      }
      while let position = scheduler.nextToLaunch() { running.append((clock + costs[position], position)) }
      guard let first = running.indices.min(by: { running[$0] < running[$1] }) else { return clock }
      let ended = running.remove(at: first)
      clock = ended.end
      scheduler.complete(ended.position)
    }
  }

  /// Whether each node of the graph may have to be executed.
  private func openPositions() -> [Bool] {
    graph.nodes.map { node in
      switch states[node.id] {
      case .stale?, .waits?: true
      default: false
      }
    }
  }
}
