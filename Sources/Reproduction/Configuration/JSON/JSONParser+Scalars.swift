// Strings, numbers and the three words of JSON.

extension JSONParser {
  mutating func string() throws(ConfigurationError) -> String {
    let start = offset
    offset += 1
    var result: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: result, as: UTF8.self)
      case UInt8(ascii: "\\"):
        result.append(contentsOf: String(try escape()).utf8)
      case 0x0A, 0x0D:
        throw error(at: offset, "the line ends inside a string; close it with '\"'")
      case 0..<0x20:
        throw error(at: offset, "a control character cannot stand in a string; write it as an escape like \\t")
      default:
        result.append(byte)
        offset += 1
      }
    }
    throw error(at: start, "the file ends inside the string that starts here; close it with '\"'")
  }

  private mutating func escape() throws(ConfigurationError) -> Unicode.Scalar {
    let start = offset
    offset += 1
    guard let byte = peek else { throw error(at: start, "the file ends inside a string") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{08}"
    case UInt8(ascii: "f"): return "\u{0C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicodeEscape(from: start)
    default:
      offset -= 1
      let character = found
      throw error(at: start, "a backslash must not stand before \(character) in a string; write '\\\\' for a backslash")
    }
  }

  private mutating func unicodeEscape(from start: Int) throws(ConfigurationError) -> Unicode.Scalar {
    let unit = try hexadecimal(from: start)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    if (0xD800..<0xDC00).contains(unit), take("\\"), take("u") {
      let low = try hexadecimal(from: start)
      if (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
      {
        return scalar
      }
    }
    throw error(at: start, "a \\u escape of a surrogate must be one of a pair")
  }

  private mutating func hexadecimal(from start: Int) throws(ConfigurationError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw error(at: start, "\\u must be followed by four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  mutating func number() throws(ConfigurationError) -> JSONNumber {
    let start = offset
    let isNegative = take("-")
    if isNegative, peek == UInt8(ascii: "I") { return try refuseInfinity(from: start) }
    let integerStart = offset
    skipDigits()
    guard offset > integerStart else { throw error(at: start, "a '-' must be followed by a digit") }
    if text.bytes[integerStart] == UInt8(ascii: "0"), offset - integerStart > 1 {
      throw error(at: start, "a number must not start with a needless zero")
    }
    if take(".") {
      let fraction = offset
      skipDigits()
      guard offset > fraction else { throw error(at: start, "a decimal point must be followed by a digit") }
    }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      let exponent = offset
      skipDigits()
      guard offset > exponent else { throw error(at: start, "the exponent of a number needs a digit") }
    }
    return JSONNumber(text: String(decoding: text.bytes[start..<offset], as: UTF8.self))
  }

  private mutating func refuseInfinity(from start: Int) throws(ConfigurationError) -> JSONNumber {
    throw error(at: start, "-Infinity is not a JSON number; write a finite one")
  }

  private mutating func skipDigits() {
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
  }

  mutating func literal() throws(ConfigurationError) -> JSONNode {
    let start = offset
    let location = text.location(of: start)
    while let byte = peek, Self.isWordByte(byte) { offset += 1 }
    let word = String(decoding: text.bytes[start..<offset], as: UTF8.self)
    switch word {
    case "null": return JSONNode(value: .null, location: location)
    case "true": return JSONNode(value: .boolean(true), location: location)
    case "false": return JSONNode(value: .boolean(false), location: location)
    case "": throw error(at: start, unexpected)
    case "NaN", "Infinity": throw error(at: start, "\(word) is not a JSON number; write a finite one")
    default:
      let nearest = nearestName(to: word, among: ["true", "false", "null"])
      let hint = nearest.map { "did you mean '\($0)'?" } ?? "a string needs double quotes"
      throw error(at: start, "'\(shortened(word))' is not a JSON value; \(hint)")
    }
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    let scalar = Character(Unicode.Scalar(byte))
    return byte < 0x80 && (scalar.isLetter || scalar.isNumber || byte == UInt8(ascii: "_"))
  }

  private var unexpected: String {
    switch peek {
    case UInt8(ascii: "'"): "expected a value, found \"'\"; a string needs double quotes"
    case UInt8(ascii: "."): "expected a value, found '.'; a number needs a digit before its decimal point"
    case UInt8(ascii: "+"): "expected a value, found '+'; a number must not start with a plus sign"
    default: "expected a value, found \(found)"
    }
  }
}
