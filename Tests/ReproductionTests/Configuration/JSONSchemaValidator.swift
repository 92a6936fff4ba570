import Foundation

@testable import Reproduction

/// As much of JSON Schema (draft 2020-12) as `paper/pipeline.schema.json` uses. A keyword that it does not know is an
/// error, so that none is passed over in silence.
struct JSONSchemaValidator {
  struct UnknownKeyword: Error { let keyword: String }

  let root: JSONNode

  func accepts(_ value: JSONNode) throws -> Bool { try accepts(value, root) }

  /// - Parameter schema: a part of the schema, such as one of its definitions.
  func accepts(_ value: JSONNode, against schema: JSONNode) throws -> Bool { try accepts(value, schema) }

  private func accepts(_ value: JSONNode, _ schema: JSONNode) throws -> Bool {
    if case .boolean(let answer) = schema.value { return answer }
    guard case .object(let keywords) = schema.value else { throw UnknownKeyword(keyword: schema.text) }
    for keyword in keywords {
      guard try satisfies(value, keyword, of: schema) else { return false }
    }
    return true
  }

  private func satisfies(_ value: JSONNode, _ keyword: JSONMember, of schema: JSONNode) throws -> Bool {
    let argument = keyword.node
    switch keyword.name {
    case "$schema", "$defs", "title", "description", "default", "then": return true
    case "$ref": return try accepts(value, definition(argument))
    case "type": return argument.elements.isEmpty ? has(value, argument) : argument.elements.contains { has(value, $0) }
    case "enum": return argument.elements.contains { equal($0, value) }
    case "const": return equal(argument, value)
    case "anyOf": return try argument.elements.contains { try accepts(value, $0) }
    case "oneOf": return try argument.elements.filter { try accepts(value, $0) }.count == 1
    case "allOf": return try argument.elements.allSatisfy { try accepts(value, $0) }
    case "if":
      guard let then = schema.member("then") else { throw UnknownKeyword(keyword: "if without then") }
      return try !accepts(value, argument) || accepts(value, then.node)
    case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
      guard case .number(let number) = value.value else { return true }
      return within(number, keyword.name, argument)
    case "minLength", "pattern":
      guard case .string(let text) = value.value else { return true }
      return keyword.name == "pattern"
        ? text.range(of: argument.string, options: .regularExpression) != nil
        : Double(text.unicodeScalars.count) >= argument.double
    case "items", "minItems", "maxItems", "uniqueItems":
      guard case .array(let elements) = value.value else { return true }
      return try satisfies(elements, keyword)
    case "properties", "required", "additionalProperties", "propertyNames", "minProperties":
      guard case .object(let members) = value.value else { return true }
      return try satisfies(members, keyword, of: schema)
    default: throw UnknownKeyword(keyword: keyword.name)
    }
  }

  private func satisfies(_ elements: [JSONNode], _ keyword: JSONMember) throws -> Bool {
    switch keyword.name {
    case "items": try elements.allSatisfy { try accepts($0, keyword.node) }
    case "minItems": Double(elements.count) >= keyword.node.double
    case "maxItems": Double(elements.count) <= keyword.node.double
    default: elements.indices.allSatisfy { i in !elements[..<i].contains { equal($0, elements[i]) } }
    }
  }

  private func satisfies(_ members: [JSONMember], _ keyword: JSONMember, of schema: JSONNode) throws -> Bool {
    switch keyword.name {
    case "properties":
      return try members.allSatisfy { member in
        try keyword.node.member(member.name).map { try accepts(member.node, $0.node) } ?? true
      }
    case "required": return keyword.node.elements.allSatisfy { name in members.contains { $0.name == name.string } }
    case "additionalProperties":
      let named = schema.member("properties")?.node
      return try members.allSatisfy { try named?.member($0.name) != nil || accepts($0.node, keyword.node) }
    case "propertyNames":
      return try members.allSatisfy { member in
        try accepts(JSONNode(value: .string(member.name), location: member.nameLocation), keyword.node)
      }
    default: return Double(members.count) >= keyword.node.double
    }
  }

  private func definition(_ reference: JSONNode) throws -> JSONNode {
    let name = String(reference.string.dropFirst("#/$defs/".count))
    guard let found = root.member("$defs")?.node.member(name) else { throw UnknownKeyword(keyword: reference.text) }
    return found.node
  }

  private func has(_ value: JSONNode, _ type: JSONNode) -> Bool {
    switch (type.string, value.value) {
    case ("null", .null), ("boolean", .boolean), ("string", .string), ("array", .array), ("object", .object),
      ("number", .number):
      true
    case ("integer", .number(let number)): number.double.map { $0 == $0.rounded() } ?? true
    default: false
    }
  }

  private func within(_ number: JSONNumber, _ keyword: String, _ limit: JSONNode) -> Bool {
    let value = number.double ?? (number.text.hasPrefix("-") ? -.infinity : .infinity)
    switch keyword {
    case "minimum": return value >= limit.double
    case "maximum": return value <= limit.double
    case "exclusiveMinimum": return value > limit.double
    default: return value < limit.double
    }
  }

  private func equal(_ first: JSONNode, _ second: JSONNode) -> Bool {
    switch (first.value, second.value) {
    case (.number(let a), .number(let b)): a.double == b.double
    case (.string(let a), .string(let b)): a == b
    case (.boolean(let a), .boolean(let b)): a == b
    case (.null, .null): true
    default: first.text == second.text
    }
  }
}

extension JSONNode {
  var elements: [JSONNode] { if case .array(let elements) = value { elements } else { [] } }
  var members: [JSONMember] { if case .object(let members) = value { members } else { [] } }
  var string: String { if case .string(let text) = value { text } else { "" } }
  var double: Double { if case .number(let number) = value { number.double ?? .nan } else { .nan } }
}
