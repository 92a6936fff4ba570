extension Table {
  /// The table in GitHub's Markdown: a caption line, the table with one header line, notes.
  public func markdown() -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    var result = "**\(InlineText(label).markdown).** \(InlineText(caption).markdown)\n\n"
    result += line(flatTitles.map { InlineText($0).markdown })
    result += line(
      columns.map {
        switch $0.alignment {
        case .leading: ":---"
        case .center: ":---:"
        case .trailing: "---:"
        }
      })
    for row in rows {
      result += line(
        row.cells.map { InlineText($0.text).markdown + ($0.mark.map { markdownEscaped($0.symbol) } ?? "") })
    }
    for note in notes { result += "\n\(InlineText(note).markdown)\n" }
    for mark in marks { result += "\n\(markdownEscaped(mark.symbol)) \(InlineText(mark.meaning).markdown)\n" }
    return result
  }
}

/// `text` as itself in a cell of a Markdown table: no markup, no HTML, no line break.
func markdownEscaped(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "!", "$":
      result.append("\\")
      result.append(scalar)
    case "<": result.append(contentsOf: "&lt;".unicodeScalars)
    case ">": result.append(contentsOf: "&gt;".unicodeScalars)
    case "&": result.append(contentsOf: "&amp;".unicodeScalars)
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": result.append(" ")
    default: result.append(scalar)
    }
  }
  return String(result)
}
