import Testing

@testable import Report

@Suite struct InlineTextTests {
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
