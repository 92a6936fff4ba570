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
