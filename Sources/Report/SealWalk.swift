import Crypto
import Foundation

/// Reads a page, and nothing but a page as the templates of this module write one: comments, declarations, unclosed elements,
/// characters that are not escaped and the like are no part of such a page, and are named with the byte that they begin at.
///
/// So every tree has one spelling, and pages whose parts have the same digests are the same, to this program and to a
/// browser. What two such pages may differ by shows in no browser: a quotation mark or an apostrophe in text as itself or
/// as its entity, `<g></g>` for `<g/>` in a drawing, and whether a `details` is open.
struct SealWalk {
  /// What stands in an element that has the attribute `data-unsealed`: plain text, which the seal is, and is not about.
  struct Unsealed: Equatable {
    let element: String
    let identifier: String
    let content: String
  }

  private struct Open {
    let name: String
    let part: Int
    /// Whether it belongs to an `svg`, where elements may close themselves.
    let isDrawing: Bool
    let isUnsealed: Bool
  }

  /// What follows a piece of a part's canonical text. None of them may occur in a page, so that no piece can run into the
  /// next one.
  enum Mark {
    static let element: UInt8 = 1
    static let elementName: UInt8 = 2
    static let attributeName: UInt8 = 3
    static let attributeValue: UInt8 = 4
    static let content: UInt8 = 5
    static let end: UInt8 = 6
    static let part: UInt8 = 7
    static let partName: UInt8 = 8
  }

  private static let void: Set<String> = ["meta", "img", "source", "input", "br", "hr", "link", "wbr"]
  private static let raw: Set<String> = ["script", "style"]
  /// Attributes that are there or not, and have no value.
  private static let boolean: Set<String> = ["checked", "data-unsealed", "disabled", "hidden", "open"]
  /// A browser moves white space about that stands directly in these. It is a line end between elements, and in no digest.
  private static let frame: Set<String> = ["html", "head", "body"]

  private let bytes: [UInt8]
  private var at = 0
  /// The canonical text of each part.
  private var texts: [[UInt8]] = []
  private var names: [String] = []
  private var stack: [Open] = []
  private(set) var unsealed: [Unsealed] = []

  init(_ page: String) { bytes = Array(page.utf8) }

  /// - Throws: the first thing that has no place in a page.
  mutating func parts() throws(PageProblem) -> [PageSeal.Part] {
    guard takes("<!DOCTYPE html>\n") else { throw problem(0, "a page that does not begin with <!DOCTYPE html>") }
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "<") { try tag() } else { try text() }
    }
    if let open = stack.last { throw problem(at, "an end within <\(open.name)>") }
    guard !names.isEmpty else { throw problem(at, "an end without any element") }
    guard bytes.last == 10 else { throw problem(at, "a last line without its end") }
    return zip(names, texts).map { PageSeal.Part(name: $0, digest: PageSeal.hexadecimal(SHA256.hash(data: $1))) }
  }

  private func problem(_ byte: Int, _ what: String) -> PageProblem {
    PageProblem(byte: byte, part: stack.last.map { names[$0.part] }, what: what)
  }

  // MARK: Canonical text

  private mutating func append(_ text: some Sequence<UInt8>, _ mark: UInt8, to part: Int) {
    texts[part].append(contentsOf: text)
    texts[part].append(mark)
  }

  // MARK: Text

  private mutating func text() throws(PageProblem) {
    let start = at
    while at < bytes.count, bytes[at] != UInt8(ascii: "<") { at += 1 }
    let text = bytes[start..<at]
    guard let open = stack.last else {
      if at < bytes.count || !text.elementsEqual([10]) { throw problem(start, "text outside of the page's element") }
      return
    }
    if Self.frame.contains(open.name) {
      if !text.elementsEqual([10]) { throw problem(start, "text directly within <\(open.name)>") }
      return
    }
    let content = try decoded(start..<at)
    if open.isUnsealed { return leaveOut(content) }
    texts[open.part].append(contentsOf: content)
  }

  private mutating func leaveOut(_ content: [UInt8]) {
    guard let last = unsealed.popLast() else { return }
    unsealed.append(
      Unsealed(
        element: last.element, identifier: last.identifier,
        content: last.content + String(decoding: content, as: UTF8.self)))
  }

  private static let entities: [(name: [UInt8], value: UInt8)] = [
    ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&#39;", "'"),
  ].map { (Array($0.0.utf8), $0.1.utf8.first ?? 0) }

  /// Text or a value with its entities replaced.
  private func decoded(_ range: Range<Int>) throws(PageProblem) -> [UInt8] {
    try refuseControls(range)
    guard
      bytes[range].contains(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "<") })
    else { return Array(bytes[range]) }
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      switch bytes[index] {
      case UInt8(ascii: "&"):
        guard let entity = Self.entities.first(where: { bytes[index..<range.upperBound].starts(with: $0.name) }) else {
          throw problem(index, "an ampersand that begins none of the entities of a page")
        }
        result.append(entity.value)
        index += entity.name.count
      case UInt8(ascii: "<"), UInt8(ascii: ">"): throw problem(index, "an angle bracket that is not escaped")
      default:
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  /// Marks of the canonical text, and what a browser replaces or drops: control characters but tab and line feed.
  private func refuseControls(_ range: Range<Int>) throws(PageProblem) {
    for index in range {
      let byte = bytes[index]
      let isControl =
        byte < 0x20
        ? byte != 9 && byte != 10
        // U+0080 to U+009F are two bytes, of which the first is this one.
        : byte == 0x7F || (byte == 0xC2 && index + 1 < range.upperBound && bytes[index + 1] < 0xA0)
      if isControl {
        let code = String(byte == 0xC2 ? bytes[index + 1] : byte, radix: 16, uppercase: true)
        throw problem(index, "the control character U+00\(code.count == 1 ? "0" : "")\(code)")
      }
    }
  }

  // MARK: Tags

  private mutating func tag() throws(PageProblem) {
    let start = at
    if starts("<!--") { throw problem(start, "a comment") }
    if starts("<![CDATA[") { throw problem(start, "a CDATA section") }
    if starts("<!") { throw problem(start, "a declaration") }
    if starts("<?") { throw problem(start, "a processing instruction") }
    if starts("</") { return try close() }
    if stack.last?.isUnsealed == true { throw problem(start, "an element in what the seal leaves out") }
    try beginsLine(start)
    at += 1
    let name = word()
    guard !name.isEmpty else { throw problem(start, "an angle bracket that is not escaped") }
    guard !stack.isEmpty || (names.isEmpty && name == "html") else {
      throw problem(start, "an element outside of the page's element")
    }
    var attributes: [(name: String, value: [UInt8])] = []
    while !takes(">") {
      if starts("/>") {
        guard name == "svg" || stack.last?.isDrawing == true else {
          throw problem(at, "an element of HTML that closes itself")
        }
        at += 2
        return try open(name, attributes, isEmpty: true, from: start)
      }
      guard takes(" ") else { throw problem(at, "what stands in the tag <\(name)>") }
      let place = at
      let next = try attribute()
      guard !attributes.contains(where: { $0.name == next.name }) else {
        throw problem(place, "a second attribute \(next.name)")
      }
      attributes.append(next)
    }
    try open(name, attributes, isEmpty: Self.void.contains(name), from: start)
  }

  /// A line end that stands directly in the frame is in no digest, so that it has to be there and to be one.
  private func beginsLine(_ start: Int) throws(PageProblem) {
    guard let open = stack.last, Self.frame.contains(open.name) else { return }
    if bytes[start - 1] != 10 { throw problem(start, "a tag within <\(open.name)> that begins no line") }
  }

  private mutating func close() throws(PageProblem) {
    let start = at
    guard let open = stack.last else { throw problem(start, "an end tag without its element") }
    try beginsLine(start)
    guard takes("</\(open.name)>") else { throw problem(start, "an end tag other than </\(open.name)>") }
    stack.removeLast()
    texts[open.part].append(Mark.end)
  }

  private mutating func open(
    _ name: String, _ attributes: [(name: String, value: [UInt8])], isEmpty: Bool, from start: Int
  ) throws(PageProblem) {
    var part = stack.last?.part ?? -1
    if let sealed = attributes.first(where: { $0.name == "data-seal" }) {
      if part >= 0 {
        texts[part].append(Mark.part)
        append(sealed.value, Mark.partName, to: part)
      }
      part = texts.count
      texts.append([])
      names.append(String(decoding: sealed.value, as: UTF8.self))
    }
    // The first element is a part, so that whatever no other part holds is of that one.
    guard part >= 0 else { throw problem(start, "a page whose first element is no part of its seal") }
    texts[part].append(Mark.element)
    append(name.utf8, Mark.elementName, to: part)
    for attribute in attributes where !(name == "details" && attribute.name == "open") {
      append(attribute.name.utf8, Mark.attributeName, to: part)
      append(attribute.value, Mark.attributeValue, to: part)
    }
    texts[part].append(Mark.content)
    if isEmpty { return texts[part].append(Mark.end) }
    let isUnsealed = attributes.contains { $0.name == "data-unsealed" }
    if isUnsealed {
      let identifier = attributes.first { $0.name == "id" }?.value ?? []
      unsealed.append(Unsealed(element: name, identifier: String(decoding: identifier, as: UTF8.self), content: ""))
    }
    stack.append(
      Open(name: name, part: part, isDrawing: name == "svg" || stack.last?.isDrawing == true, isUnsealed: isUnsealed))
    if Self.raw.contains(name) {
      try rawText(of: name, isUnsealed ? nil : part)
    } else if name == "pre" {
      // A browser drops the line end that begins it.
      guard takes("\n") else { throw problem(at, "a <pre> that does not begin with a line end") }
    }
  }

  /// What a browser takes as it is, up to the end tag.
  private mutating func rawText(of name: String, _ part: Int?) throws(PageProblem) {
    let start = at
    let end = Array("</\(name)".utf8)
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "<") {
        if starts("<!--") { throw problem(at, "a comment") }
        let isEnd =
          at + end.count <= bytes.count && zip(end, bytes[at..<at + end.count]).allSatisfy { $0 == Self.lowercased($1) }
        if isEnd { break }
      }
      at += 1
    }
    try refuseControls(start..<at)
    if let part { texts[part].append(contentsOf: bytes[start..<at]) } else { leaveOut(Array(bytes[start..<at])) }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  private mutating func attribute() throws(PageProblem) -> (name: String, value: [UInt8]) {
    let place = at
    let name = word()
    guard !name.isEmpty else { throw problem(place, "an attribute without a name") }
    guard takes("=\"") else {
      guard Self.boolean.contains(name) else { throw problem(place, "the attribute \(name) without a quoted value") }
      return (name, [])
    }
    guard !Self.boolean.contains(name) else { throw problem(place, "the attribute \(name) with a value") }
    let start = at
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += 1 }
    guard at < bytes.count else { throw problem(place, "an attribute \(name) without its end") }
    let value = try decoded(start..<at)
    at += 1
    return (name, value)
  }

  // MARK: Bytes

  private mutating func word() -> String {
    let start = at
    while at < bytes.count, Self.isNameByte(bytes[at]) { at += 1 }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func takes(_ text: String) -> Bool {
    guard starts(text) else { return false }
    at += text.utf8.count
    return true
  }

  private func starts(_ text: String) -> Bool {
    var index = at
    for byte in text.utf8 {
      guard index < bytes.count, bytes[index] == byte else { return false }
      index += 1
    }
    return true
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
