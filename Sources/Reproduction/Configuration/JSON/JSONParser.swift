/// Reads JSON strictly as RFC 8259 has it, and remembers where everything stood.
///
/// Beyond the grammar it refuses what the RFC leaves open and what is always a mistake in a configuration: a byte
/// order mark, an object with the same name twice, half a surrogate pair, and nesting deeper than
/// ``maximumDepth``. It stops at the first error.
struct JSONParser {
  /// How deep arrays and objects may be nested. The parser is recursive: the limit keeps it off the end of the stack.
  static let maximumDepth = 100

  var text: SourceText
  var offset = 0
  private var depth = 0

  private init(_ text: SourceText) {
    self.text = text
  }

  /// The tree of a text.
  ///
  /// - Parameters:
  ///   - bytes: the text in UTF-8.
  ///   - name: the file's name for error messages.
  ///   - location: where set, the place to report for all of it, in place of lines and columns.
  static func parse(
    _ bytes: [UInt8], name: String, location: SourceLocation? = nil
  ) throws(ConfigurationError) -> JSONNode {
    var parser = JSONParser(SourceText(bytes, name: name, fixedLocation: location))
    try parser.checkEncoding()
    parser.skipSpace()
    guard parser.offset < bytes.count else {
      throw parser.error(at: 0, "the file is empty; it must hold a JSON object")
    }
    let root = try parser.value()
    parser.skipSpace()
    guard parser.offset == bytes.count else {
      throw parser.error(at: parser.offset, "\(parser.found) stands after the end of the JSON value; remove it")
    }
    return root
  }

  private mutating func checkEncoding() throws(ConfigurationError) {
    if text.bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw error(at: 0, "the file starts with a byte order mark; save it as UTF-8 without one")
    }
    if text.bytes.starts(with: [0xFF, 0xFE]) || text.bytes.starts(with: [0xFE, 0xFF]) {
      throw error(at: 0, "the file is encoded as UTF-16; save it as UTF-8")
    }
    if let invalid = text.firstInvalidByte {
      throw error(at: invalid, "the text is not valid UTF-8 here; save the file as UTF-8")
    }
  }

  // MARK: Values

  mutating func value() throws(ConfigurationError) -> JSONNode {
    let start = offset
    guard let byte = peek else { throw error(at: offset, "the file ends where a value should stand") }
    switch byte {
    case UInt8(ascii: "{"): return try nested(Self.object)
    case UInt8(ascii: "["): return try nested(Self.array)
    case UInt8(ascii: "\""):
      let location = text.location(of: start)
      return JSONNode(value: .string(try string()), location: location)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      let location = text.location(of: start)
      return JSONNode(value: .number(try number()), location: location)
    default: return try literal()
    }
  }

  private mutating func nested(
    _ read: (inout JSONParser) throws(ConfigurationError) -> JSONNode
  ) throws(ConfigurationError) -> JSONNode {
    guard depth < Self.maximumDepth else {
      throw error(at: offset, "arrays and objects are nested more than \(Self.maximumDepth) deep")
    }
    depth += 1
    let node = try read(&self)
    depth -= 1
    return node
  }

  private static func array(_ parser: inout JSONParser) throws(ConfigurationError) -> JSONNode {
    let location = parser.text.location(of: parser.offset)
    parser.offset += 1
    var elements: [JSONNode] = []
    parser.skipSpace()
    if parser.take("]") { return JSONNode(value: .array(elements), location: location) }
    while true {
      elements.append(try parser.value())
      guard try parser.separator(closing: "]", of: "array", openedAt: location) else {
        return JSONNode(value: .array(elements), location: location)
      }
    }
  }

  private static func object(_ parser: inout JSONParser) throws(ConfigurationError) -> JSONNode {
    let location = parser.text.location(of: parser.offset)
    parser.offset += 1
    var members: [JSONMember] = []
    var seen: [String: SourceLocation] = [:]
    parser.skipSpace()
    if parser.take("}") { return JSONNode(value: .object(members), location: location) }
    while true {
      let start = parser.offset
      guard parser.peek == UInt8(ascii: "\"") else {
        throw parser.error(at: start, "expected a key in double quotes, found \(parser.found)")
      }
      let nameLocation = parser.text.location(of: start)
      let name = try parser.string()
      if let first = seen.updateValue(nameLocation, forKey: name) {
        throw parser.error(at: start, "the key '\(shortened(name))' is given twice, first at \(first); remove one")
      }
      parser.skipSpace()
      guard parser.take(":") else {
        throw parser.error(
          at: parser.offset, "expected ':' after the key '\(shortened(name))', found \(parser.found)")
      }
      parser.skipSpace()
      members.append(JSONMember(name: name, nameLocation: nameLocation, node: try parser.value()))
      guard try parser.separator(closing: "}", of: "object", openedAt: location) else {
        return JSONNode(value: .object(members), location: location)
      }
    }
  }

  /// Reads what follows an element: true after a comma, false after the closing bracket.
  private mutating func separator(
    closing: Unicode.Scalar, of container: String, openedAt start: SourceLocation
  ) throws(ConfigurationError) -> Bool {
    skipSpace()
    if take(closing) { return false }
    let comma = offset
    guard take(",") else {
      if peek == nil { throw error(at: offset, "the file ends inside the \(container) opened at \(start)") }
      throw error(at: offset, "expected ',' or '\(closing)' in the \(container) opened at \(start), found \(found)")
    }
    skipSpace()
    if peek == UInt8(ascii: closing) {
      throw error(at: comma, "a comma must not stand before '\(closing)'; remove it")
    }
    if peek == nil { throw error(at: offset, "the file ends inside the \(container) opened at \(start)") }
    return true
  }

  // MARK: Characters

  var peek: UInt8? { offset < text.bytes.count ? text.bytes[offset] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: scalar) else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  /// The character at the cursor, for an error message.
  var found: String {
    guard let byte = peek else { return "the end of the file" }
    if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "#") {
      return "'\(Unicode.Scalar(byte))' (JSON has no comments)"
    }
    let scalar = String(decoding: text.bytes[offset..<min(offset + 4, text.bytes.count)], as: UTF8.self).unicodeScalars
      .first
    return "'\(shortened(scalar.map { String($0) } ?? ""))'"
  }

  mutating func error(at offset: Int, _ message: String) -> ConfigurationError {
    ConfigurationError(.syntax, at: text.location(of: offset), message)
  }
}
