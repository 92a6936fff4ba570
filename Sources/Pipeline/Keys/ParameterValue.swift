import Foundation

/// A parameter of a node: what JSON can say. An integral `double` and the equal `int` are the same parameter (they have the
/// same canonical form), since JSON does not tell `1` from `1.0`.
public indirect enum ParameterValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([ParameterValue])
  case object([String: ParameterValue])

  /// The integer equal to `number`, where there is one that a `Double` holds exactly (−0 has none: it is another value).
  static func exactInteger(_ number: Double) -> Int? {
    guard number.rounded() == number, abs(number) < 9_007_199_254_740_992, !(number == 0 && number.sign == .minus)
    else { return nil }
    return Int(number)
  }

  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  public var arrayValue: [ParameterValue]? { if case .array(let value) = self { value } else { nil } }
  public var objectValue: [String: ParameterValue]? { if case .object(let value) = self { value } else { nil } }

  public var intValue: Int? {
    switch self {
    case .int(let value): value
    case .double(let value): Self.exactInteger(value)
    default: nil
    }
  }

  public var doubleValue: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// The value on one line, as JSON with sorted names. What `why` shows, and what a key component holds.
  public var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .double(let value): Self.exactInteger(value).map { String($0) } ?? (value.isNaN ? "nan" : "\(value)")
    case .string(let value): Self.quoted(value)
    case .array(let elements): "[" + elements.map(\.text).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { Self.quoted($0.key) + ": " + $0.value.text }.joined(separator: ", ")
        + "}"
    }
  }

  private static func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 32:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension ParameterValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: ParameterValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, ParameterValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}

extension ParameterValue: Codable {
  /// JSON has no infinities, no NaN and no −0 (it reads back as the integer): they travel as `{"$number": "inf"}`.
  private static let numberName = "$number"

  private static func needsName(_ number: Double) -> Bool {
    !number.isFinite || (number == 0 && number.sign == .minus)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .int(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([ParameterValue].self) {
      self = .array(value)
    } else {
      let members = try container.decode([String: ParameterValue].self)
      if members.count == 1, case .string(let text)? = members[Self.numberName], let number = Double(text),
        Self.needsName(number)
      {
        self = .double(number)
      } else {
        self = .object(members)
      }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .double(let value):
      if Self.needsName(value) {
        try container.encode([Self.numberName: "\(value)"])
      } else {
        try container.encode(value)
      }
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
