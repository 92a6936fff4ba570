import Crypto
import Foundation

/// Reads a page as a browser would, as far as pages of this module go: every element is closed or void, every attribute's
/// value is quoted or absent. Over bytes: a page has millions of them.
struct SealWalk {
  private struct Open {
    let name: String
    /// Where the canonical text of the part goes that the element is in; -1 outside all parts.
    let part: Int
  }

  private static let void: Set<String> = ["meta", "img", "source", "input", "br", "hr", "link", "wbr"]
  private static let raw: Set<String> = ["script", "style"]

  private let bytes: [UInt8]
  private var at = 0
  private var hashes: [SHA256] = []
  private var names: [String] = []
  private var stack: [Open] = []

  init(_ page: String) { bytes = Array(page.utf8) }

  mutating func parts() -> [PageSeal.Part] {
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "<") { tag() } else { text() }
    }
    return zip(names, hashes).map { PageSeal.Part(name: $0, digest: PageSeal.hexadecimal($1.finalize())) }
  }

  private var current: Int { stack.last?.part ?? -1 }

  private mutating func append(_ data: some DataProtocol, to part: Int) {
    if part >= 0 { hashes[part].update(data: data) }
  }

  private mutating func text() {
    let start = at
    while at < bytes.count, bytes[at] != UInt8(ascii: "<") { at += 1 }
    if current >= 0 { append(Self.decoded(bytes[start..<at]), to: current) }
  }

  private mutating func skip(past end: StaticString) {
    let count = end.utf8CodeUnitCount
    while at < bytes.count {
      if at + count <= bytes.count, (0..<count).allSatisfy({ bytes[at + $0] == end.utf8Start[$0] }) {
        at += count
        return
      }
      at += 1
    }
  }

  private mutating func tag() {
    if starts("<!--") { return skip(past: "-->") }
    if starts("<!") { return skip(past: ">") }
    if starts("</") {
      skip(past: ">")
      if let open = stack.popLast() { append([UInt8(4)], to: open.part) }
      return
    }
    at += 1
    let name = word { Self.isNameByte($0) }
    var attributes: [(name: String, value: [UInt8])] = []
    var isSelfClosed = false
    while at < bytes.count, bytes[at] != UInt8(ascii: ">") {
      if bytes[at] == UInt8(ascii: "/") {
        isSelfClosed = true
        at += 1
      } else if let attribute = attribute() {
        attributes.append(attribute)
      } else {
        at += 1
      }
    }
    at += 1
    open(name, attributes, isEmpty: isSelfClosed || Self.void.contains(name))
  }

  private mutating func open(_ name: String, _ attributes: [(name: String, value: [UInt8])], isEmpty: Bool) {
    var part = current
    if let sealed = attributes.first(where: { $0.name == "data-seal" }) {
      append([UInt8(5)] + sealed.value, to: part)
      part = hashes.count
      hashes.append(SHA256())
      names.append(String(decoding: sealed.value, as: UTF8.self))
    }
    if part >= 0 {
      append([UInt8(1)] + Array(name.utf8), to: part)
      for attribute in attributes.sorted(by: { $0.name < $1.name })
      where !(name == "details" && attribute.name == "open") {
        append([UInt8(2)] + Array(attribute.name.utf8) + [3], to: part)
        append(attribute.value, to: part)
      }
    }
    if isEmpty { return append([UInt8(4)], to: part) }
    if attributes.contains(where: { $0.name == "data-unsealed" }) {
      append([UInt8(4)], to: part)
      part = -1
    }
    if Self.raw.contains(name) {
      let start = at
      while at < bytes.count, !starts("</") || !starts("</" + name) { at += 1 }
      append(Self.newlines(bytes[start..<at]), to: part)
    } else if name == "pre", at < bytes.count, bytes[at] == 10 {
      // A browser drops the line end that begins it.
      at += 1
    }
    stack.append(Open(name: name, part: part))
  }

  private mutating func attribute() -> (name: String, value: [UInt8])? {
    let name = word { Self.isNameByte($0) }
    guard !name.isEmpty else { return nil }
    guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "="), bytes[at + 1] == UInt8(ascii: "\"") else {
      return (name, [])
    }
    at += 2
    let start = at
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += 1 }
    defer { at += 1 }
    return (name, Self.decoded(bytes[start..<at]))
  }

  private mutating func word(while condition: (UInt8) -> Bool) -> String {
    let start = at
    while at < bytes.count, condition(bytes[at]) { at += 1 }
    return String(decoding: bytes[start..<at], as: UTF8.self)
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

  private static let entities: [(name: [UInt8], value: UInt8)] = [
    ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&#39;", "'"),
  ].map { (Array($0.0.utf8), $0.1.utf8.first ?? 0) }

  /// Entities replaced, and line ends as a browser has them.
  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.contains(UInt8(ascii: "&")) || text.contains(13) else { return Array(text) }
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var rest = newlines(text)[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "&"), let entity = entities.first(where: { rest.starts(with: $0.name) }) {
        result.append(entity.value)
        rest = rest.dropFirst(entity.name.count)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static func newlines(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.contains(13) else { return Array(text) }
    var result: [UInt8] = []
    for (index, byte) in zip(text.indices, text) {
      if byte == 13 {
        result.append(10)
      } else if byte != 10 || index == text.startIndex || text[index - 1] != 13 {
        result.append(byte)
      }
    }
    return result
  }
}
