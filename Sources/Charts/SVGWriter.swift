/// Writes SVG elements, one a line, indented, with everything escaped that comes from outside.
struct SVGWriter {
  private(set) var text = ""
  private var depth: Int

  init(depth: Int = 0) { self.depth = depth }

  /// Appends what another writer wrote at the same depth.
  mutating func append(_ other: SVGWriter) { text += other.text }

  /// Opens an element; `close` it with the same name.
  mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String> = [:]) {
    line("<\(name)\(Self.list(attributes))>")
    depth += 1
  }

  mutating func close(_ name: String) {
    depth -= 1
    line("</\(name)>")
  }

  mutating func empty(_ name: String, _ attributes: KeyValuePairs<String, String>) {
    line("<\(name)\(Self.list(attributes))/>")
  }

  mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String>, content: String) {
    line("<\(name)\(Self.list(attributes))>\(Self.escape(content))</\(name)>")
  }

  enum Anchor: String { case start, middle, end }

  struct TextStyle {
    var size: Double
    var color: Color = .black
    var anchor: Anchor = .start
    var isBold = false
    /// A white rim that keeps the text readable on lines and points.
    var hasHalo = false
    /// Turned by −90° about its own place.
    var isUpright = false
  }

  /// A line of text whose baseline starts, centres or ends at `place`.
  mutating func text(_ content: RichText, at place: Point, style: TextStyle) {
    guard !content.isEmpty else { return }
    let (x, y) = (NumberFormat.coordinate(place.x), NumberFormat.coordinate(place.y))
    var attributes = " x=\"\(x)\" y=\"\(y)\" font-size=\"\(NumberFormat.coordinate(style.size))\""
    if style.color != .black { attributes += " fill=\"\(style.color.hexadecimal)\"" }
    if style.anchor != .start { attributes += " text-anchor=\"\(style.anchor.rawValue)\"" }
    let isBold = style.isBold || content.runs.allSatisfy(\.isBold)
    if isBold { attributes += " font-weight=\"bold\"" }
    if style.hasHalo {
      attributes += " stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\" paint-order=\"stroke\""
    }
    if style.isUpright { attributes += " transform=\"rotate(-90 \(x) \(y))\"" }
    line("<text\(attributes)>\(Self.spans(content, size: style.size, isBold: isBold))</text>")
  }

  /// Runs as tspans. Subscripts are lowered by `dy` and the next run raised again: browsers do not agree on
  /// `baseline-shift`.
  private static func spans(_ content: RichText, size: Double, isBold: Bool) -> String {
    var result = ""
    var shift = 0.0
    for run in content.runs where !run.text.isEmpty {
      let wanted: Double =
        switch run.baseline {
        case .normal: 0
        case .sub: 0.24 * size
        case .super: -0.36 * size
        }
      var attributes = ""
      if wanted != shift { attributes += " dy=\"\(NumberFormat.coordinate(wanted - shift))\"" }
      if run.baseline != .normal {
        attributes += " font-size=\"\(NumberFormat.coordinate(size * TextMetrics.scriptScale))\""
      }
      if run.isItalic { attributes += " font-style=\"italic\"" }
      if run.isBold, !isBold { attributes += " font-weight=\"bold\"" }
      shift = wanted
      result += attributes.isEmpty ? escape(run.text) : span(run.text, attributes)
    }
    return result
  }

  /// Spaces at the ends stand outside: librsvg drops them, no-break spaces too, inside a shifted tspan.
  private static func span(_ text: String, _ attributes: String) -> String {
    let start = text.hasPrefix(" ") ? " " : ""
    let end = text.hasSuffix(" ") && text.count > 1 ? " " : ""
    let middle = text.dropFirst(start.count).dropLast(end.count)
    return start + "<tspan\(attributes)>\(escape(String(middle)))</tspan>" + end
  }

  private mutating func line(_ content: String) {
    text += String(repeating: " ", count: depth) + content + "\n"
  }

  private static func list(_ attributes: KeyValuePairs<String, String>) -> String {
    attributes.map { " \($0.key)=\"\(escape($0.value))\"" }.joined()
  }

  /// `text` for element content and attribute values. What XML cannot hold becomes U+FFFD; line breaks become spaces.
  static func escape(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\r", "\t": result += " "
      default:
        let code = scalar.value
        let isAllowed = code >= 0x20 && code != 0xFFFE && code != 0xFFFF && !(0x7F...0x9F).contains(code)
        result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  /// `text` made fit for an `id`: ASCII letters, digits, hyphen and underscore, starting with a letter.
  static func identifier(_ text: String) -> String {
    let kept = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
          return isPlain || scalar == "-" || scalar == "_" ? scalar : "-"
        }))
    guard let first = kept.unicodeScalars.first, first.properties.isAlphabetic else { return "figure-" + kept }
    return kept
  }
}
