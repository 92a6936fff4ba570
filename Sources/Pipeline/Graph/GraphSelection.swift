/// A pattern for node names. `*` stands for anything within a segment, `**` for anything, `?` for one character, `[…]` for
/// one of a set; and a pattern that matches the first segments of a name matches the name: `train/cifar10` takes all below.
public struct NodePattern: Hashable, Sendable {
  public let text: String
  private let characters: [Character]

  public init(_ text: String) {
    self.text = text
    characters = Array(text.hasSuffix("/") ? String(text.dropLast()) : text)
  }

  public func matches(_ id: NodeID) -> Bool {
    Self.matches(characters[...], Array(id.text)[...])
  }

  private static func matches(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty || name.first == "/" }
    let rest = pattern.dropFirst()
    switch first {
    case "*":
      let isDeep = rest.first == "*"
      let remaining = isDeep ? rest.drop { $0 == "*" } : rest
      var tail = name
      while true {
        if matches(remaining, tail) { return true }
        guard let character = tail.first, isDeep || character != "/" else { return false }
        tail = tail.dropFirst()
      }
    case "?":
      guard let character = name.first, character != "/" else { return false }
      return matches(rest, name.dropFirst())
    case "[":
      guard let end = rest.firstIndex(of: "]"), let character = name.first else { return false }
      return contains(rest[..<end], character) && matches(rest[(end + 1)...], name.dropFirst())
    default:
      return name.first == first && matches(rest, name.dropFirst())
    }
  }

  /// Members of a `[…]` set: characters and ranges, all the others where it begins with `!`.
  private static func contains(_ set: ArraySlice<Character>, _ character: Character) -> Bool {
    let isNegated = set.first == "!"
    var members = isNegated ? set.dropFirst() : set
    var found = false
    while let low = members.popFirst() {
      if members.first == "-", let high = members.dropFirst().first {
        found = found || (low <= character && character <= high)
        members = members.dropFirst(2)
      } else {
        found = found || low == character
      }
    }
    return found != isNegated
  }
}

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
