/// Nodes that have been checked against each other: names are unique, inputs exist, nothing needs itself.
public struct Graph: Sendable {
  /// In topological order: inputs before what uses them, otherwise as given.
  public let nodes: [Node]
  let indices: [NodeID: Int]
  /// For each node, the positions of the nodes its inputs come from, in the order of its inputs (nil for raw files).
  let sources: [[Int?]]
  /// Distinct positions of the nodes that inputs come from.
  private let upstream: [[Int]]
  /// Distinct positions of the direct dependents.
  let dependents: [[Int]]

  /// Checks nodes and puts them into topological order.
  ///
  /// - Parameter given: in any order; nodes that do not need each other stay in it.
  /// - Throws: `GraphError` for a name that occurs twice or is no path, an input from a node or output that does not exist,
  ///   and a cycle.
  public init(_ given: [Node]) throws(GraphError) {
    var positions: [NodeID: Int] = [:]
    positions.reserveCapacity(given.count)
    for (position, node) in given.enumerated() {
      if positions.updateValue(position, forKey: node.id) != nil { throw .duplicateNode(node.id) }
      try Self.checkNames(of: node)
    }

    var sources: [[Int?]] = []
    sources.reserveCapacity(given.count)
    var upstream: [[Int]] = []
    upstream.reserveCapacity(given.count)
    var downstream = [[Int]](repeating: [], count: given.count)
    for position in given.indices {
      let mine = try Self.sources(of: given[position], in: given, positions)
      var distinct: [Int] = []
      for case let source? in mine where !distinct.contains(source) {
        distinct.append(source)
        downstream[source].append(position)
      }
      sources.append(mine)
      upstream.append(distinct)
    }

    let order = try Self.topologicalOrder(given, upstream: upstream, downstream: downstream)
    var newPosition = [Int](repeating: 0, count: given.count)
    for (new, old) in order.enumerated() { newPosition[old] = new }

    nodes = order.map { given[$0] }
    dependents = order.map { old in downstream[old].map { newPosition[$0] } }
    self.upstream = order.map { old in upstream[old].map { newPosition[$0] } }
    self.sources = order.map { old in sources[old].map { $0.map { newPosition[$0] } } }
    indices = positions.mapValues { newPosition[$0] }
  }

  /// For each input of a node, the position of the node it comes from; nil for raw files.
  private static func sources(
    of node: Node, in given: [Node], _ positions: [NodeID: Int]
  ) throws(GraphError) -> [Int?] {
    var sources: [Int?] = []
    sources.reserveCapacity(node.inputs.count)
    for input in node.inputs {
      guard let id = input.source.node else {
        sources.append(nil)
        continue
      }
      guard let source = positions[id] else {
        throw .unknownInput(node: node.id, input: input.name, upstream: id)
      }
      if case .output(_, let name) = input.source, !declares(given[source].outputs, name) {
        throw .unknownOutput(
          node: node.id, input: input.name, upstream: id, output: name, declared: given[source].outputs)
      }
      sources.append(source)
    }
    return sources
  }

  public subscript(id: NodeID) -> Node? { indices[id].map { nodes[$0] } }

  public var ids: [NodeID] { nodes.map(\.id) }

  /// The nodes whose outputs `id` reads, without repeats.
  public func inputs(of id: NodeID) -> [NodeID] {
    guard let index = indices[id] else { return [] }
    return upstream(of: index).map { nodes[$0].id }
  }

  /// The given nodes and every node they need, in topological order.
  public func closure(of ids: [NodeID]) -> [NodeID] {
    closure(of: ids.compactMap { indices[$0] }).map { nodes[$0].id }
  }

  func closure(of positions: [Int]) -> [Int] {
    var seen = [Bool](repeating: false, count: nodes.count)
    var pending = positions
    while let next = pending.popLast() {
      if seen[next] { continue }
      seen[next] = true
      pending.append(contentsOf: upstream[next])
    }
    return seen.indices.filter { seen[$0] }
  }

  func upstream(of position: Int) -> [Int] { upstream[position] }

  private static func declares(_ outputs: [String], _ name: String) -> Bool {
    outputs.contains(name) || outputs.contains { $0.hasSuffix("/") && name.hasPrefix($0) }
  }

  private static func checkNames(of node: Node) throws(GraphError) {
    for position in node.inputs.indices.dropFirst() where node.inputs[position].name == node.inputs[position - 1].name {
      throw .duplicateInput(node: node.id, input: node.inputs[position].name)
    }
    for (position, output) in node.outputs.enumerated() {
      let path = output.hasSuffix("/") ? String(output.dropLast()) : output
      guard isPlainPath(path), position == 0 || node.outputs[position - 1] != output else {
        throw .invalidOutput(node: node.id, output: output)
      }
    }
  }

  /// Relative, and nowhere `.`, `..` or empty.
  static func isPlainPath(_ path: String) -> Bool {
    !path.isEmpty && !path.utf8.contains(0)
      && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { $0 != "" && $0 != "." && $0 != ".." }
  }

  private static func topologicalOrder(
    _ nodes: [Node], upstream: [[Int]], downstream: [[Int]]
  ) throws(GraphError) -> [Int] {
    var missing = upstream.map(\.count)
    var order = missing.indices.filter { missing[$0] == 0 }
    var next = 0
    while next < order.count {
      for dependent in downstream[order[next]] {
        missing[dependent] -= 1
        if missing[dependent] == 0 { order.append(dependent) }
      }
      next += 1
    }
    guard order.count == nodes.count else {
      throw .cycle(findCycle(missing: missing, upstream: upstream).map { nodes[$0].id })
    }
    return order
  }

  /// What is left after Kahn's algorithm has a cycle upstream of every node: walk up until a node comes round again.
  private static func findCycle(missing: [Int], upstream: [[Int]]) -> [Int] {
    var path: [Int] = []
    var current = missing.firstIndex { $0 > 0 }
    while let node = current {
      if let start = path.firstIndex(of: node) { return path[start...].reversed() }
      path.append(node)
      current = upstream[node].first { missing[$0] > 0 }
    }
    return path
  }
}
