/// A line of text with the little markup that captions and cells need: `` `code` ``, `L_{bound}` for a subscript,
/// `d^{2}` for a superscript, `*{so}` for emphasis and `**{So}` for bold type; `\_{` is no markup. All else is plain text;
/// nothing in it can become markup of the output format.
struct InlineText {
  enum Style {
    case plain, code, subscripted, superscripted, emphasised, bold
  }

  let runs: [(style: Style, text: String)]

  init(_ source: String) {
    let scalars = Array(source.unicodeScalars)
    var runs: [(style: Style, text: String)] = []
    var plain = String.UnicodeScalarView()
    var at = 0
    while at < scalars.count {
      if let run = Self.run(scalars, at: at) {
        if !plain.isEmpty { runs.append((.plain, String(plain))) }
        plain = String.UnicodeScalarView()
        runs.append((run.style, run.text))
        at = run.end
      } else {
        let isEscaped = Self.isEscaped(scalars, at: at)
        plain.append(scalars[isEscaped ? at + 1 : at])
        at += isEscaped ? 2 : 1
      }
    }
    if !plain.isEmpty { runs.append((.plain, String(plain))) }
    self.runs = runs
  }

  /// What markup is made of, and a backslash makes plain text of.
  fileprivate static let special: Set<Unicode.Scalar> = ["\\", "`", "_", "^", "*", "{", "}"]

  private static func isEscaped(_ scalars: [Unicode.Scalar], at place: Int) -> Bool {
    scalars[place] == "\\" && place + 1 < scalars.count && special.contains(scalars[place + 1])
  }

  /// The run that begins at a place, and where what follows it begins; nil where none does, or it has no end.
  private static func run(_ scalars: [Unicode.Scalar], at start: Int) -> (style: Style, text: String, end: Int)? {
    guard let (style, mark) = opening(scalars, at: start) else { return nil }
    let close: Unicode.Scalar = style == .code ? "`" : "}"
    var text = String.UnicodeScalarView()
    var at = start + mark
    while at < scalars.count {
      if isEscaped(scalars, at: at) {
        text.append(scalars[at + 1])
        at += 2
      } else if scalars[at] == close {
        return text.isEmpty ? nil : (style, String(text), at + 1)
      } else if style != .code, scalars[at] == "{" {
        return nil
      } else {
        text.append(scalars[at])
        at += 1
      }
    }
    return nil
  }

  /// The style that begins at a place, and the length of its mark.
  private static func opening(_ scalars: [Unicode.Scalar], at place: Int) -> (style: Style, mark: Int)? {
    func isBrace(_ offset: Int) -> Bool { place + offset < scalars.count && scalars[place + offset] == "{" }
    switch scalars[place] {
    case "`": return (.code, 1)
    case "_": return isBrace(1) ? (.subscripted, 2) : nil
    case "^": return isBrace(1) ? (.superscripted, 2) : nil
    case "*":
      if isBrace(1) { return (.emphasised, 2) }
      return isBrace(2) && scalars[place + 1] == "*" ? (.bold, 3) : nil
    default: return nil
    }
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

/// `text` as markup that stands for itself, letter by letter: for names, titles, values and whatever else is data.
public func literal(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: InlineText.special.contains) else { return text }
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if InlineText.special.contains(scalar) { result.append("\\") }
    result.append(scalar)
  }
  return String(result)
}
