import Foundation
import Testing

@testable import Report

@Suite struct PageSealTests {
  static let page = PageSeal.sealed(Samples.page.html())

  @Test func aSealedPageHasNoProblems() {
    #expect(PageSeal.problems(of: Self.page) == [])
    #expect(PageSeal(of: Self.page).parts.map(\.name).contains("Node train/shapes/d8/s0"))
    #expect(PageSeal.problems(of: Samples.page.html()) == ["The page carries no seal that can be read."])
  }

  /// What a part's digest covers, written out: names, attributes by name, text with entities replaced.
  @Test func canonicalForm() {
    let html =
      "<p data-seal=\"P\" class=\"a&amp;b\" hidden>x &lt; y<img alt=\"\" src=\"z\"><b data-seal=\"B\">t\r\nu</b></p>q"
    let parts = PageSeal(of: html).parts
    #expect(parts.map(\.name) == ["P", "B"])
    let outer =
      "\u{1}p\u{2}class\u{3}a&b\u{2}data-seal\u{3}P\u{2}hidden\u{3}x < y\u{1}img\u{2}alt\u{3}\u{2}src\u{3}z\u{4}\u{5}B\u{4}"
    #expect(parts[0].digest == Self.sha256(outer))
    #expect(parts[1].digest == Self.sha256("\u{1}b\u{2}data-seal\u{3}Bt\nu\u{4}"))
  }

  /// Any letter of the text or of an attribute that changes is found, and named by the part that it is in.
  @Test(arguments: [
    ("kNN accuracy (%), reading [0, 0]", "kNN accuracy (%), reading [0, 1]", "Table 1 (table1)"),
    ("epoch 2: loss 0.31", "epoch 2: loss 0.37", "Node train/shapes/d8/s0"),
    ("<dt>claims fail</dt>", "<dt>claims fall</dt>", "Summary"),
    ("href=\"../figures/fig4.pdf\"", "href=\"../figures/fig5.pdf\"", "Figure 4 (fig4)"),
    ("<h1>Exploring", "<h1>Explorinq", "Title"), ("--paper: #fffefb", "--paper: #fffefa", "Style"),
    ("class=\"hue-1\"", "class=\"hue-2\"", "Timeline"), ("\"use strict\"", "\"use Strict\"", "Script"),
  ])
  func aChangeIsNamed(from: String, to: String, part: String) throws {
    let range = try #require(Self.page.range(of: from))
    let problems = PageSeal.problems(of: Self.page.replacingCharacters(in: range, with: to))
    // A log line stands in each node's record; the first of them is changed.
    let name = part == "Node train/shapes/d8/s0" ? "Node " : part
    #expect(problems.count == 1 && problems[0].hasPrefix("“\(name)"), "\(problems)")
  }

  /// One byte of the markup, anywhere in what is sealed: never unnoticed. Letters of element names may make other parts
  /// of it, so that it is only asked that something is said.
  @Test func randomChangesAreNoticed() {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
    var random = Generator(state: seed)
    let start = Self.page.utf8.distance(
      from: Self.page.startIndex, to: Self.page.range(of: "<body>")?.upperBound ?? Self.page.startIndex)
    let bytes = Array(Self.page.utf8)
    for _ in 0..<60 {
      let at = Int.random(in: start..<bytes.count - 40, using: &random)
      guard bytes[at] != UInt8(ascii: "0"), Self.isVisible(bytes, at) else { continue }
      var changed = bytes
      changed[at] = UInt8(ascii: "0")
      #expect(
        !PageSeal.problems(of: String(decoding: changed, as: UTF8.self)).isEmpty,
        "seed \(seed), byte \(at): \(String(decoding: bytes[max(0, at - 40)..<at + 40], as: UTF8.self))")
    }
  }

  /// Letters of text and values: white space between attributes and names of closing tags mean nothing to a browser.
  private static func isVisible(_ bytes: [UInt8], _ at: Int) -> Bool {
    let byte = bytes[at]
    guard (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) else { return false }
    var index = at
    while index > 0, bytes[index] != UInt8(ascii: "<"), bytes[index] != UInt8(ascii: ">") { index -= 1 }
    return bytes[index] == UInt8(ascii: ">")
  }

  @Test func aPartThatIsGoneOrAdded() throws {
    let figure = try #require(Self.page.firstMatch(of: /<figure id="fig5"(?s:.*?)<\/figure>/)?.output)
    let without = Self.page.replacing(String(figure), with: "")
    #expect(PageSeal.problems(of: without).contains { $0.contains("Figure 5 (fig5)") || $0.contains("Section 2") })
    let with = Self.page.replacing("</main>", with: "<p data-seal=\"New\">x</p></main>")
    #expect(PageSeal.problems(of: with).contains { $0.contains("New") })
  }

  /// Whatever it is given, it comes to an end.
  @Test(arguments: [
    "", "<", "<p", "<p data-seal=\"", "<p data-seal=\"x\">", "</p></p>", "<!--", "<script>", "<pre>\n", "<p a=b c>",
  ])
  func brokenPages(html: String) {
    _ = PageSeal(of: html)
    #expect(!PageSeal.problems(of: html).isEmpty)
  }

  private static func sha256(_ text: some StringProtocol) -> String {
    PageSeal.sha256(String(text))
  }

  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
