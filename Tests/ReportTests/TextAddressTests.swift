import Foundation
import Testing

@testable import Report

/// What a page carries is what was put into it: the script decodes as these do.
@Suite struct TextAddressTests {
  /// As `bytesOf` of the page's script reads an address of text.
  static func decoded(_ address: String) throws -> String {
    try #require(body(of: address).replacingBytes(of: "'", with: "\"").removingPercentEncoding)
  }

  /// As a browser reads it, which knows nothing of quotation marks.
  static func shown(_ address: String) throws -> String {
    try #require(body(of: address).removingPercentEncoding)
  }

  /// What follows the comma, which an accent may follow at once: to Swift the two would be one character.
  private static func body(of address: String) throws -> String {
    let comma = try #require(address.utf8.firstIndex(of: UInt8(ascii: ",")))
    return String(decoding: address.utf8[address.utf8.index(after: comma)...], as: UTF8.self)
  }

  static let drawings = [
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\">\n <text x=\"1\">a &lt; b, 5 % #1 ℒ “q”? −3</text>\n</svg>\n",
    "<svg><text id=\"a\">the paper's</text></svg>", "<svg a='1'/>", "", " ", "\t\r\n\u{7F}\u{85}\u{9F}é\u{301}\" \"",
    "<svg a=\"%22%27\"/>   ",
  ]

  @Test(arguments: drawings) func drawingsComeBack(svg: String) throws {
    for address in [TextAddress.drawing(svg), TextAddress.drawingInList(svg)] {
      #expect(address.hasPrefix("data:image/svg+xml,"))
      #expect(try Array(Self.decoded(address).utf8) == Array(svg.utf8), "\(svg)")
      // The quotation marks of XML apart, a browser draws the same.
      #expect(try Self.shown(address).replacing("'", with: "\"") == svg.replacing("'", with: "\""))
      if svg.contains("'") { #expect(try Self.shown(address) == svg) }
    }
  }

  /// Nothing in an address ends it, its attribute or its place in a list, and nothing of it is dropped.
  @Test func addressesHoldTogether() throws {
    var random = SystemRandomNumberGenerator()
    let letters: [Unicode.Scalar] = Array(
      "\"'<>&%#? \t\r\n,;\\`{}|^abcé−ℒ\u{1}\u{7F}\u{80}\u{9F}\u{A0}\u{301}".unicodeScalars)
    for _ in 0..<500 {
      let seed = UInt64.random(in: 0 ... .max, using: &random)
      var state = seed
      var text = String.UnicodeScalarView()
      for _ in 0..<(Int(seed % 40)) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text.append(letters[Int(state >> 33) % letters.count])
      }
      let svg = String(text)
      let (alone, listed) = (TextAddress.drawing(svg), TextAddress.drawingInList(svg))
      for address in [alone, listed] {
        #expect(try Array(Self.decoded(address).utf8) == Array(svg.utf8), "seed \(seed)")
        #expect(
          !address.unicodeScalars.contains { "\"<>&#".unicodeScalars.contains($0) || $0.value < 0x20 }, "seed \(seed)")
        #expect(
          !address.unicodeScalars.contains { (0x7F...0x9F).contains($0.value) } && !address.hasSuffix(" "),
          "seed \(seed)")
      }
      #expect(!listed.unicodeScalars.contains(" "), "seed \(seed)")
      let file = TextAddress.file(Data(svg.utf8), mediaType: "text/csv")
      if !file.contains(";base64,") { #expect(try Array(Self.shown(file).utf8) == Array(svg.utf8), "seed \(seed)") }
    }
  }

  @Test func filesAreShort() throws {
    let table = String(repeating: "kind,method,0.39898274926766086\r\ncell,\"Barlow, Twins\",60\r\n", count: 40)
    let address = TextAddress.file(Data(table.utf8), mediaType: "text/csv")
    #expect(address.hasPrefix("data:text/csv,"))
    #expect(try Self.shown(address) == table)
    // Where nearly all has to be encoded, or is no text, base64 is shorter or the only way.
    #expect(TextAddress.file(Data("\"\"\"\"\"\"\n".utf8), mediaType: "text/csv").hasPrefix("data:text/csv;base64,"))
    let bytes = Data([0x61, 0xFF, 0x62])
    #expect(TextAddress.file(bytes, mediaType: "text/csv") == "data:text/csv;base64," + bytes.base64EncodedString())
    #expect(TextAddress.file(Data("a b".utf8), mediaType: "application/pdf") == "data:application/pdf;base64,YSBi")
  }
}

@Suite struct NarrowDrawingTests {
  private let own = """
    <svg width="900">
     <title id="f-title">F</title>
     <path d="M10 20.5L-3 .4" fill="none"/>
     <g data-node="a b">
      <title>first: 1, 2</title>
      <circle cx="1" cy="2" r="3"/>
     </g>
     <g>
      <title>second</title>
      <circle cx="4" cy="5" r="3"/>
     </g>
    </svg>

    """

  @Test func wordsAreLeftToTheOwnForm() {
    let narrow = own.replacing("900", with: "352").replacing("cx=\"1\"", with: "cx=\"7\"")
    #expect(
      NarrowDrawing.compact(narrow, beside: own)
        == "<svg width=\"352\"><path d=\"M10,20.5L-3,.4\" fill=\"none\"/>"
        + "<g data-says=\"\"><circle cx=\"7\" cy=\"2\" r=\"3\"/></g><g data-says=\"\"><circle cx=\"4\" cy=\"5\" r=\"3\"/></g></svg>"
    )
  }

  @Test func looksOfLabelsAreSaidOnce() {
    func label(_ x: Int, _ looks: String, _ text: String) -> String {
      "<text x=\"\(x)\" y=\"-2.5\"\(looks)>\(text)</text>"
    }
    let (small, bold) = (" font-size=\"11\" fill=\"#444444\"", " font-size=\"13\" font-weight=\"bold\"")
    let turned = " font-size=\"11\" transform=\"rotate(-90 1 2)\""
    let lines =
      (1...3).map { label($0, small, "\($0)") } + (4...5).map { label($0, bold, "b") }
      + (6...8).map { label($0, turned, "t") } + (9...10).map { label($0, small, "<tspan dy=\"1\">9</tspan>") }
    #expect(
      NarrowDrawing.compact(lines.joined(separator: "\n "), beside: "")
        == "<g\(small)>" + (1...3).map { label($0, "", "\($0)") }.joined() + "</g>" + lines[3...].joined())
  }

  /// Where the marks are others, or in another order, or not all of them are known, each keeps its words.
  @Test(arguments: [
    ("first", "third"), ("a b", "c"), ("<g>", "<g id=\"g\">"), ("<title>second</title>", "<desc>second</desc>"),
  ])
  func otherWordsStay(from: String, to: String) {
    for (narrow, wide) in [(own.replacing(from, with: to), own), (own, own.replacing(from, with: to))] {
      let text = NarrowDrawing.compact(narrow, beside: wide)
      #expect(!text.contains("data-says") && text.contains("<title>") && !text.contains("\n"))
    }
  }

  @Test func whatIsWrittenOtherwiseStays() {
    for svg in ["<svg><text>a\nb</text></svg>", "text", ""] {
      #expect(NarrowDrawing.compact(svg, beside: svg) == svg)
    }
    #expect(NarrowDrawing.compact("<path d=\"M 1 2 L 3 4\"/>", beside: "") == "<path d=\"M 1,2 L 3,4\"/>")
  }
}
