/// Writes values in one unambiguous form: each string is preceded by its length in bytes, each collection by its count.
/// Two different sequences of calls never give the same text (they would have to differ first in a tag or a length).
///
/// The form is text because in an unoptimised build strings are the fastest thing there is: their operations are compiled
/// into the standard library, whereas those of arrays of bytes are generic.
public struct CanonicalEncoder: Sendable {
  public private(set) var text = ""

  public init() {}

  public mutating func append(_ string: String) {
    text += "s"
    text += String(string.utf8.count)
    text += ":"
    text += string
  }

  public mutating func append(_ integer: Int) {
    text += "i"
    text += String(integer)
    text += ";"
  }

  public mutating func append(_ digest: Digest) {
    text += "h"
    text += digest.hex
  }

  /// Opens a list of `count` elements, which are appended next.
  public mutating func beginList(count: Int) {
    text += "l"
    text += String(count)
    text += ";"
  }

  public mutating func append(_ value: ParameterValue) {
    switch value {
    case .null: text += "n"
    case .bool(let flag): text += flag ? "t" : "f"
    case .int(let integer): append(integer)
    case .double(let number):
      if let integer = ParameterValue.exactInteger(number) {
        append(integer)
      } else {
        text += "d"
        text += number.isNaN ? "nan" : String(number.bitPattern, radix: 16)
        text += ";"
      }
    case .string(let string): append(string)
    case .array(let elements):
      beginList(count: elements.count)
      for element in elements { append(element) }
    case .object(let members): append(members)
    }
  }

  /// Members in the order of their names' bytes.
  public mutating func append(_ members: [String: ParameterValue]) {
    text += "o"
    text += String(members.count)
    text += ";"
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      append(name)
      append(value)
    }
  }

  /// Takes over what another encoder wrote.
  mutating func append(encoded other: String) {
    text += other
  }

  public var digest: Digest { Digest(of: text) }
}
