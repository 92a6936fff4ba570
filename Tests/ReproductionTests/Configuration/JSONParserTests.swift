import Foundation
import Testing

@testable import Reproduction

@Suite struct JSONParserTests {
  private func parse(_ text: String) throws -> JSONNode {
    try JSONParser.parse(Array(text.utf8), name: "a.json")
  }

  private func complaint(_ bytes: [UInt8]) -> String? {
    do {
      _ = try JSONParser.parse(bytes, name: "a.json")
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("", "a.json:1:1: the file is empty; it must hold a JSON object"),
    (" \n\t ", "a.json:1:1: the file is empty; it must hold a JSON object"),
    ("\u{FEFF}{}", "a.json:1:1: the file starts with a byte order mark; save it as UTF-8 without one"),
    ("[1,\n 2,\n]", "a.json:2:3: a comma must not stand before ']'; remove it"),
    ("{\"a\": 1, }", "a.json:1:8: a comma must not stand before '}'; remove it"),
    ("[NaN]", "a.json:1:2: NaN is not a JSON number; write a finite one"),
    ("[Infinity]", "a.json:1:2: Infinity is not a JSON number; write a finite one"),
    ("[-Infinity]", "a.json:1:2: -Infinity is not a JSON number; write a finite one"),
    ("[True]", "a.json:1:2: 'True' is not a JSON value; did you mean 'true'?"),
    ("[none]", "a.json:1:2: 'none' is not a JSON value; a string needs double quotes"),
    ("['a']", "a.json:1:2: expected a value, found \"'\"; a string needs double quotes"),
    ("[.5]", "a.json:1:2: expected a value, found '.'; a number needs a digit before its decimal point"),
    ("[+1]", "a.json:1:2: expected a value, found '+'; a number must not start with a plus sign"),
    ("[01]", "a.json:1:2: a number must not start with a needless zero"),
    ("[-]", "a.json:1:2: a '-' must be followed by a digit"),
    ("[1.]", "a.json:1:2: a decimal point must be followed by a digit"),
    ("[1e]", "a.json:1:2: the exponent of a number needs a digit"),
    ("[1 2]", "a.json:1:4: expected ',' or ']' in the array opened at a.json:1:1, found '2'"),
    ("[1,,2]", "a.json:1:4: expected a value, found ','"),
    ("[", "a.json:1:2: the file ends where a value should stand"),
    ("[1", "a.json:1:3: the file ends inside the array opened at a.json:1:1"),
    ("[1,", "a.json:1:4: the file ends inside the array opened at a.json:1:1"),
    ("{\"a\": ", "a.json:1:7: the file ends where a value should stand"),
    ("{\"a\" 1}", "a.json:1:6: expected ':' after the key 'a', found '1'"),
    ("{a: 1}", "a.json:1:2: expected a key in double quotes, found 'a'"),
    ("{\"a\": 1,\n \"b\": 2, \"a\": 3}", "a.json:2:10: the key 'a' is given twice, first at a.json:1:2; remove one"),
    ("{\"a\": 1, \"\\u0061\": 3}", "a.json:1:10: the key 'a' is given twice, first at a.json:1:2; remove one"),
    ("{} x", "a.json:1:4: 'x' stands after the end of the JSON value; remove it"),
    ("[1] // one", "a.json:1:5: '/' (JSON has no comments) stands after the end of the JSON value; remove it"),
    ("[\"a", "a.json:1:2: the file ends inside the string that starts here; close it with '\"'"),
    ("[\"a\nb\"]", "a.json:1:4: the line ends inside a string; close it with '\"'"),
    ("[\"\t\"]", "a.json:1:3: a control character cannot stand in a string; write it as an escape like \\t"),
    ("[\"\\x\"]", "a.json:1:3: a backslash must not stand before 'x' in a string; write '\\\\' for a backslash"),
    ("[\"\\u12g4\"]", "a.json:1:3: \\u must be followed by four hexadecimal digits"),
    ("[\"\\ud800\"]", "a.json:1:3: a \\u escape of a surrogate must be one of a pair"),
    ("[\"\\udc00\\ud800\"]", "a.json:1:3: a \\u escape of a surrogate must be one of a pair"),
    ("[\"é😀\", x]", "a.json:1:8: 'x' is not a JSON value; a string needs double quotes"),
    ("[\r\n1,\r2 3]", "a.json:3:3: expected ',' or ']' in the array opened at a.json:1:1, found '3'"),
  ]) func refuses(text: String, message: String) {
    #expect(complaint(Array(text.utf8)) == message)
  }

  @Test func refusesOtherEncodings() {
    #expect(complaint([0xFF, 0xFE, 0x7B, 0x00]) == "a.json:1:1: the file is encoded as UTF-16; save it as UTF-8")
    #expect(
      complaint([0x5B, 0x0A, 0x22, 0xC3, 0xA9, 0xC3, 0x28, 0x22, 0x5D])
        == "a.json:2:3: the text is not valid UTF-8 here; save the file as UTF-8")
    // Overlong encodings, surrogates and what lies beyond the last code point are not UTF-8 either.
    for bytes: [UInt8] in [[0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xE2, 0x82]] {
      #expect(complaint([0x22] + bytes + [0x22])?.hasPrefix("a.json:1:2: the text is not valid UTF-8") == true)
    }
  }

  @Test func limitsDepthWithoutCrashing() throws {
    let limit = JSONParser.maximumDepth
    _ = try parse(String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
    let message = "a.json:1:101: arrays and objects are nested more than 100 deep"
    #expect(complaint(Array(repeating: UInt8(ascii: "["), count: limit + 1)) == message)
    #expect(complaint(Array(repeating: UInt8(ascii: "["), count: 200_000)) == message)
    let objects = String(repeating: "{\"a\":", count: 50_000)
    #expect(complaint(Array(objects.utf8))?.hasSuffix("nested more than 100 deep") == true)
  }

  @Test func readsValuesAndTheirPlaces() throws {
    let root = try parse(
      "{\n  \"a\": [1, -2.5e-1, true, false, null],\r\n  \"bé\": \"x\\n\\u00e9\\ud83d\\ude00\\/\"\n}\n")
    let a = try #require(root.member("a"))
    #expect(a.nameLocation == .file(name: "a.json", line: 2, column: 3))
    #expect(a.node.location == .file(name: "a.json", line: 2, column: 8))
    #expect(
      a.node.value
        == .array([
          JSONNode(value: .number(JSONNumber(text: "1")), location: .file(name: "a.json", line: 2, column: 9)),
          JSONNode(value: .number(JSONNumber(text: "-2.5e-1")), location: .file(name: "a.json", line: 2, column: 12)),
          JSONNode(value: .boolean(true), location: .file(name: "a.json", line: 2, column: 21)),
          JSONNode(value: .boolean(false), location: .file(name: "a.json", line: 2, column: 27)),
          JSONNode(value: .null, location: .file(name: "a.json", line: 2, column: 34)),
        ]))
    let b = try #require(root.member("bé"))
    #expect(b.node.value == .string("x\né😀/"))
    #expect(b.node.location == .file(name: "a.json", line: 3, column: 9))
  }

  @Test func readsNumbersOfAnySize() {
    #expect(JSONNumber(text: "12").integer == 12)
    #expect(JSONNumber(text: "12.0").integer == 12)
    #expect(JSONNumber(text: "12e2").integer == 1200)
    #expect(JSONNumber(text: "-0").integer == 0)
    #expect(JSONNumber(text: "1.5").integer == nil)
    #expect(JSONNumber(text: "9223372036854775807").integer == Int.max)
    #expect(JSONNumber(text: "9223372036854775808").integer == nil)
    #expect(JSONNumber(text: String(repeating: "9", count: 5000)).double == nil)
    #expect(JSONNumber(text: "1e999999999999999999999").double == nil)
    #expect(JSONNumber(text: "1e-999999999999999999999").double == 0)
    #expect(JSONNumber(text: "0.1").double == 0.1)
  }

  /// Foundation's parser as an oracle: it accepts what this one accepts, and reads the same from it.
  @Test func agreesWithFoundation() throws {
    var generator = SeededGenerator(state: 7)
    for _ in 0..<300 {
      let node = Self.random(&generator, depth: 4)
      let text = "[" + node.text + "]"
      let ours = try parse(text)
      let theirs = try JSONSerialization.jsonObject(with: Data(text.utf8))
      #expect(Self.matches(ours, theirs), "\(text)")
    }
  }

  private static func random(_ generator: inout SeededGenerator, depth: Int) -> JSONNode {
    let value: JSONNode.Value
    switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
    case 0: value = .null
    case 1: value = .boolean(.random(using: &generator))
    case 2: value = .number(JSONNumber(text: "\(Int.random(in: -1000...1000, using: &generator))"))
    case 3: value = .number(JSONNumber(text: "\(Double.random(in: -1e3...1e3, using: &generator))"))
    case 4: value = .string(randomText(&generator))
    case 5:
      value = .array((0..<Int.random(in: 0..<4, using: &generator)).map { _ in random(&generator, depth: depth - 1) })
    default:
      value = .object(
        (0..<Int.random(in: 0..<4, using: &generator)).map { index in
          JSONMember(
            name: "\(index)" + randomText(&generator), nameLocation: .argument(""),
            node: random(&generator, depth: depth - 1))
        })
    }
    return JSONNode(value: value, location: .argument(""))
  }

  private static func randomText(_ generator: inout SeededGenerator) -> String {
    let scalars: [Unicode.Scalar] = ["a", "Z", "0", " ", "\"", "\\", "/", "\n", "\t", "\u{1}", "é", "漢", "😀", "{", ","]
    return (0..<Int.random(in: 0..<8, using: &generator)).reduce(into: "") { text, _ in
      text.unicodeScalars.append(scalars[Int.random(in: 0..<scalars.count, using: &generator)])
    }
  }

  private static func matches(_ node: JSONNode, _ object: Any) -> Bool {
    switch node.value {
    case .null: return object is NSNull
    case .boolean(let flag): return (object as? Bool) == flag
    case .number(let number):
      // Foundation reads by way of a decimal number and may be off in the last bit.
      guard let value = number.double, let other = (object as? NSNumber)?.doubleValue else { return false }
      return abs(value - other) <= abs(value) * 1e-15
    case .string(let text): return (object as? String) == text
    case .array(let elements):
      guard let other = object as? [Any], other.count == elements.count else { return false }
      return zip(elements, other).allSatisfy { matches($0, $1) }
    case .object(let members):
      guard let other = object as? [String: Any], other.count == members.count else { return false }
      return members.allSatisfy { member in other[member.name].map { matches(member.node, $0) } ?? false }
    }
  }
}
