import Mustache

/// `text` as HTML character data or as an attribute's value in quotes.
///
/// Works on Unicode scalars: a quotation mark followed by a combining accent is one `Character` that is not "\"", and
/// would slip through an escape by characters. Scalars that HTML does not allow become U+FFFD.
func htmlEscaped(_ text: String) -> String {
  // Nearly all names and numbers are plain: letters, digits and signs of ASCII that mean nothing in HTML.
  guard !text.utf8.allSatisfy({ isPlain($0) }) else { return text }
  var result = String.UnicodeScalarView()
  var before: Unicode.Scalar?
  for scalar in text.unicodeScalars {
    defer { before = scalar }
    switch scalar {
    case "<": result.append(contentsOf: "&lt;".unicodeScalars)
    case ">": result.append(contentsOf: "&gt;".unicodeScalars)
    case "&": result.append(contentsOf: "&amp;".unicodeScalars)
    case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
    case "'": result.append(contentsOf: "&#39;".unicodeScalars)
    // A browser makes one line feed of a carriage return, with the line feed behind it if there is one.
    case "\r": result.append("\n")
    case "\n" where before == "\r": break
    case "\t", "\n": result.append(scalar)
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": result.append("\u{FFFD}")
    default: result.append(scalar)
    }
  }
  return String(result)
}

private func isPlain(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
  default: byte >= 0x20 && byte < 0x7F
  }
}

/// `text` as HTML character data, where quotation marks and apostrophes need no escape.
func htmlText(_ text: String) -> String {
  htmlEscaped(text).replacingBytes(of: "&quot;", with: "\"").replacingBytes(of: "&#39;", with: "'")
}

/// `text` as an element's id and as a fragment: letters, digits, `.`, `-`, `/` and `:` stay, everything else becomes
/// `_` and its code point, so that different names never meet.
func htmlIdentifier(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "/", ":": result.unicodeScalars.append(scalar)
    default: result += "_" + String(scalar.value, radix: 16) + "."
    }
  }
  return result.isEmpty ? "_" : result
}

/// Escapes what templates insert by `{{…}}`, by scalars; the library's own escape works by characters.
struct ScalarEscaping: MustacheContentType {
  static let name = "REPORT"

  func escapeText(_ text: String) -> String { htmlEscaped(text) }
}
