import Foundation
import Testing

@testable import Report

@Suite struct PageSealTests {
  static func sealed(_ page: ReportPage) -> String { (try? PageSeal.sealed(page.html())) ?? "" }

  static let page = sealed(Samples.page)

  @Test func aSealedPageHasNoProblems() throws {
    #expect(PageSeal.problems(of: Self.page) == [])
    let names = try PageSeal(of: Self.page).parts.map(\.name)
    #expect(names.first == "Page" && names.contains("Node train/shapes/d8/s0"))
    #expect(try PageSeal.root(of: Self.page) == PageSeal(of: Self.page).root)
    #expect(PageSeal.shownRoot(of: Self.page) == PageSeal.root(of: Self.page))
    #expect(PageSeal.shownRoot(of: Samples.page.html()) == nil && PageSeal.shownRoot(of: "") == nil)
    #expect(!PageSeal.problems(of: Samples.page.html()).isEmpty && PageSeal.root(of: Samples.page.html()) == nil)
  }

  /// What a part's digest covers, written out: names, attributes, text with entities replaced, each with its mark.
  @Test func canonicalForm() throws {
    let html =
      "<!DOCTYPE html>\n<html data-seal=\"A\">\n<body>\n<p data-seal=\"P\" class=\"a&amp;b\" hidden>x &lt; y"
      + "<img alt=\"\" src=\"z\"><b data-seal=\"B\">t\nu</b></p>\n<code data-unsealed>left out</code>\n</body>\n</html>\n"
    let parts = try PageSeal(of: html).parts
    #expect(parts.map(\.name) == ["A", "P", "B"])
    #expect(
      parts.map(\.digest)
        == [
          "\u{1}html\u{2}data-seal\u{3}A\u{4}\u{5}\u{1}body\u{2}\u{5}\u{7}P\u{8}"
            + "\u{1}code\u{2}data-unsealed\u{3}\u{4}\u{5}\u{6}\u{6}\u{6}",
          "\u{1}p\u{2}data-seal\u{3}P\u{4}class\u{3}a&b\u{4}hidden\u{3}\u{4}\u{5}x < y"
            + "\u{1}img\u{2}alt\u{3}\u{4}src\u{3}z\u{4}\u{5}\u{6}\u{7}B\u{8}\u{6}",
          "\u{1}b\u{2}data-seal\u{3}B\u{4}\u{5}t\nu\u{6}",
        ].map(PageSeal.sha256))
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

  /// What stands in no other part is of the page's own.
  @Test(arguments: [
    ("<body>\n", "<body>\n<p>FORGED</p>\n"), ("</main>\n", "<section><p>FORGED</p></section>\n</main>\n"),
    ("</main>\n", "</main>\n<img src=\"data:image/png;base64,AA\" alt=\"\">\n"), ("<title>", "<title>No "),
    ("default-src &#39;none&#39;", "default-src *"), ("</script>\n</body>", "</script>\n<p>FORGED</p>\n</body>"),
    ("lang=\"en\"", "lang=\"de\""), ("<meta name=\"viewport\"", "<meta name=\"view\""),
    ("<nav aria-label", "<nav hidden aria-label"),
  ])
  func theFrameIsSealed(from: String, to: String) throws {
    let range = try #require(Self.page.range(of: from))
    let problems = PageSeal.problems(of: Self.page.replacingCharacters(in: range, with: to))
    let name = from.hasPrefix("<nav") ? "Contents" : "Page"
    #expect(problems.count == 1 && problems[0].hasPrefix("“\(name)” was changed"), "\(problems)")
  }

  /// A page of every kind of block, with a style and a script of a few bytes, so that it can be read some thousand times.
  static let small: String = {
    var html = ReportPage(
      title: "A & b", subtitle: "s",
      sections: [
        .init(
          "One",
          [
            .table(
              Table(
                identifier: "t", label: "Table", caption: "c", columns: [.init("d")],
                rows: [.init([.number(80.8, target: "a/b")])])),
            .claims([
              ClaimVerdict(
                identifier: "c", statement: "s", source: "§5", verdict: .fails, evidence: "“e”", nodes: ["a/b"])
            ]), .nodes(summary: "All", [NodeRecord(name: "a/b", stage: "a", state: .fresh, key: "00ff")]),
            .graph([NodeRecord(name: "a/b", stage: "a", state: .fresh, key: "00ff")]), .caution("x"), .selfCheck("y"),
          ])
      ], footer: "f", subject: "a small page"
    ).html()
    for name in ["style", "script"] {
      guard let start = html.range(of: "<\(name) data-seal")?.upperBound,
        let content = html[start...].firstIndex(of: ">"), let end = html[content...].range(of: "</\(name)>")
      else { continue }
      html.replaceSubrange(html.index(after: content)..<end.lowerBound, with: "x{}")
    }
    return (try? PageSeal.sealed(html)) ?? ""
  }()

  /// Every byte of the file: another one in its place, or none. There is no byte that does not count.
  @Test func everyByteCounts() {
    #expect(Self.small.utf8.count > 4000 && PageSeal.problems(of: Self.small) == [])
    let bytes = Array(Self.small.utf8)
    var unnoticed: [String] = []
    for at in bytes.indices {
      var changed = bytes
      if at % 4 == 0 { changed.remove(at: at) } else { changed[at] = bytes[at] == 10 ? 32 : bytes[at] ^ 1 }
      if PageSeal.problems(of: String(decoding: changed, as: UTF8.self)).isEmpty {
        unnoticed.append(
          "\(at): \(String(decoding: bytes[max(0, at - 30)..<min(bytes.count, at + 30)], as: UTF8.self))")
      }
    }
    #expect(unnoticed == [])
  }

  /// What ends a name, a value or a text is moved: `<td class="r">80.8</td>` to `<td class="r80.8"></td>`, and on.
  @Test func boundariesDoNotSlide() {
    typealias Slide = (Substring, Substring) -> String
    let slides: [(Regex<(Substring, Substring, Substring)>, Slide)] = [
      (/="([^"<>]*)">([^<>]+)</, { "=\"\($0)\($1)\"><" }),
      (/<([a-z]+)>([a-z0-9.]+)<\/[a-z]+>/, { "<\($0)\($1)></\($0)\($1)>" }),
      (/\ ([a-z-]+)="([^"<>]+)"/, { " \($0)\($1.filter(\.isLetter))=\"\"" }),
      (/="([^"<>]+)" ([a-z-]+)="/, { "=\"\($0)\($1)=" }),
      (/>([^<>]+)<([a-z]+)>/, { "><\($1)>\($0)" }),
    ]
    for (index, (pattern, slide)) in slides.enumerated() {
      let matches = Self.small.matches(of: pattern)
      #expect(matches.count > 2, "\(index)")
      for match in matches {
        let slid = Self.small.replacingCharacters(in: match.range, with: slide(match.output.1, match.output.2))
        #expect(!PageSeal.problems(of: slid).isEmpty, "\(index): \(match.output.0)")
      }
    }
  }

  /// The marks that pieces are set apart by are refused in the page, so that no text can spell out an element.
  @Test(arguments: ["\u{1}", "\u{6}", "\u{7}", "\u{0}", "\u{B}", "\r", "\u{7F}", "\u{80}", "\u{9F}"])
  func controlCharactersAreRefused(character: String) throws {
    let range = try #require(Self.small.range(of: "80.8"))
    for text in ["8\(character)8", "&#1;"] {
      let problems = PageSeal.problems(of: Self.small.replacingCharacters(in: range, with: text))
      #expect(problems.count == 1 && problems[0].hasPrefix("“Table (t)”, byte "), "\(problems)")
    }
    #expect(htmlEscaped("a\r\nb\rc\n\nd") == "a\nb\nc\n\nd")
  }

  /// What a browser would read otherwise than this program is not read at all.
  @Test(arguments: [
    ("<!-- --!>FORGED<!-- -->", "a comment"), ("<![CDATA[FORGED]]>", "a CDATA section"),
    ("<?x FORGED>", "a processing"),
    ("<!x FORGED>", "a declaration"), ("<b>FORGED</i>", "an end tag other than </b>"),
    ("<b>x</ b>", "an end tag other"),
    ("<b class=x>x</b>", "without a quoted value"), ("<b\n>x</b>", "in the tag <b>"), ("<b >x</b>", "without a name"),
    ("<b class=\"x\"class=\"y\">x</b>", "in the tag <b>"), ("<b id=\"x\" id=\"y\">x</b>", "a second attribute id"),
    ("<b/>", "closes itself"), ("< b>", "not escaped"), ("a > b", "not escaped"), ("&nbsp;", "ampersand"),
    ("<b title=\"<\">x</b>", "not escaped"), ("<b hidden=\"\">x</b>", "with a value"), ("</p>", "an end tag other"),
  ])
  func whatHasNoPlace(text: String, what: String) throws {
    let range = try #require(Self.small.range(of: "80.8"))
    let problems = PageSeal.problems(of: Self.small.replacingCharacters(in: range, with: text))
    #expect(
      problems.count == 1 && problems[0].hasPrefix("“Table (t)”, byte ") && problems[0].contains(what), "\(problems)")
  }

  @Test func aPartThatIsGoneOrAdded() throws {
    let figure = try #require(Self.page.firstMatch(of: /<figure id="fig5"(?s:.*?)<\/figure>\n/)?.output)
    let without = Self.page.replacing(String(figure), with: "")
    #expect(PageSeal.problems(of: without).contains { $0.contains("Figure 5 (fig5)") || $0.contains("Section 2") })
    let with = Self.page.replacing("</main>", with: "<p data-seal=\"New\">x</p></main>")
    #expect(PageSeal.problems(of: with).contains { $0.contains("New") })
  }

  /// What the seal leaves out is the seal, as it is written, and nothing else.
  @Test func theSealIsHeldToItself() throws {
    let root = try #require(PageSeal.root(of: Self.small))
    let other = Self.small.replacing(">\(root)<", with: ">\(String(repeating: "0", count: 64))<")
    #expect(PageSeal.problems(of: other) == ["The digest that the page shows for its seal is not \(root)."])
    for (from, to) in [("{\"format\":2,", "{ \"format\":2,"), ("\"parts\":[", "\"x\":1,\"parts\":[")] {
      #expect(
        PageSeal.problems(of: Self.small.replacing(from, with: to)) == [
          "The seal that the page carries is not written as this program writes one."
        ])
    }
    #expect(PageSeal.problems(of: Self.small.replacing("\"format\":2", with: "\"format\":3"))[0].contains("format 3"))
    let first = Self.small.replacing(" data-seal=\"Page\"", with: "").replacing(
      "id=\"seal\" data-unsealed", with: "id=\"seal\"")
    #expect(PageSeal.problems(of: first)[0].contains("format 1"))
  }

  /// Whatever it is given, it comes to an end.
  @Test(arguments: [
    "", "<", "<p", "<p data-seal=\"", "<p data-seal=\"x\">", "</p></p>", "<!--", "<script>", "<pre>\n", "<p a=b c>",
    "<!DOCTYPE html>\n", "<!DOCTYPE html>\n<html", "<!DOCTYPE html>\n<html data-seal=\"Page\"><script>",
    "<!DOCTYPE html>\n<html data-seal=\"Page\"><pre>", "<!DOCTYPE html>\n<html data-seal=\"Page\"></html>x",
    "<!DOCTYPE html>\n<html data-seal=\"Page\"></html>\n<p data-seal=\"x\"></p>",
  ])
  func brokenPages(html: String) { #expect(!PageSeal.problems(of: html).isEmpty) }

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
