extension Graph {
  /// The nodes that match any of the patterns, in topological order, without what they need (see `closure(of:)`).
  /// - Throws: `GraphError.noMatch` for a pattern that matches nothing, with the nearest name.
  public func select(_ patterns: [String]) throws(GraphError) -> [NodeID] {
    var selected = [Bool](repeating: false, count: nodes.count)
    for text in patterns {
      let pattern = NodePattern(text)
      var found = false
      for (position, node) in nodes.enumerated() where pattern.matches(node.id) {
        selected[position] = true
        found = true
      }
      if !found { throw .noMatch(pattern: text, nearest: nearest(to: text)) }
    }
    return selected.indices.filter { selected[$0] }.map { nodes[$0].id }
  }

  /// The node of that name.
  /// - Throws: `GraphError.noNode` with the nearest name.
  public func node(named text: String) throws(GraphError) -> NodeID {
    if let id = try? NodeID(text), indices[id] != nil { return id }
    throw .noNode(text, nearest: nearest(to: text))
  }

  /// The node whose name was meant, as far as that can be guessed: see `NearestNode`.
  public func nearest(to text: String) -> NodeID? {
    NearestNode.find(text, among: nodes.lazy.map(\.id.text)).map(NodeID.init(trusted:))
  }
}
