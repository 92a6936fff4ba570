import Foundation

/// The tags and texts of an XML document in order, without its declaration, document type, comments and processing
/// instructions. It takes whatever it is given: what does not close runs to the end.
struct XMLPieces: Sequence, IteratorProtocol {
  enum Piece {
    case text(String)
    /// Values are as in the source, their entities not replaced.
    case opening(name: String, attributes: [(name: String, value: String)], isEmpty: Bool)
    case closing(name: String)
  }

  private var rest: Substring

  init(_ source: String) { rest = Substring(source) }

  mutating func next() -> Piece? {
    while !rest.isEmpty {
      if rest.hasPrefix("<!--") {
        skip(past: "-->")
      } else if rest.hasPrefix("<![CDATA[") {
        rest = rest.dropFirst(9)
        let end = rest.range(of: "]]>")
        let text = String(rest[..<(end?.lowerBound ?? rest.endIndex)])
        rest = end.map { rest[$0.upperBound...] } ?? ""
        return .text(text.replacing("&", with: "&amp;"))
      } else if rest.hasPrefix("<?") || rest.hasPrefix("<!") {
        skip(past: ">")
      } else if rest.hasPrefix("</") {
        let name = String(rest.dropFirst(2).prefix { $0 != ">" }).trimmingCharacters(in: .whitespacesAndNewlines)
        skip(past: ">")
        return .closing(name: name)
      } else if rest.first == "<" {
        return openingTag()
      } else {
        let text = rest.prefix { $0 != "<" }
        // A "<" with an accent is not the `Character` "<": take it as text.
        rest = rest[text.endIndex...]
        return .text(String(text))
      }
    }
    return nil
  }

  private mutating func skip(past end: String) {
    rest = rest.range(of: end).map { rest[$0.upperBound...] } ?? ""
  }

  private mutating func openingTag() -> Piece {
    rest = rest.dropFirst()
    let name = take { !$0.isWhitespace && $0 != ">" && $0 != "/" }
    var attributes: [(name: String, value: String)] = []
    while true {
      rest = rest.drop { $0.isWhitespace }
      guard let first = rest.first else { return .opening(name: name, attributes: attributes, isEmpty: true) }
      if first == ">" {
        rest = rest.dropFirst()
        return .opening(name: name, attributes: attributes, isEmpty: false)
      }
      if first == "/" {
        rest = rest.dropFirst()
        if rest.first == ">" {
          rest = rest.dropFirst()
          return .opening(name: name, attributes: attributes, isEmpty: true)
        }
        continue
      }
      let attribute = take { !$0.isWhitespace && $0 != "=" && $0 != ">" && $0 != "/" }
      rest = rest.drop { $0.isWhitespace }
      guard rest.first == "=" else {
        // Without "=" and without a name nothing would be taken, for ever.
        if attribute.isEmpty { rest = rest.dropFirst() }
        continue
      }
      rest = rest.dropFirst().drop { $0.isWhitespace }
      if let quote = rest.first, quote == "\"" || quote == "'" {
        rest = rest.dropFirst()
        attributes.append((attribute, take { $0 != quote }))
        rest = rest.dropFirst()
      } else {
        attributes.append((attribute, take { !$0.isWhitespace && $0 != ">" }))
      }
    }
  }

  private mutating func take(while condition: (Character) -> Bool) -> String {
    let taken = rest.prefix(while: condition)
    rest = rest[taken.endIndex...]
    return String(taken)
  }
}
