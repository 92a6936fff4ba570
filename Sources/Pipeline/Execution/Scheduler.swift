/// Which node is next: pure bookkeeping over positions in a graph, without clock, process or disk.
struct Scheduler {
  private enum State {
    case outside, waiting, evaluable, ready, running, done, failed, blocked
  }

  private let graph: Graph
  private let selected: [Int]
  private let maxThreads: Int
  private let maxMemory: Int
  /// Expected seconds from the start of a node to the end of the last that hangs on it.
  private let pathCosts: [Double]
  private var states: [State]
  private var missing: [Int]
  private var evaluable: [Int] = []
  private var nextEvaluable = 0
  private var ready: [Int] = []
  private(set) var runningCount = 0
  private var threadsInUse = 0
  private var memoryInUse = 0

  /// - Parameters:
  ///   - selected: positions to take care of, in topological order and closed upstream.
  ///   - costs: expected seconds of each node, by position.
  init(graph: Graph, selected: [Int], costs: [Double], maxThreads: Int, maxMemoryMegabytes: Int) {
    self.graph = graph
    self.selected = selected
    self.maxThreads = max(1, maxThreads)
    maxMemory = max(1, maxMemoryMegabytes)
    states = Array(repeating: .outside, count: graph.nodes.count)
    missing = Array(repeating: 0, count: graph.nodes.count)
    for position in selected {
      states[position] = .waiting
      missing[position] = graph.upstream(of: position).count
    }
    var pathCosts = [Double](repeating: 0, count: graph.nodes.count)
    for position in selected.reversed() {
      let longest = graph.dependents[position].reduce(0) { max($0, pathCosts[$1]) }
      pathCosts[position] = longest + costs[position]
    }
    self.pathCosts = pathCosts
    for position in selected where missing[position] == 0 { makeEvaluable(position) }
  }

  private mutating func makeEvaluable(_ position: Int) {
    states[position] = .evaluable
    evaluable.append(position)
  }

  /// A node whose inputs are all there, to be looked at: it may have a result already.
  mutating func nextToEvaluate() -> Int? {
    guard nextEvaluable < evaluable.count else { return nil }
    defer { nextEvaluable += 1 }
    return evaluable[nextEvaluable]
  }

  /// The node has a result.
  mutating func complete(_ position: Int) {
    leave(position, as: .done)
    for dependent in graph.dependents[position] where states[dependent] == .waiting {
      missing[dependent] -= 1
      if missing[dependent] == 0 { makeEvaluable(dependent) }
    }
  }

  /// The node has to be executed.
  mutating func makeReady(_ position: Int) {
    leave(position, as: .ready)
    // Longest path first, then as the graph has them: a total order, so that runs are alike. The first is at the end,
    // where it is taken off without moving the others.
    let index = ready.partitioningIndex { other in
      (pathCosts[position], other) < (pathCosts[other], position)
    }
    ready.insert(position, at: index)
  }

  /// A node that waits for the same key in other hands comes back.
  mutating func reconsider(_ position: Int) { makeEvaluable(position) }

  /// Takes the most urgent ready node that fits beside what runs; nil if there is none.
  mutating func nextToLaunch() -> Int? {
    guard let index = ready.lastIndex(where: { fits($0) }) else { return nil }
    let position = ready.remove(at: index)
    states[position] = .running
    runningCount += 1
    threadsInUse += threads(of: position)
    memoryInUse += memory(of: position)
    return position
  }

  /// The node cannot have a result. Everything that needs it is blocked.
  mutating func fail(_ position: Int) {
    leave(position, as: .failed)
    var pending = graph.dependents[position]
    while let next = pending.popLast() {
      guard states[next] == .waiting else { continue }
      states[next] = .blocked
      pending += graph.dependents[next]
    }
  }

  /// Threads a node gets: what it asks for, at most all.
  func threads(of position: Int) -> Int { min(graph.nodes[position].resources.threads, maxThreads) }

  var hasReady: Bool { !ready.isEmpty }
  var hasEvaluable: Bool { nextEvaluable < evaluable.count }
  var blocked: [Int] { selected.filter { states[$0] == .blocked } }
  /// Neither done nor failed nor blocked.
  var unfinished: [Int] {
    selected.filter { [.waiting, .evaluable, .ready, .running].contains(states[$0]) }
  }

  private func memory(of position: Int) -> Int { min(graph.nodes[position].resources.memoryMegabytes, maxMemory) }

  private func fits(_ position: Int) -> Bool {
    threadsInUse + threads(of: position) <= maxThreads && memoryInUse + memory(of: position) <= maxMemory
  }

  private mutating func leave(_ position: Int, as state: State) {
    if states[position] == .running {
      runningCount -= 1
      threadsInUse -= threads(of: position)
      memoryInUse -= memory(of: position)
    }
    states[position] = state
  }
}

extension Array where Element == Int {
  /// The first index whose element does not come before; the elements that do come first.
  fileprivate func partitioningIndex(where isAfter: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
