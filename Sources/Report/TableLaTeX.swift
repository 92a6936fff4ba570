extension Table {
  /// The table in LaTeX for the package booktabs, in a `table` environment.
  public func latex() -> String {
    let specification = columns.map {
      switch $0.alignment {
      case .leading: "l"
      case .center: "c"
      case .trailing: "r"
      }
    }.joined()
    var lines = [
      "% needs \\usepackage{booktabs}", "\\begin{table}", "  \\centering", "  \\caption{\(InlineText(caption).latex)}",
      "  \\label{tab:\(latexLabel(identifier))}", "  \\begin{tabular}{\(specification)}", "    \\toprule",
    ]
    if !groups.isEmpty {
      var rules: [String] = []
      var first = 1
      for group in groups {
        if !group.title.isEmpty { rules.append("\\cmidrule(lr){\(first)-\(first + group.span - 1)}") }
        first += group.span
      }
      lines.append(
        "    "
          + groups.map { group in
            group.title.isEmpty && group.span == 1
              ? "" : "\\multicolumn{\(group.span)}{c}{\(InlineText(group.title).latex)}"
          }.joined(separator: " & ") + " \\\\")
      if !rules.isEmpty { lines.append("    " + rules.joined(separator: " ")) }
    }
    lines.append(Self.row(columns.map { InlineText($0.title).latex }))
    lines.append("    \\midrule")
    for row in rows {
      if row.ruleAbove { lines.append("    \\midrule") }
      let cells = row.cells.map { cell in
        InlineText(cell.text).latex + (cell.mark.map { "\\textsuperscript{\(latexEscaped($0.symbol))}" } ?? "")
      }
      lines.append(Self.row(cells))
    }
    lines += ["    \\bottomrule", "  \\end{tabular}"]
    let remarks =
      notes.map { InlineText($0).latex }
      + marks.map { "\\textsuperscript{\(latexEscaped($0.symbol))} \(InlineText($0.meaning).latex)" }
    for remark in remarks { lines.append("  \\par\\smallskip{\\footnotesize \(remark)}") }
    lines.append("\\end{table}")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Braces keep a first cell that begins with a bracket or an asterisk from being read as an option of what stands before,
  /// a rule or the end of a row.
  private static func row(_ cells: [String]) -> String {
    "    {\(cells[0])}" + cells.dropFirst().map { " & \($0)" }.joined() + " \\\\"
  }
}

/// Letters, digits and `-` of `text`: what is safe in a `\label`.
private func latexLabel(_ text: String) -> String {
  String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
}
