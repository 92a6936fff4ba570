/// What a drawing says of itself to those who cannot see it.
public enum DrawingSummary {
  /// The text of the drawing's own `<desc>`; nil where it has none, or an empty one.
  public static func of(svg: String) -> String? {
    guard let start = svg.range(of: "<desc"), let open = svg[start.upperBound...].firstIndex(of: ">"),
      let end = svg.range(of: "</desc>", range: open..<svg.endIndex)
    else { return nil }
    let text = svg[svg.index(after: open)..<end.lowerBound]
    guard !text.allSatisfy(\.isWhitespace) else { return nil }
    return ["&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'"].reduce(String(text)) {
      $0.replacing($1.key, with: $1.value)
    }.replacing("&amp;", with: "&")
  }
}
