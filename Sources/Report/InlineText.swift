/// A line of text with the little markup that captions and cells need: `` `code` ``, `L_{bound}` for a subscript,
/// `d^{2}` for a superscript, `*{so}` for emphasis and `**{So}` for bold type. All else is plain text; nothing in it can
/// become markup of the output format.
struct InlineText {
  enum Style {
    case plain, code, subscripted, superscripted, emphasised, bold
  }

  let runs: [(style: Style, text: String)]

  init(_ source: String) {
    var runs: [(style: Style, text: String)] = []
    var plain = ""
    var rest = Substring(source)
    func opening() -> (style: Style, mark: String, end: Character)? {
      if rest.hasPrefix("`") { return (.code, "`", "`") }
      if rest.hasPrefix("_{") { return (.subscripted, "_{", "}") }
      if rest.hasPrefix("^{") { return (.superscripted, "^{", "}") }
      if rest.hasPrefix("**{") { return (.bold, "**{", "}") }
      if rest.hasPrefix("*{") { return (.emphasised, "*{", "}") }
      return nil
    }
    while let first = rest.first {
      if let (style, mark, end) = opening() {
        let body = rest.dropFirst(mark.count)
        // Without its end it is no markup.
        if let close = body.firstIndex(of: end), close > body.startIndex,
          style == .code || !body[..<close].contains("{")
        {
          if !plain.isEmpty { runs.append((.plain, plain)) }
          plain = ""
          runs.append((style, String(body[..<close])))
          rest = body[body.index(after: close)...]
          continue
        }
      }
      plain.append(first)
      rest = rest.dropFirst()
    }
    if !plain.isEmpty { runs.append((.plain, plain)) }
    self.runs = runs
  }

  var plain: String { runs.map(\.text).joined() }

  var html: String {
    runs.map { run in
      switch run.style {
      case .plain: htmlEscaped(run.text)
      case .code: "<code>\(htmlEscaped(run.text))</code>"
      case .subscripted: "<sub>\(htmlEscaped(run.text))</sub>"
      case .superscripted: "<sup>\(htmlEscaped(run.text))</sup>"
      case .emphasised: "<em>\(htmlEscaped(run.text))</em>"
      case .bold: "<b>\(htmlEscaped(run.text))</b>"
      }
    }.joined()
  }

  var markdown: String {
    runs.map { run in
      switch run.style {
      case .plain: markdownEscaped(run.text)
      case .code: "<code>\(markdownEscaped(run.text))</code>"
      case .subscripted: "<sub>\(markdownEscaped(run.text))</sub>"
      case .superscripted: "<sup>\(markdownEscaped(run.text))</sup>"
      case .emphasised: "*\(markdownEscaped(run.text))*"
      case .bold: "**\(markdownEscaped(run.text))**"
      }
    }.joined()
  }

  var latex: String {
    runs.map { run in
      switch run.style {
      case .plain: latexEscaped(run.text)
      case .code: "\\texttt{\(latexEscaped(run.text))}"
      case .subscripted: "\\textsubscript{\(latexEscaped(run.text))}"
      case .superscripted: "\\textsuperscript{\(latexEscaped(run.text))}"
      case .emphasised: "\\emph{\(latexEscaped(run.text))}"
      case .bold: "\\textbf{\(latexEscaped(run.text))}"
      }
    }.joined()
  }
}
