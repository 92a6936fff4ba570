/// Bytes with a cursor that finds line and column of growing offsets in one pass over the text.
struct SourceText {
  let name: String
  let bytes: [UInt8]
  /// Where set, every place is reported as this: the text is an argument and not a file.
  let fixedLocation: SourceLocation?

  private var cursor = 0
  private var line = 1
  private var column = 1

  init(_ bytes: [UInt8], name: String, fixedLocation: SourceLocation? = nil) {
    self.bytes = bytes
    self.name = name
    self.fixedLocation = fixedLocation
  }

  /// The place of the byte at `offset`. Offsets must not fall from one call to the next, or the text is read again
  /// from its start.
  mutating func location(of offset: Int) -> SourceLocation {
    if let fixedLocation { return fixedLocation }
    if offset < cursor {
      cursor = 0
      line = 1
      column = 1
    }
    while cursor < min(offset, bytes.count) {
      let byte = bytes[cursor]
      let endsLine =
        byte == UInt8(ascii: "\n")
        || (byte == UInt8(ascii: "\r") && !(cursor + 1 < bytes.count && bytes[cursor + 1] == UInt8(ascii: "\n")))
      if endsLine {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        // Continuation bytes of UTF-8 belong to the scalar before them.
        column += 1
      }
      cursor += 1
    }
    return .file(name: name, line: line, column: column)
  }

  /// The offset of the first byte that is not UTF-8, or `nil` where all of it is.
  var firstInvalidByte: Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    var iterator = bytes.makeIterator()
    var parser = Unicode.UTF8.ForwardParser()
    var offset = 0
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let scalar): offset += scalar.count
      case .error, .emptyInput: return offset
      }
    }
  }
}
