import Foundation

/// A setting as a component of a node's key: a stable name and the value in a canonical form.
public struct ConfigurationParameter: Sendable, Equatable, Hashable, Codable {
  /// Such as `training.optimiser.sgd.learningRate` or `dimensions[0]`.
  public let name: String
  /// JSON: a number in its shortest form, a string in quotes, `true`, `false`, `null`, or an empty `{}` or `[]`.
  public let value: String
}

/// Turns parts of a configuration into flat, sorted lists of parameters, one a leaf. Equal parts give equal lists, and
/// a changed setting changes the one parameter that a user would name.
public enum ConfigurationParameters {
  /// The parameters of a part of a configuration.
  ///
  /// - Parameters:
  ///   - part: for instance a ``Configuration/Training``.
  ///   - prefix: put before each name, with a dot: `training` gives `training.epochs`.
  /// - Returns: the leaves in ascending order of their names, compared as UTF-8.
  public static func list(_ part: some Encodable, prefix: String = "") throws -> [ConfigurationParameter] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let root = try JSONParser.parse(Array(try encoder.encode(part)), name: "parameters")
    var result: [ConfigurationParameter] = []
    try flatten(root, prefix, into: &result, encoder)
    return result.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  private static func flatten(
    _ node: JSONNode, _ name: String, into result: inout [ConfigurationParameter], _ encoder: JSONEncoder
  ) throws {
    let value: String
    switch node.value {
    case .object(let members) where !members.isEmpty:
      for member in members {
        try flatten(member.node, name.isEmpty ? member.name : "\(name).\(member.name)", into: &result, encoder)
      }
      return
    case .array(let elements) where !elements.isEmpty:
      for (index, element) in elements.enumerated() {
        try flatten(element, "\(name)[\(index)]", into: &result, encoder)
      }
      return
    case .object: value = "{}"
    case .array: value = "[]"
    case .null: value = "null"
    case .boolean(let flag): value = "\(flag)"
    case .number(let number): value = canonical(number)
    case .string(let text): value = String(decoding: try encoder.encode(text), as: UTF8.self)
    }
    result.append(ConfigurationParameter(name: name, value: value))
  }

  /// Whole numbers in digits, others as the shortest text that reads back as the same `Double`.
  private static func canonical(_ number: JSONNumber) -> String {
    if let integer = number.integer { return "\(integer)" }
    return number.double.map { "\($0)" } ?? number.text
  }
}
