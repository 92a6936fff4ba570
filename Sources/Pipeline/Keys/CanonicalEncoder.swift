/// Writes values in one unambiguous form: each string is preceded by its length in bytes, each collection by its count.
/// Two different sequences of calls never give the same bytes (they would have to differ first in a tag or a length).
public struct CanonicalEncoder: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {
    bytes.reserveCapacity(256)
  }

  private mutating func append(tag: Unicode.Scalar) {
    bytes.append(UInt8(truncatingIfNeeded: tag.value))
  }

  /// In decimal digits, with what ends it.
  private mutating func append(digits number: Int, end: Unicode.Scalar) {
    if number >= 0 && number < 10 {
      bytes.append(48 + UInt8(number))
    } else {
      var text = String(number)
      text.withUTF8 { bytes.append(contentsOf: $0) }
    }
    append(tag: end)
  }

  public mutating func append(_ string: String) {
    append(tag: "s")
    append(digits: string.utf8.count, end: ":")
    bytes.append(contentsOf: string.utf8)
  }

  public mutating func append(_ integer: Int) {
    append(tag: "i")
    append(digits: integer, end: ";")
  }

  public mutating func append(_ digest: Digest) {
    append(tag: "h")
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { digits in
      digest.writeHex(to: digits)
      bytes.append(contentsOf: digits)
    }
  }

  /// Opens a list of `count` elements, which are appended next.
  public mutating func beginList(count: Int) {
    append(tag: "l")
    append(digits: count, end: ";")
  }

  public mutating func append(_ value: ParameterValue) {
    switch value {
    case .null: append(tag: "n")
    case .bool(let flag): append(tag: flag ? "t" : "f")
    case .int(let integer): append(integer)
    case .double(let number):
      if let integer = ParameterValue.exactInteger(number) {
        append(integer)
      } else {
        append(tag: "d")
        bytes.append(contentsOf: (number.isNaN ? "nan" : String(number.bitPattern, radix: 16)).utf8)
        append(tag: ";")
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
    append(tag: "o")
    append(digits: members.count, end: ";")
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      append(name)
      append(value)
    }
  }

  public var digest: Digest { bytes.withUnsafeBytes { Digest(of: $0) } }
}
