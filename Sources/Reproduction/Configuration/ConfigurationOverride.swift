/// A `--set path=value` argument: a change to the tree before it is decoded.
struct ConfigurationOverride {
  let argument: String
  private let path: String
  private let steps: [String]
  private let replacement: JSONNode

  private var location: SourceLocation { .argument(argument) }

  init(_ argument: String) throws(ConfigurationError) {
    self.argument = argument
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      throw ConfigurationError(
        .syntax, at: .argument(argument), "expected a path, '=' and a value, such as profiles.quick.seeds=[0,1]")
    }
    path = String(argument[..<equals])
    let text = argument[argument.index(after: equals)...]
    // JSON where it is JSON, so that `seeds=[0,1]` and `width=16` work; else the text itself, so that
    // `primaryReading=backbone` needs no quotes inside the quotes of a shell.
    do {
      replacement = try JSONParser.parse(Array(text.utf8), name: argument, location: .argument(argument))
    } catch {
      replacement = JSONNode(value: .string(String(text)), location: .argument(argument))
    }
    guard let steps = Self.steps(of: path) else {
      throw ConfigurationError(
        .syntax, at: .argument(argument),
        "'\(shortened(path))' is not a path; join keys by dots and write elements of an array as [0]")
    }
    self.steps = steps
  }

  func apply(to root: inout JSONNode) throws(ConfigurationError) {
    try set(&root, at: 0, pathSoFar: "")
  }

  /// The keys and indices of a path: `a.b[0].c` and `a.b.0.c` are the same.
  private static func steps(of path: String) -> [String]? {
    var steps: [String] = []
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
      guard let bracket = part.firstIndex(of: "[") else {
        steps.append(String(part))
        continue
      }
      if bracket != part.startIndex { steps.append(String(part[..<bracket])) }
      var rest = part[bracket...]
      while let open = rest.first {
        guard open == "[", let close = rest.firstIndex(of: "]") else { return nil }
        let index = rest[rest.index(after: rest.startIndex)..<close]
        guard !index.isEmpty, index.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        steps.append(String(index))
        rest = rest[rest.index(after: close)...]
      }
    }
    return steps.contains("") ? nil : steps
  }

  private func set(_ node: inout JSONNode, at depth: Int, pathSoFar: String) throws(ConfigurationError) {
    guard depth < steps.count else {
      node = replacement
      return
    }
    let step = steps[depth]
    let subject = pathSoFar.isEmpty ? "the configuration" : "'\(pathSoFar)'"
    switch node.value {
    case .object(var members):
      let name = pathSoFar.isEmpty ? step : "\(pathSoFar).\(step)"
      if let index = members.firstIndex(where: { $0.name == step }) {
        try set(&members[index].node, at: depth + 1, pathSoFar: name)
      } else if depth == steps.count - 1 {
        // A setting that the file leaves to its default. Whether there is such a key is the decoder's to say.
        members.append(JSONMember(name: step, nameLocation: location, node: replacement))
      } else {
        let hint = suggestion(for: step, among: members.map(\.name), called: "keys there")
        throw ConfigurationError(.content, at: location, "\(subject) has no key '\(shortened(step))'\(hint)")
      }
      node.value = .object(members)
    case .array(var elements):
      guard let index = Int(step) else {
        throw ConfigurationError(
          .content, at: location,
          "\(subject) is an array; choose one of its elements by number, not '\(shortened(step))'")
      }
      guard elements.indices.contains(index) else {
        throw ConfigurationError(
          .content, at: location, "\(subject) has no element \(index); its \(elements.count) are counted from 0")
      }
      try set(&elements[index], at: depth + 1, pathSoFar: "\(pathSoFar)[\(index)]")
      node.value = .array(elements)
    default:
      throw ConfigurationError(
        .content, at: location, "\(subject) is \(node.summary) and has no '\(shortened(step))' in it")
    }
  }
}
