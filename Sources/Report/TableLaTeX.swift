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
    lines.append("    " + columns.map { InlineText($0.title).latex }.joined(separator: " & ") + " \\\\")
    lines.append("    \\midrule")
    for row in rows {
      if row.ruleAbove { lines.append("    \\midrule") }
      let cells = row.cells.map { cell in
        InlineText(cell.text).latex + (cell.mark.map { "\\textsuperscript{\(latexEscaped($0.symbol))}" } ?? "")
      }
      // Braces keep a first cell that starts with a bracket from being read as an option of the line break before.
      lines.append("    {\(cells[0])}" + cells.dropFirst().map { " & \($0)" }.joined() + " \\\\")
    }
    lines += ["    \\bottomrule", "  \\end{tabular}"]
    let remarks =
      notes.map { InlineText($0).latex }
      + marks.map { "\\textsuperscript{\(latexEscaped($0.symbol))} \(InlineText($0.meaning).latex)" }
    for remark in remarks { lines.append("  \\par\\smallskip{\\footnotesize \(remark)}") }
    lines.append("\\end{table}")
    return lines.joined(separator: "\n") + "\n"
  }
}

/// `text` as itself in LaTeX: special characters escaped, the signs that this project writes as mathematics.
func latexEscaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": result += " "
    default:
      if let replacement = latexReplacements[scalar] {
        result += replacement
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
  // Two hyphens would be set as a dash.
  return result.replacing("--", with: "-{}-").replacing("-{}--", with: "-{}-{}-")
}

private let latexReplacements: [Unicode.Scalar: String] = [
  "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%", "_": "\\_",
  "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\textless{}", ">": "\\textgreater{}",
  "\"": "{\\char34}", "|": "\\textbar{}", "−": "$-$", "∞": "$\\infty$", "—": "\\textemdash{}", "–": "\\textendash{}",
  "±": "$\\pm$", "×": "$\\times$",
  "·": "$\\cdot$", "≈": "$\\approx$", "≤": "$\\le$", "≥": "$\\ge$", "≠": "$\\ne$", "√": "$\\surd$", "‖": "$\\|$",
  "²": "$^2$", "†": "$\\dagger$", "‡": "$\\ddagger$", "§": "\\S{}", "ε": "$\\varepsilon$", "λ": "$\\lambda$",
  "Λ": "$\\Lambda$", "μ": "$\\mu$", "ᵀ": "$^\\top$", "∈": "$\\in$", "→": "$\\to$", "∝": "$\\propto$", "…": "\\dots{}",
  "ᵢ": "$_i$", "ⱼ": "$_j$", "ℒ": "$\\mathcal{L}$", "ℓ": "$\\ell$", "α": "$\\alpha$", "β": "$\\beta$",
  "γ": "$\\gamma$", "δ": "$\\delta$", "Δ": "$\\Delta$", "η": "$\\eta$", "θ": "$\\theta$", "π": "$\\pi$", "ρ": "$\\rho$",
  "σ": "$\\sigma$", "Σ": "$\\Sigma$", "τ": "$\\tau$", "φ": "$\\varphi$", "ω": "$\\omega$", "∂": "$\\partial$",
  "∑": "$\\sum$",
  "½": "$1/2$", "¹": "$^1$", "³": "$^3$", "⁴": "$^4$", "⁻": "$^-$", "₁": "$_1$", "₂": "$_2$", "⇔": "$\\Leftrightarrow$",
  "⇒": "$\\Rightarrow$", "∉": "$\\notin$", "≪": "$\\ll$", "≫": "$\\gg$", "≡": "$\\equiv$", "⊥": "$\\perp$", "ℝ": "R",
  "‘": "`",
  "\u{302}": "\\textasciicircum{}", "\u{303}": "\\textasciitilde{}", "\u{A0}": "~", "\u{2011}": "-",
  "“": "``", "”": "''", "’": "'", "✓": "$\\surd$",
]

/// Letters, digits and `-` of `text`: what is safe in a `\label`.
private func latexLabel(_ text: String) -> String {
  String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
}
