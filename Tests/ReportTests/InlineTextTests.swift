import Testing

@testable import Report

@Suite struct InlineTextTests {
  @Test(arguments: [
    ("aXXbXX", "XX", "é", "aébé"), ("XXX", "XX", "y", "yX"), ("", "X", "y", ""), ("abc", "", "y", "abc"),
    ("ab", "abc", "y", "ab"), ("a\u{301}X", "X", "b", "a\u{301}b"), ("same", "same", "", ""),
  ])
  func bytesAreReplaced(text: String, marker: String, other: String, expected: String) {
    #expect(text.replacingBytes(of: marker, with: other) == expected)
  }

  /// A backslash makes plain text of a sign of markup, and of nothing else.
  @Test(arguments: [
    ("a\\_{b}", "a_{b}"), ("\\`x\\`", "`x`"), ("\\\\", "\\"), ("\\", "\\"), ("\\end{table}", "\\end{table}"),
    ("\\\\_{b}", "\\b"),
  ])
  func escapes(source: String, plain: String) {
    #expect(InlineText(source).plain == plain)
  }

  /// What is data comes out as it went in, in any place where markup may stand.
  @Test func literalTextStaysItself() {
    let seed = UInt64(20_261_123)
    var random = PageSealTests.Generator(state: seed)
    let signs: [Unicode.Scalar] = ["\\", "`", "_", "^", "*", "{", "}", "a", " ", "\u{301}", "\u{202E}", "é"]
    for round in 0..<2000 {
      var data = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        data.append(signs[Int.random(in: 0..<signs.count, using: &random)])
      }
      let text = String(data)
      let scalars = Array(text.unicodeScalars)
      let alone = InlineText(literal(text))
      #expect(Array(alone.plain.unicodeScalars) == scalars, "seed \(seed), round \(round)")
      #expect(alone.runs.allSatisfy { $0.style == .plain }, "seed \(seed), round \(round)")
      let framed = InlineText("x `\(literal(text))` y_{\(literal(text))} z").runs
      #expect(framed.map(\.style) == [.plain, .code, .plain, .subscripted, .plain], "seed \(seed), round \(round)")
      for index in [1, 3] where framed.indices.contains(index) {
        #expect(Array(framed[index].text.unicodeScalars) == scalars, "seed \(seed), round \(round)")
      }
    }
  }

  @Test(arguments: [
    ("a *{b} c", "a <em>b</em> c", "a *b* c", "a \\emph{b} c"),
    ("**{So.} x", "<b>So.</b> x", "**So.** x", "\\textbf{So.} x"),
    ("2 * 3 ** 4", "2 * 3 ** 4", "2 \\* 3 \\*\\* 4", "2 * 3 ** 4"),
    ("*{<b>}", "<em>&lt;b&gt;</em>", "*&lt;b&gt;*", "\\emph{<b>}"),
    ("*{", "*{", "\\*{", "*\\{"), ("**{a", "**{a", "\\*\\*{a", "**\\{a"),
  ])
  func emphasis(source: String, html: String, markdown: String, latex: String) {
    let text = InlineText(source)
    #expect(text.html == html && text.markdown == markdown)
    // How LaTeX writes < and > is not of interest here.
    if !source.contains("<") { #expect(text.latex == latex) }
  }
}
