/// What determines a node's result, in one digest: two nodes with the same key have the same result.
public struct Key: Hashable, Sendable, Codable, CustomStringConvertible {
  public let digest: Digest

  public init(_ digest: Digest) {
    self.digest = digest
  }

  public var hex: String { digest.hex }
  public var description: String { digest.hex }

  public init(from decoder: any Decoder) throws {
    digest = try Digest(from: decoder)
  }

  public func encode(to encoder: any Encoder) throws {
    try digest.encode(to: encoder)
  }
}

/// One part of what a key is made of, as the ledger keeps it so that `why` can name the one that changed.
public struct KeyComponent: Hashable, Sendable, Codable {
  /// `stage`, `version`, `outputs`, `parameters.optimizer.learningRate`, `inputs.data`.
  public let name: String
  /// JSON text of a parameter, digest of an input.
  public let value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// The digest of the value: an input's own digest, else that of its text.
  public var digest: Digest {
    (name.hasPrefix("inputs.") ? Digest(hex: value) : nil) ?? Digest(of: value)
  }
}

/// Everything that enters the key of one node. Attempt numbers, host, thread count, paths and times do not: they are
/// provenance.
public struct KeyMaterial: Sendable {
  public let node: Node
  public let stageVersion: Int
  /// The digest of each input of `node`, in the order of `node.inputs`.
  public let inputDigests: [Digest]

  public init(node: Node, stageVersion: Int, inputDigests: [Digest]) {
    precondition(inputDigests.count == node.inputs.count)
    self.node = node
    self.stageVersion = stageVersion
    self.inputDigests = inputDigests
  }

  public var key: Key { Self.key(of: node, stageVersion: stageVersion, inputDigests: inputDigests) }

  /// The key without the material, where only that is wanted.
  static func key(of node: Node, stageVersion: Int, inputDigests: [Digest]) -> Key {
    var encoder = CanonicalEncoder()
    node.encodeForKey(&encoder)
    encoder.append(stageVersion)
    encoder.beginList(count: inputDigests.count)
    for index in inputDigests.indices {
      encoder.append(node.inputs[index].name)
      encoder.append(inputDigests[index])
    }
    return Key(encoder.digest)
  }

  /// The same, one row each. Parameters appear under dotted paths; equal components mean an equal key and the reverse.
  public var components: [KeyComponent] {
    Self.ownComponents(node: node, stageVersion: stageVersion)
      + zip(node.inputs, inputDigests).map { KeyComponent(name: "inputs." + $0.name, value: $1.hex) }
  }

  /// The components that are known before the inputs are.
  static func ownComponents(node: Node, stageVersion: Int) -> [KeyComponent] {
    var rows = [
      KeyComponent(name: "stage", value: node.stage),
      KeyComponent(name: "version", value: String(stageVersion)),
      KeyComponent(name: "outputs", value: ParameterValue.array(node.outputs.map { .string($0) }).text),
    ]
    for (name, value) in node.parameters.sorted(by: { $0.key < $1.key }) {
      flatten(value, path: "parameters." + escaped(name), into: &rows)
    }
    return rows
  }

  /// An object becomes one row a member; an array stays one row unless something in it has members of its own.
  private static func flatten(_ value: ParameterValue, path: String, into rows: inout [KeyComponent]) {
    switch value {
    case .object(let members) where !members.isEmpty:
      for (name, member) in members.sorted(by: { $0.key < $1.key }) {
        flatten(member, path: path + "." + escaped(name), into: &rows)
      }
    case .array(let elements) where elements.contains(where: \.isCollection):
      for (index, element) in elements.enumerated() {
        flatten(element, path: path + "[\(index)]", into: &rows)
      }
    default:
      rows.append(KeyComponent(name: path, value: value.text))
    }
  }

  /// A name with dots or brackets of its own must not look like a path.
  private static func escaped(_ name: String) -> String {
    guard name.utf8.contains(where: { $0 == 0x2E || $0 == 0x5B || $0 == 0x5C }) else { return name }
    return name.reduce(into: "") { result, character in
      if character == "." || character == "[" || character == "\\" { result.append("\\") }
      result.append(character)
    }
  }
}

extension ParameterValue {
  fileprivate var isCollection: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }
}
