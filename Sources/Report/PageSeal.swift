import Crypto
import Foundation

/// Digests of the parts of a page, carried by the page itself, so that a changed byte can be named: by a script in the
/// browser, and from the command line.
///
/// A part is an element with the attribute `data-seal`, which names it; the page's own element is the first, and has all that
/// no other part has. The digest of a part is SHA-256 over what a browser makes of it, in which every piece is followed by a
/// mark that no piece may hold (`SealWalk.Mark`): for each element U+0001, its name U+0002, its attributes in their order as
/// name U+0003 and value U+0004, then U+0005, its content and U+0006. In the content text stands as it is, with its
/// entities replaced, and a part as U+0007 and its name U+0008. What is in an element with the attribute `data-unsealed` is
/// left out: the seal itself stands there. `check.js` computes the same from the document.
///
/// A seal says that a page is what somebody sealed, not who that was: its root has to be compared with one that came
/// another way.
public struct PageSeal: Sendable, Equatable {
  public struct Part: Sendable, Equatable {
    public let name: String
    /// SHA-256 in hexadecimal digits.
    public let digest: String
  }

  /// Of the canonical text and of the root. Format 1 had no marks between names, values and text, and left out what is in
  /// no part.
  public static let format = 2

  /// In the order in which they begin.
  public let parts: [Part]

  static let marker = "<!-- seal -->"
  static let rootMarker = "<!-- seal root -->"

  init(parts: [Part]) { self.parts = parts }

  /// Computes the parts of a page.
  ///
  /// - Throws: what has no place in a page of this module.
  public init(of page: String) throws(PageProblem) {
    var walk = SealWalk(page)
    parts = try walk.parts()
  }

  /// One digest over all of them.
  public var root: String {
    Self.sha256("repro seal \(Self.format)\n" + parts.map { "\($0.digest) \($0.name)\n" }.joined())
  }

  static func sha256(_ text: String) -> String { hexadecimal(SHA256.hash(data: Data(text.utf8))) }

  /// `page` with its seal in the places that the template keeps for it.
  ///
  /// - Throws: `PageProblem` where it is not as the templates write one.
  public static func sealed(_ page: String) throws -> String { try seal(page).page }

  /// The same, with the root of the seal.
  ///
  /// - Throws: `PageProblem` where it is not as the templates write one.
  public static func seal(_ page: String) throws -> (page: String, root: String) {
    // The digests leave out what stands in these places.
    let bare = page.replacingBytes(of: rootMarker, with: "").replacingBytes(of: marker, with: "")
    let seal = try PageSeal(of: bare)
    let json = try seal.json()
    let root = seal.root
    return (page.replacingBytes(of: rootMarker, with: root).replacingBytes(of: marker, with: json), root)
  }

  /// The root that a page shows as its own, without asking whether it is: for a page that was just laid out. Nil where it
  /// shows none.
  public static func shownRoot(of page: String) -> String? {
    page.bytes(behind: rootOpening, count: 64).flatMap { $0.utf8.allSatisfy(isHexadecimal) ? $0 : nil }
  }

  /// What stands before the root in a page.
  static let rootOpening = "<code id=\"seal-root\" data-unsealed>"

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  /// The root of the seal that a page carries, which is to be compared with one that came another way; nil where the page is
  /// not what it was sealed as.
  public static func root(of page: String) -> String? {
    guard let seal = try? PageSeal(of: page), problems(of: page).isEmpty else { return nil }
    return seal.root
  }

  /// What differs between a page and the seal that it carries, a sentence each; empty where nothing does.
  public static func problems(of page: String) -> [String] {
    var walk = SealWalk(page)
    let found: PageSeal
    do throws(PageProblem) {
      found = PageSeal(parts: try walk.parts())
    } catch {
      return [page.contains(firstOpening) ? Self.format1 : error.description]
    }
    guard let text = walk.unsealed.last(where: { $0.element == "script" && $0.identifier == "seal" })?.content,
      let document = try? JSONDecoder().decode(Document.self, from: Data(text.utf8))
    else { return ["The page carries no seal that can be read."] }
    guard document.format == format else {
      return ["The page is sealed in format \(document.format ?? 1), of which this program knows \(format) only."]
    }
    let carried = PageSeal(parts: document.parts.map { Part(name: $0.name, digest: $0.sha256) })
    var problems = found.differences(from: carried)
    if (try? carried.json()).map({ Array($0.utf8) != Array(text.utf8) }) ?? true {
      problems.append("The seal that the page carries is not written as this program writes one.")
    }
    for shown in walk.unsealed where shown.element != "script" && shown.content != carried.root {
      problems.append("The digest that the page shows for its seal is not \(carried.root).")
    }
    return problems
  }

  private static let firstOpening = "<script type=\"application/json\" id=\"seal\">"
  private static let format1 =
    "The page is sealed in format 1, in which pages that differ could have the same seal: lay it out again by repro all."

  private func differences(from carried: PageSeal) -> [String] {
    var problems: [String] = []
    for (part, now) in zip(carried.parts, parts) {
      guard now.name == part.name else {
        return problems + ["Where “\(part.name)” was, there is “\(now.name)”."]
      }
      if now.digest != part.digest {
        problems.append("“\(part.name)” was changed: its SHA-256 is \(now.digest) and was \(part.digest).")
      }
    }
    if parts.count < carried.parts.count { problems.append("“\(carried.parts[parts.count].name)” is gone.") }
    if parts.count > carried.parts.count { problems.append("“\(parts[carried.parts.count].name)” was added.") }
    return problems
  }

  // MARK: The seal in the page

  private struct Document: Codable {
    struct Entry: Codable {
      let name: String
      let sha256: String
    }
    let format: Int?
    let parts: [Entry]
  }

  /// Without `<`, so that no name can end the element that holds it.
  private func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = Document(
      format: Self.format, parts: parts.map { Document.Entry(name: $0.name, sha256: $0.digest) })
    return String(decoding: try encoder.encode(document), as: UTF8.self).replacing("<", with: "\\u003c")
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
