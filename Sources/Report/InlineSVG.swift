/// A drawing made fit to stand inside an HTML page with others: its ids get a prefix of their own, and whatever could
/// run or load something from elsewhere is left out.
struct InlineSVG {
  /// From `<svg` to `</svg>`; empty where the source holds no such element.
  let markup: String

  private static let droppedElements: Set<String> = ["script", "foreignobject", "iframe", "object", "embed"]
  private static let linkAttributes: Set<String> = ["href", "xlink:href", "src"]
  private static let referenceAttributes: Set<String> = ["aria-labelledby", "aria-describedby"]

  /// - Parameters:
  ///   - prefix: put in front of every id and every reference to one.
  ///   - label: what the drawing is called by programs that read pages aloud; nil keeps what it says itself.
  init(_ source: String, prefix: String, label: String? = nil) {
    var result = ""
    var isInside = false
    var droppedDepth = 0
    var droppedName = ""
    for piece in XMLPieces(source) {
      switch piece {
      case .text(let text):
        guard isInside, droppedDepth == 0 else { continue }
        // A lone "<" or ">" would be markup to a browser.
        result += text.replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      case .closing(let name):
        if droppedDepth > 0 {
          if name.lowercased() == droppedName { droppedDepth -= 1 }
          continue
        }
        guard isInside, Self.isName(name) else { continue }
        result += "</\(name)>"
        if name == "svg" { isInside = false }
      case .opening(let name, let attributes, let isEmpty):
        if droppedDepth > 0 {
          if name.lowercased() == droppedName, !isEmpty { droppedDepth += 1 }
          continue
        }
        guard Self.isName(name) else { continue }
        let isRoot = name == "svg" && !isInside && result.isEmpty
        guard isInside || isRoot else { continue }
        if Self.droppedElements.contains(name.lowercased()) || name.lowercased() == "style" {
          droppedName = name.lowercased()
          droppedDepth = isEmpty ? 0 : 1
          continue
        }
        var kept = attributes.compactMap { Self.rewritten($0, prefix: prefix) }
        if isRoot {
          isInside = !isEmpty
          if let label {
            kept.removeAll { ["role", "aria-label", "aria-labelledby"].contains($0.name) }
            kept += [("role", "img"), ("aria-label", htmlEscaped(label))]
          }
        }
        result += "<\(name)" + kept.map { " \($0.name)=\"\($0.value)\"" }.joined() + (isEmpty ? "/>" : ">")
      }
    }
    markup = result
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.first, first.isASCII, first.isLetter else { return false }
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ":" || $0 == "-" || $0 == "_") }
  }

  /// The attribute as it may stand in the page, with a value that is escaped as in the source; nil to leave it out.
  private static func rewritten(
    _ attribute: (name: String, value: String), prefix: String
  ) -> (name: String, value: String)? {
    let name = attribute.name
    guard isName(name), !name.lowercased().hasPrefix("on") else { return nil }
    let value = attribute.value.replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
    if name == "id" { return (name, prefix + value) }
    if linkAttributes.contains(name.lowercased()) {
      if value.hasPrefix("#") { return (name, "#" + prefix + value.dropFirst()) }
      return value.hasPrefix("data:image/png") || value.hasPrefix("data:image/jpeg") ? (name, value) : nil
    }
    if referenceAttributes.contains(name) {
      return (name, value.split(separator: " ").map { prefix + $0 }.joined(separator: " "))
    }
    guard value.lowercased().contains("url(") else { return (name, value) }
    // Only references into the drawing itself.
    let references = value.components(separatedBy: "url(").dropFirst()
    guard references.allSatisfy({ $0.hasPrefix("#") }),
      !value.replacing("url(#", with: "").lowercased().contains("url(")
    else { return nil }
    return (name, value.replacing("url(#", with: "url(#\(prefix)"))
  }
}
