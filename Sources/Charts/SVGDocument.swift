/// A drawing as a file of its own: a white ground, and a title and a summary for whoever cannot see it.
struct SVGDocument {
  /// Becomes the `id`, and what other identifiers begin with.
  let identifier: String
  let title: String
  let summary: String
  let width: Double
  /// Rounded up, so that nothing is cut off.
  let height: Double

  /// The text of the file.
  /// - Parameter body: the drawing, one level deep.
  func text(_ body: SVGWriter) -> String {
    var writer = SVGWriter()
    let (width, height) = (NumberFormat.coordinate(width), NumberFormat.coordinate(height.rounded(.up)))
    writer.open(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "id": identifier, "width": width, "height": height,
        "viewBox": "0 0 \(width) \(height)", "role": "img",
        "aria-labelledby": "\(identifier)-title \(identifier)-desc",
        "font-family": "DejaVu Sans, Bitstream Vera Sans, Verdana, Helvetica, Arial, sans-serif",
      ])
    writer.element("title", ["id": "\(identifier)-title"], content: title)
    writer.element("desc", ["id": "\(identifier)-desc"], content: summary)
    writer.empty("rect", ["width": width, "height": height, "fill": "#ffffff"])
    writer.append(body)
    writer.close("svg")
    return writer.text
  }
}
