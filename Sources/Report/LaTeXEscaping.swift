import Foundation

/// `text` as itself in LaTeX, in ASCII: special characters escaped, signs and letters of other scripts as the commands that
/// LaTeX has for them without any package. What it has none for is shown by its number, as `[U+2076]`: nothing is left out,
/// and nothing that stops a compiler gets through.
func latexEscaped(_ text: String) -> String {
  var signs: [LaTeXSign] = []
  for scalar in text.unicodeScalars {
    if let accent = LaTeXSign.accents[scalar] {
      if let base = signs.popLast() {
        signs.append(base.accented(accent) ?? base.followed(by: scalar))
      } else {
        signs.append(.text(accent.alone ?? LaTeXSign.number(scalar)))
      }
    } else {
      signs.append(LaTeXSign(scalar) ?? LaTeXSign(decomposing: scalar) ?? .text(LaTeXSign.number(scalar)))
    }
  }
  var result = ""
  for sign in signs {
    // A dash, a quotation mark or an inverted mark would be made of the two.
    switch (result.last, sign.latex.first) {
    case ("-"?, "-"?), ("'"?, "'"?), ("`"?, "`"?), (","?, ","?), ("?"?, "`"?), ("!"?, "`"?): result += "{}"
    default: break
    }
    result += sign.latex
  }
  return result
}

/// One sign as LaTeX sets it.
private enum LaTeXSign {
  case text(String)
  /// Without the dollars around it.
  case math(String)

  struct Accent {
    let inText: String
    let inMath: String?
    /// Where there is nothing to set it on.
    var alone: String?
  }

  /// Nil for what has no command.
  init?(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": self = .text(" ")
    default:
      if let text = Self.texts[scalar] {
        self = .text(text)
      } else if let math = Self.maths[scalar] {
        self = .math(math)
      } else if scalar.isASCII {
        self = .text(String(Character(scalar)))
      } else {
        return nil
      }
    }
  }

  /// A letter with accents, as the letter and its accents.
  init?(decomposing scalar: Unicode.Scalar) {
    let pieces = Array(String(Character(scalar)).decomposedStringWithCanonicalMapping.unicodeScalars)
    guard pieces.count > 1, var sign = LaTeXSign(pieces[0]) else { return nil }
    for piece in pieces.dropFirst() {
      guard let next = Self.accents[piece].flatMap({ sign.accented($0) }) else { return nil }
      sign = next
    }
    self = sign
  }

  var latex: String {
    switch self {
    case .text(let text): text
    case .math(let math): "$\(math)$"
    }
  }

  /// Nil for what takes no accent.
  func accented(_ accent: Accent) -> LaTeXSign? {
    switch self {
    case .text(let text):
      guard text.count == 1, let letter = text.first, letter.isASCII, letter.isLetter else { return nil }
      // Their dots make way.
      return .text("\(accent.inText){\(letter == "i" || letter == "j" ? "\\\(letter)" : text)}")
    case .math(let math): return accent.inMath.map { .math("\($0){\(math)}") }
    }
  }

  func followed(by scalar: Unicode.Scalar) -> LaTeXSign { .text(latex + Self.number(scalar)) }

  /// `[U+2076]`.
  static func number(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "[U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
  }

  static let accents: [Unicode.Scalar: Accent] = [
    "\u{300}": Accent(inText: "\\`", inMath: "\\grave"), "\u{301}": Accent(inText: "\\'", inMath: "\\acute"),
    "\u{302}": Accent(inText: "\\^", inMath: "\\hat", alone: "\\textasciicircum{}"),
    "\u{303}": Accent(inText: "\\~", inMath: "\\tilde", alone: "\\textasciitilde{}"),
    "\u{304}": Accent(inText: "\\=", inMath: "\\bar"), "\u{305}": Accent(inText: "\\=", inMath: "\\overline"),
    "\u{306}": Accent(inText: "\\u", inMath: "\\breve"), "\u{307}": Accent(inText: "\\.", inMath: "\\dot"),
    "\u{308}": Accent(inText: "\\\"", inMath: "\\ddot"), "\u{30A}": Accent(inText: "\\r", inMath: "\\mathring"),
    "\u{30B}": Accent(inText: "\\H", inMath: nil), "\u{30C}": Accent(inText: "\\v", inMath: "\\check"),
    "\u{323}": Accent(inText: "\\d", inMath: nil), "\u{327}": Accent(inText: "\\c", inMath: nil),
    "\u{328}": Accent(inText: "\\k", inMath: nil),
  ]

  private static let texts: [Unicode.Scalar: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%", "_": "\\_",
    "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\textless{}", ">": "\\textgreater{}",
    "\"": "{\\char34}", "|": "\\textbar{}", "—": "\\textemdash{}", "–": "\\textendash{}", "§": "\\S{}", "¶": "\\P{}",
    "…": "\\dots{}", "‘": "`", "’": "'", "“": "``", "”": "''", "„": "\\quotedblbase{}", "«": "\\guillemotleft{}",
    "»": "\\guillemotright{}", "\u{A0}": "~", "\u{202F}": "\\,", "\u{2009}": "\\,", "\u{2011}": "-", "\u{2010}": "-",
    "\u{AD}": "\\-", "©": "\\copyright{}", "£": "\\pounds{}", "ß": "\\ss{}", "æ": "\\ae{}", "Æ": "\\AE{}",
    "ø": "\\o{}", "Ø": "\\O{}", "œ": "\\oe{}", "Œ": "\\OE{}", "ł": "\\l{}", "Ł": "\\L{}", "ı": "\\i{}", "¡": "!`",
    "¿": "?`", "ℝ": "R",
  ]

  private static let maths: [Unicode.Scalar: String] = [
    "−": "-", "∞": "\\infty", "±": "\\pm", "∓": "\\mp", "×": "\\times", "÷": "\\div", "·": "\\cdot", "∘": "\\circ",
    "°": "^\\circ", "≈": "\\approx", "≃": "\\simeq", "∼": "\\sim", "≤": "\\le", "≥": "\\ge", "≠": "\\ne",
    "≡": "\\equiv",
    "≪": "\\ll", "≫": "\\gg", "∝": "\\propto", "√": "\\surd", "‖": "\\|", "∈": "\\in", "∉": "\\notin", "⊂": "\\subset",
    "⊆": "\\subseteq", "∪": "\\cup", "∩": "\\cap", "∅": "\\emptyset", "∀": "\\forall", "∃": "\\exists", "¬": "\\neg",
    "→": "\\to", "←": "\\leftarrow", "↔": "\\leftrightarrow", "↑": "\\uparrow", "↓": "\\downarrow", "↦": "\\mapsto",
    "⇔": "\\Leftrightarrow", "⇒": "\\Rightarrow", "⇐": "\\Leftarrow", "⊥": "\\perp", "⟨": "\\langle", "⟩": "\\rangle",
    "⌊": "\\lfloor", "⌋": "\\rfloor", "⌈": "\\lceil", "⌉": "\\rceil", "∂": "\\partial", "∇": "\\nabla", "∑": "\\sum",
    "∏": "\\prod", "∫": "\\int", "⊙": "\\odot", "⊗": "\\otimes", "⊕": "\\oplus", "⋅": "\\cdot", "∧": "\\wedge",
    "∨": "\\vee", "∎": "\\bullet", "•": "\\bullet", "†": "\\dagger", "‡": "\\ddagger", "✓": "\\surd", "✗": "\\times",
    "′": "'", "″": "''", "ᵀ": "^\\top", "⊤": "^\\top", "½": "1/2", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⁄": "/",
    "⁰": "^0", "¹": "^1", "²": "^2", "³": "^3", "⁴": "^4", "⁵": "^5", "⁶": "^6", "⁷": "^7", "⁸": "^8", "⁹": "^9",
    "⁺": "^+", "⁻": "^-", "⁽": "^(", "⁾": "^)", "ⁿ": "^n", "ⁱ": "^i", "ᵏ": "^k", "ᵈ": "^d", "ᵗ": "^t", "ᵐ": "^m",
    "ˣ": "^x",
    "₀": "_0", "₁": "_1", "₂": "_2", "₃": "_3", "₄": "_4", "₅": "_5", "₆": "_6", "₇": "_7", "₈": "_8", "₉": "_9",
    "₊": "_+", "₋": "_-", "ᵢ": "_i", "ⱼ": "_j", "ₖ": "_k", "ₙ": "_n", "ₘ": "_m", "ₐ": "_a", "ₓ": "_x", "ₚ": "_p",
    "ₜ": "_t", "ₛ": "_s", "ₗ": "_l", "ᵣ": "_r", "ᵤ": "_u", "ᵥ": "_v", "ₑ": "_e", "ₒ": "_o", "ₕ": "_h",
    "ℒ": "\\mathcal{L}", "ℓ": "\\ell", "𝒩": "\\mathcal{N}", "𝒞": "\\mathcal{C}", "𝒜": "\\mathcal{A}",
    "𝒟": "\\mathcal{D}", "𝔼": "\\mathrm{E}", "µ": "\\mu",
    "α": "\\alpha", "β": "\\beta", "γ": "\\gamma", "δ": "\\delta", "ε": "\\varepsilon", "ϵ": "\\epsilon", "ζ": "\\zeta",
    "η": "\\eta", "θ": "\\theta", "ϑ": "\\vartheta", "ι": "\\iota", "κ": "\\kappa", "λ": "\\lambda", "μ": "\\mu",
    "ν": "\\nu", "ξ": "\\xi", "ο": "o", "π": "\\pi", "ρ": "\\rho", "ς": "\\varsigma", "σ": "\\sigma", "τ": "\\tau",
    "υ": "\\upsilon", "φ": "\\varphi", "ϕ": "\\phi", "χ": "\\chi", "ψ": "\\psi", "ω": "\\omega", "Γ": "\\Gamma",
    "Δ": "\\Delta", "Θ": "\\Theta", "Λ": "\\Lambda", "Ξ": "\\Xi", "Π": "\\Pi", "Σ": "\\Sigma", "Υ": "\\Upsilon",
    "Φ": "\\Phi", "Ψ": "\\Psi", "Ω": "\\Omega",
  ]
}
