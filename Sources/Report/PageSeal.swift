import Crypto
import Foundation

/// Digests of the parts of a page, carried by the page itself, so that a changed byte can be named: by a script in the
/// browser, and from the command line.
///
/// A part is an element with the attribute `data-seal`, which names it. Its digest is SHA-256 over what a browser makes of
/// it: the element's name, its attributes by name, its text with entities replaced, and so on for its children; a part within
/// it is represented by its name. What has the attribute `data-unsealed` is left out: the seal itself stands there. `page.js` computes the same from the document.
public struct PageSeal: Sendable, Equatable {
  public struct Part: Sendable, Equatable {
    public let name: String
    /// SHA-256 in hexadecimal digits.
    public let digest: String
  }

  /// In the order in which they begin.
  public let parts: [Part]

  static let marker = "<!-- seal -->"
  static let rootMarker = "<!-- seal root -->"

  init(parts: [Part]) { self.parts = parts }

  /// Computes the parts of a page.
  public init(of page: String) {
    var walk = SealWalk(page)
    parts = walk.parts()
  }

  /// One digest over all of them.
  public var root: String {
    Self.sha256(parts.map { "\($0.digest) \($0.name)\n" }.joined())
  }

  static func sha256(_ text: String) -> String { hexadecimal(SHA256.hash(data: Data(text.utf8))) }

  /// `page` with its seal in the places that the template keeps for it.
  public static func sealed(_ page: String) -> String {
    let seal = PageSeal(of: page)
    return page.replacingBytes(of: rootMarker, with: seal.root).replacingBytes(of: marker, with: seal.json)
  }

  /// What differs between a page and the seal that it carries, a sentence each; empty where nothing does.
  public static func problems(of page: String) -> [String] {
    guard let carried = PageSeal(carriedBy: page) else { return ["The page carries no seal that can be read."] }
    let found = PageSeal(of: page)
    var problems: [String] = []
    for (index, part) in carried.parts.enumerated() where index < found.parts.count {
      if found.parts[index].name != part.name {
        problems.append("Where “\(part.name)” was, there is “\(found.parts[index].name)”.")
        return problems
      }
      if found.parts[index].digest != part.digest {
        problems.append(
          "“\(part.name)” was changed: its SHA-256 is \(found.parts[index].digest) and was \(part.digest).")
      }
    }
    if found.parts.count < carried.parts.count {
      problems.append("“\(carried.parts[found.parts.count].name)” is gone.")
    }
    if found.parts.count > carried.parts.count {
      problems.append("“\(found.parts[carried.parts.count].name)” was added.")
    }
    if page.contains("<code id=\"seal-root\""),
      !page.contains("<code id=\"seal-root\" data-unsealed>\(carried.root)</code>")
    {
      problems.append("The digest that the page shows for its seal is not \(carried.root).")
    }
    return problems
  }

  // MARK: The seal in the page

  private struct Document: Codable {
    struct Entry: Codable {
      let name: String
      let sha256: String
    }
    let parts: [Entry]
  }

  private static let opening = "<script type=\"application/json\" id=\"seal\">"

  private init?(carriedBy page: String) {
    guard let start = page.range(of: Self.opening, options: .backwards),
      let end = page.range(of: "</script>", range: start.upperBound..<page.endIndex),
      let document = try? JSONDecoder().decode(
        Document.self, from: Data(page[start.upperBound..<end.lowerBound].utf8))
    else { return nil }
    parts = document.parts.map { Part(name: $0.name, digest: $0.sha256) }
  }

  /// Without `<`, so that no name can end the element that holds it.
  private var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = Document(parts: parts.map { Document.Entry(name: $0.name, sha256: $0.digest) })
    guard let data = try? encoder.encode(document) else { return "{}" }
    return String(decoding: data, as: UTF8.self).replacing("<", with: "\\u003c")
  }

  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// As a Content-Security-Policy names what may run: `sha256-…`.
  static func policySource(_ text: String) -> String {
    "sha256-" + Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
  }
}
