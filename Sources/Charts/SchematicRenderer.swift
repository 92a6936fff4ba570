/// Draws a schematic: parts from left to right, boxes over arrows.
struct SchematicRenderer {
  private let schematic: Schematic
  private static let margin = 14.0
  private static let gap = 34.0

  init(_ schematic: Schematic) { self.schematic = schematic }

  private var size: Double { schematic.fontSize }
  private var titleHeight: Double { size * 2 }
  private var footHeight: Double {
    Double(schematic.parts.map(\.footnotes.count).max() ?? 0) * size * 1.35 + 6
  }

  func render() -> String {
    let widths = schematic.parts.map { $0.columns * schematic.columnWidth }
    let gaps = Self.gap * Double(max(0, widths.count - 1))
    let partHeight = titleHeight + schematic.rows * schematic.rowHeight + footHeight
    let width = (schematic.isStacked ? widths.max() ?? 0 : widths.reduce(0, +) + gaps) + 2 * Self.margin
    let height =
      (schematic.isStacked ? partHeight * Double(widths.count) + gaps : partHeight) + 2 * Self.margin
    let identifier = SVGWriter.identifier(schematic.identifier)
    var writer = SVGWriter()
    let (w, h) = (NumberFormat.coordinate(width), NumberFormat.coordinate(height))
    writer.open(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "id": identifier, "width": w, "height": h, "viewBox": "0 0 \(w) \(h)",
        "role": "img", "aria-labelledby": "\(identifier)-title \(identifier)-desc",
        "font-family": "DejaVu Sans, Bitstream Vera Sans, Verdana, Helvetica, Arial, sans-serif",
      ])
    writer.element("title", ["id": "\(identifier)-title"], content: schematic.title)
    writer.element("desc", ["id": "\(identifier)-desc"], content: schematic.summary)
    writer.empty("rect", ["width": w, "height": h, "fill": "#ffffff"])
    var (left, top) = (Self.margin, Self.margin)
    for (part, partWidth) in zip(schematic.parts, widths) {
      if schematic.isStacked {
        draw(part, left: (width - partWidth) / 2, top: top, width: partWidth, &writer)
        top += partHeight + Self.gap
      } else {
        draw(part, left: left, top: top, width: partWidth, &writer)
        left += partWidth + Self.gap
      }
    }
    writer.close("svg")
    return writer.text
  }

  private func draw(
    _ part: Schematic.Part, left: Double, top start: Double, width: Double, _ writer: inout SVGWriter
  ) {
    let top = start + titleHeight
    writer.text(
      part.title, at: Point(x: left + width / 2, y: start + size),
      style: .init(size: size * 1.05, anchor: .middle, isBold: true))
    var places: [String: Rectangle] = [:]
    for box in part.boxes { places[box.name] = place(box, left: left, top: top) }
    for arrow in part.arrows {
      guard let from = places[arrow.from], let to = places[arrow.to] else { continue }
      draw(arrow, from: from, to: to, &writer)
    }
    for box in part.boxes {
      if let place = places[box.name] { draw(box, place, &writer) }
    }
    var y = top + schematic.rows * schematic.rowHeight + size
    for line in part.footnotes {
      writer.text(
        line, at: Point(x: left + width / 2, y: y), style: .init(size: size * 0.9, color: .darkGray, anchor: .middle))
      y += size * 1.35
    }
  }

  private func place(_ box: Schematic.Box, left: Double, top: Double) -> Rectangle {
    let width = box.width * schematic.columnWidth
    let height = box.look == .plain ? size * 1.3 : schematic.rowHeight * 0.56
    let center = Point(
      x: left + (box.column + 0.5) * schematic.columnWidth, y: top + (box.row + 0.5) * schematic.rowHeight)
    return Rectangle(x: center.x - width / 2, y: center.y - height / 2, width: width, height: height)
  }

  private func draw(_ box: Schematic.Box, _ place: Rectangle, _ writer: inout SVGWriter) {
    func rectangle(_ color: Color, radius: Double) {
      writer.empty(
        "rect",
        [
          "x": NumberFormat.coordinate(place.x), "y": NumberFormat.coordinate(place.y),
          "width": NumberFormat.coordinate(place.width), "height": NumberFormat.coordinate(place.height),
          "rx": NumberFormat.coordinate(radius), "fill": color.hexadecimal, "fill-opacity": "0.14",
          "stroke": color.hexadecimal, "stroke-width": "1.4",
        ])
    }
    switch box.look {
    case .plain: break
    case .solid(let color): rectangle(color, radius: 3)
    case .rounded(let color): rectangle(color, radius: place.height / 2)
    }
    writer.text(
      box.text, at: Point(x: place.middle.x, y: place.middle.y + size * 0.36), style: .init(size: size, anchor: .middle)
    )
  }

  /// A straight line between the two boxes' edges with heads, a label beside its middle and a bar where it is stopped.
  private func draw(_ arrow: Schematic.Arrow, from: Rectangle, to: Rectangle, _ writer: inout SVGWriter) {
    let (start, end) = (Self.edge(of: from, towards: to.middle), Self.edge(of: to, towards: from.middle))
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length > 1 else { return }
    let (ux, uy) = (dx / length, dy / length)
    MarkRenderer.line([start, end], color: arrow.color, width: 1.4, dash: arrow.dash, &writer)
    head(at: end, ux, uy, arrow.color, &writer)
    if arrow.isDouble { head(at: start, -ux, -uy, arrow.color, &writer) }
    if arrow.isStopped {
      let middle = Point(x: start.x + 0.42 * dx, y: start.y + 0.42 * dy)
      for offset in [-2.2, 2.2] {
        let at = Point(x: middle.x + offset * ux, y: middle.y + offset * uy)
        MarkRenderer.line(
          [Point(x: at.x - 7 * uy, y: at.y + 7 * ux), Point(x: at.x + 7 * uy, y: at.y - 7 * ux)], color: .red,
          width: 1.6,
          &writer)
      }
    }
    guard !arrow.label.isEmpty else { return }
    // To the right of an upright arrow, above a level one.
    let isUpright = abs(uy) > abs(ux)
    let width = TextMetrics.width(arrow.label, fontSize: size * 0.88)
    // A slanting arrow takes room beside its middle as well.
    let slant = isUpright ? abs(ux / uy) * size * 0.5 : 0
    let x = (start.x + end.x) / 2 + (isUpright ? 7 + slant + width / 2 : 0)
    let y = (start.y + end.y) / 2 + (isUpright ? size * 0.3 : -7)
    writer.text(
      arrow.label, at: Point(x: x, y: y),
      style: .init(size: size * 0.88, color: arrow.color, anchor: .middle, hasHalo: true))
  }

  private func head(at tip: Point, _ ux: Double, _ uy: Double, _ color: Color, _ writer: inout SVGWriter) {
    let points = [(0.0, 0.0), (-8, 4), (-8, -4)].map { along, across in
      let (x, y) = (tip.x + along * ux - across * uy, tip.y + along * uy + across * ux)
      return "\(NumberFormat.coordinate(x)),\(NumberFormat.coordinate(y))"
    }
    writer.empty("polygon", ["points": points.joined(separator: " "), "fill": color.hexadecimal])
  }

  /// Where the line from the box's middle to `target` leaves the box.
  private static func edge(of box: Rectangle, towards target: Point) -> Point {
    let middle = box.middle
    let (dx, dy) = (target.x - middle.x, target.y - middle.y)
    let (halfWidth, halfHeight) = (box.width / 2 + 2, box.height / 2 + 2)
    let share = min(dx == 0 ? .infinity : halfWidth / abs(dx), dy == 0 ? .infinity : halfHeight / abs(dy))
    return share.isFinite ? Point(x: middle.x + share * dx, y: middle.y + share * dy) : middle
  }
}
