/// How wide text will be: the advance widths of DejaVu Sans, so that the layout is the same on every machine, whatever
/// fonts it has.
enum TextMetrics {
  /// What figures are set in.
  static let font = "DejaVu Sans"

  /// Width of `text` in pixels at `fontSize`.
  static func width(_ text: RichText, fontSize: Double) -> Double {
    var total = 0.0
    for run in text.runs {
      let size = run.baseline == .normal ? fontSize : fontSize * scriptScale
      for scalar in run.text.unicodeScalars { total += advance(scalar) * size * (run.isBold ? 1.11 : 1) }
    }
    return total
  }

  /// Size of subscripts and superscripts relative to the line's.
  static let scriptScale = 0.72

  /// Height of capitals and digits above the baseline, relative to the font size.
  static let capHeight = 0.73

  /// Height of a line of text, relative to the font size.
  static let lineHeight = 1.28

  /// How far `text` reaches below the baseline, relative to the font size.
  static func descent(_ text: RichText) -> Double {
    text.runs.contains { $0.baseline == .sub || $0.text.contains { "gjpqy,;()".contains($0) } } ? 0.22 : 0
  }

  private static func advance(_ scalar: Unicode.Scalar) -> Double {
    let code = Int(scalar.value)
    if code >= 32, code < 127 { return Double(ascii[code - 32]) / 1000 }
    if code >= 0x300, code < 0x370 { return 0 }
    return Double(others[scalar] ?? (code > 0x2E80 ? 1000 : 650)) / 1000
  }

  /// Thousandths of the font size, from U+0020 to U+007E.
  private static let ascii: [Int] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
  ]

  private static let others: [Unicode.Scalar: Int] = [
    "ℒ": 720, "\u{A0}": 318, "‖": 500, "Λ": 684, "−": 838, "×": 838, "·": 318, "–": 500, "—": 1000, "…": 1000, "λ": 592,
    "ε": 541,
    "≥": 838, "≤": 838, "≈": 838, "→": 838, "∞": 833, "±": 838, "⁰": 401, "¹": 401, "²": 401, "³": 401, "⁴": 401,
    "⁵": 401, "⁶": 401, "⁷": 401, "⁸": 401, "⁹": 401, "⁻": 528,
  ]
}
