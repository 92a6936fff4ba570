import Foundation

extension ParameterValue {
  /// Any `Encodable` value as a parameter: what its JSON says, without writing and reading any, since a graph of many nodes
  /// encodes the settings of each.
  ///
  /// - Throws: `EncodingError` for infinities and NaN, which JSON does not have, and what the value throws.
  public init(encoding value: some Encodable) throws {
    self = try ParameterEncoder.encode(value, path: [])
  }
}

/// An `Encoder` whose output are parameter values.
private final class ParameterEncoder: Encoder {
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]
  private var content: Content?

  enum Content {
    case value(ParameterValue)
    case members(Members)
    case elements(Elements)
  }

  final class Members {
    var entries: [String: Slot] = [:]
  }

  final class Elements {
    var entries: [Slot] = []
  }

  /// A value, or an encoder that a value is still being written to.
  enum Slot {
    case value(ParameterValue)
    case encoder(ParameterEncoder)
    case members(Members)
    case elements(Elements)

    var value: ParameterValue {
      switch self {
      case .value(let value): value
      case .encoder(let encoder): encoder.value
      case .members(let members): .object(members.entries.mapValues(\.value))
      case .elements(let elements): .array(elements.entries.map(\.value))
      }
    }
  }

  init(path: [any CodingKey]) {
    codingPath = path
  }

  var value: ParameterValue {
    switch content {
    case .value(let value): value
    case .members(let members): Slot.members(members).value
    case .elements(let elements): Slot.elements(elements).value
    // What encodes nothing is an empty object in JSON.
    case nil: .object([:])
    }
  }

  static func encode(_ value: some Encodable, path: [any CodingKey]) throws -> ParameterValue {
    switch value {
    case let value as ParameterValue: return value
    case let value as String: return .string(value)
    case let value as Bool: return .bool(value)
    case let value as Double: return try number(value, path)
    case let value as Float: return try number(value, path)
    case let value as any BinaryInteger & Encodable: return integer(value)
    // JSON has forms of its own for these.
    case let value as URL: return .string(value.absoluteString)
    case let value as Data: return .string(value.base64EncodedString())
    case let value as Decimal: return try number((value as NSDecimalNumber).doubleValue, path)
    default:
      let encoder = ParameterEncoder(path: path)
      try value.encode(to: encoder)
      return encoder.value
    }
  }

  static func integer(_ value: some BinaryInteger) -> ParameterValue {
    Int(exactly: value).map { .int($0) } ?? .double(Double(value))
  }

  /// As JSON's text reads back: an integral number is an integer, and a `Float` is what its shortest digits say.
  static func number<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    _ value: Number, _ path: [any CodingKey]
  ) throws -> ParameterValue {
    guard value.isFinite, let number = Double("\(value)") else {
      throw EncodingError.invalidValue(
        value, EncodingError.Context(codingPath: path, debugDescription: "\(value) cannot be a parameter"))
    }
    return Int(exactly: number).map { .int($0) } ?? .double(number)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    let members: Members
    if case .members(let begun)? = content { members = begun } else { members = Members() }
    content = .members(members)
    return KeyedEncodingContainer(Keyed<Key>(codingPath: codingPath, members: members))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    let elements: Elements
    if case .elements(let begun)? = content { elements = begun } else { elements = Elements() }
    content = .elements(elements)
    return Unkeyed(codingPath: codingPath, elements: elements)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

  private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let codingPath: [any CodingKey]
    let members: Members

    mutating func encodeNil(forKey key: Key) throws { members.entries[key.stringValue] = .value(.null) }

    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
      members.entries[key.stringValue] = .value(try ParameterEncoder.encode(value, path: codingPath + [key]))
    }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      let nested = Members()
      members.entries[key.stringValue] = .members(nested)
      return KeyedEncodingContainer(Keyed<Nested>(codingPath: codingPath + [key], members: nested))
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      let nested = Elements()
      members.entries[key.stringValue] = .elements(nested)
      return Unkeyed(codingPath: codingPath + [key], elements: nested)
    }

    mutating func superEncoder() -> any Encoder { nestedEncoder("super") }
    mutating func superEncoder(forKey key: Key) -> any Encoder { nestedEncoder(key.stringValue) }

    private func nestedEncoder(_ name: String) -> any Encoder {
      let encoder = ParameterEncoder(path: codingPath)
      members.entries[name] = .encoder(encoder)
      return encoder
    }
  }

  private struct Unkeyed: UnkeyedEncodingContainer {
    let codingPath: [any CodingKey]
    let elements: Elements
    var count: Int { elements.entries.count }

    mutating func encodeNil() throws { elements.entries.append(.value(.null)) }

    mutating func encode(_ value: some Encodable) throws {
      elements.entries.append(.value(try ParameterEncoder.encode(value, path: codingPath)))
    }

    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy keyType: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
      let nested = Members()
      elements.entries.append(.members(nested))
      return KeyedEncodingContainer(Keyed<Nested>(codingPath: codingPath, members: nested))
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
      let nested = Elements()
      elements.entries.append(.elements(nested))
      return Unkeyed(codingPath: codingPath, elements: nested)
    }

    mutating func superEncoder() -> any Encoder {
      let encoder = ParameterEncoder(path: codingPath)
      elements.entries.append(.encoder(encoder))
      return encoder
    }
  }

  private struct Single: SingleValueEncodingContainer {
    let encoder: ParameterEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    mutating func encodeNil() throws { encoder.content = .value(.null) }

    mutating func encode(_ value: some Encodable) throws {
      encoder.content = .value(try ParameterEncoder.encode(value, path: codingPath))
    }
  }
}
