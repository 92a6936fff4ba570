/// A JSON value that knows where it was written.
struct JSONNode: Sendable, Equatable {
  indirect enum Value: Sendable, Equatable {
    case null
    case boolean(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONNode])
    /// In the order of the text; names are distinct.
    case object([JSONMember])
  }

  var value: Value
  var location: SourceLocation

  /// The member of this object with this name, if this is an object and has one.
  func member(_ name: String) -> JSONMember? {
    guard case .object(let members) = value else { return nil }
    return members.first { $0.name == name }
  }

  /// What this is, for a sentence that says what should stand there instead.
  var summary: String {
    switch value {
    case .null: "null"
    case .boolean(let flag): "\(flag)"
    case .number(let number): "the number \(shortened(number.text))"
    case .string(let text): "the string \"\(shortened(text))\""
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// A name and its value in an object.
struct JSONMember: Sendable, Equatable {
  let name: String
  let nameLocation: SourceLocation
  var node: JSONNode
}

/// A number as it was written. JSON sets no limit to digits and exponents; the reader of a setting does.
struct JSONNumber: Sendable, Equatable {
  let text: String

  /// The nearest `Double`; `nil` where the number is too large for any.
  var double: Double? {
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// The number as `Int` where it is whole and exactly representable; `3.0` and `3e2` count as whole.
  var integer: Int? {
    Int(text) ?? double.flatMap { $0.magnitude <= 0x1p53 ? Int(exactly: $0) : nil }
  }
}
