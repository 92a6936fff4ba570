/// Draws a diagram: arrows beneath, boxes over them, then the legend and notes.
struct DiagramRenderer {
  private let diagram: Diagram
  private let layout: DiagramLayout
  /// Left edge and width of each column.
  private let columns: [(x: Double, width: Double)]
  private let widths: [Double]
  private let identifier: String
  private let style: ChartStyle

  private static let margin = 16.0
  private var font: Double { diagram.fontSize }
  /// Many arrows are drawn finer, so that they do not run together.
  private var isCrowded: Bool { diagram.arrows.count > 60 }

  init(_ diagram: Diagram) {
    self.diagram = diagram
    identifier = SVGWriter.identifier(diagram.identifier)
    let font = diagram.fontSize
    let heights = diagram.boxes.map { $0.detail.isEmpty ? font * 1.9 : font * 3.2 }
    layout = DiagramLayout(
      heights: heights, arrows: diagram.arrows.map { ($0.from, $0.to) }, gap: font * 0.7)
    widths = diagram.boxes.map { box in
      max(TextMetrics.width(box.label, fontSize: font), TextMetrics.width(box.detail, fontSize: font * 0.85))
        + font * 1.4
    }
    var x = Self.margin
    var columns: [(Double, Double)] = []
    for column in layout.columns {
      let width = column.compactMap { [layout, widths] in layout.slots[$0].box.map { widths[$0] } }.max() ?? 0
      columns.append((x, width))
      // Room for arrows to turn: more where many pass.
      x += width + font * min(9, 4 + 0.1 * Double(column.count))
    }
    self.columns = columns
    let right = (columns.last.map { $0.0 + $0.1 } ?? 0) + Self.margin
    style = ChartStyle(width: max(right, 420), fontSize: font)
  }

  func render() -> String {
    var body = SVGWriter(depth: 1)
    for route in layout.routes { draw(route, &body) }
    for slot in layout.slots { if let box = slot.box { draw(box, slot, &body) } }
    let bottom = layout.slots.map { $0.y + $0.height / 2 }.max() ?? 0
    var foot = FootRenderer(
      style: style, width: style.width, top: Self.margin + bottom + font, identifier: identifier)
    foot.draw(legend: diagram.legend, &body)
    foot.draw(notes: diagram.notes, &body)

    return SVGDocument(
      identifier: identifier, title: diagram.title, summary: diagram.summary, width: style.width, height: foot.bottom
    ).text(body)
  }

  // MARK: Boxes

  private func frame(_ box: Int, _ slot: DiagramLayout.Slot) -> Rectangle {
    let column = columns[slot.column]
    return Rectangle(
      x: column.x, y: Self.margin + slot.y - slot.height / 2, width: column.width, height: slot.height)
  }

  private func draw(_ index: Int, _ slot: DiagramLayout.Slot, _ writer: inout SVGWriter) {
    let box = diagram.boxes[index]
    let frame = frame(index, slot)
    var x = frame.x
    let total = box.parts.reduce(0) { $0 + max(0, $1.share) }
    for part in box.parts where part.share > 0 {
      let width = frame.width * part.share / total
      writer.empty(
        "rect",
        [
          "x": NumberFormat.coordinate(x), "y": NumberFormat.coordinate(frame.y),
          "width": NumberFormat.coordinate(width),
          "height": NumberFormat.coordinate(frame.height), "fill": part.color.hexadecimal,
        ])
      x += width
    }
    writer.empty(
      "rect",
      [
        "x": NumberFormat.coordinate(frame.x), "y": NumberFormat.coordinate(frame.y),
        "width": NumberFormat.coordinate(frame.width), "height": NumberFormat.coordinate(frame.height), "fill": "none",
        "stroke": box.rim.hexadecimal, "stroke-dasharray": box.rimDash.pattern ?? "none",
      ])
    let left = frame.x + font * 0.7
    if box.detail.isEmpty {
      writer.text(box.label, at: Point(x: left, y: slot.y + Self.margin + font * 0.36), style: .init(size: font))
    } else {
      writer.text(
        box.label, at: Point(x: left, y: frame.y + font * 1.35), style: .init(size: font, isBold: true))
      writer.text(box.detail, at: Point(x: left, y: frame.y + font * 2.55), style: .init(size: font * 0.85))
    }
  }

  // MARK: Arrows

  private func draw(_ route: DiagramLayout.Route, _ writer: inout SVGWriter) {
    guard let first = route.slots.first, let last = route.slots.last else { return }
    let head = font * 0.5
    let start = Point(x: right(first), y: middle(first))
    let end = Point(x: left(last), y: middle(last))
    var path = "M\(Self.text(start))"
    var pen = start
    for slot in route.slots.dropFirst() {
      let isLast = slot == last
      let target = isLast ? end : Point(x: left(slot), y: middle(slot))
      let turn = (pen.x + target.x) / 2
      path += "C\(Self.text(Point(x: turn, y: pen.y))) \(Self.text(Point(x: turn, y: target.y))) \(Self.text(target))"
      pen = target
      if !isLast {
        pen = Point(x: right(slot), y: target.y)
        path += "H\(NumberFormat.coordinate(pen.x))"
      }
    }
    writer.empty(
      "path",
      ["d": path, "fill": "none", "stroke": isCrowded ? "#b8b8b8" : "#9a9a9a", "stroke-width": isCrowded ? "0.7" : "1"])
    // A circle's arrow is drawn against its way, so that its head is at the left.
    let tip = route.isReversed ? start : end
    let back = tip.x + (route.isReversed ? head : -head)
    let corners = [tip, Point(x: back, y: tip.y - head * 0.45), Point(x: back, y: tip.y + head * 0.45)]
    writer.empty("path", ["d": "M" + corners.map(Self.text).joined(separator: "L") + "Z", "fill": "#6a6a6a"])
  }

  private func left(_ slot: Int) -> Double { columns[layout.slots[slot].column].x }

  private func right(_ slot: Int) -> Double {
    let column = columns[layout.slots[slot].column]
    return column.x + column.width
  }

  private func middle(_ slot: Int) -> Double { Self.margin + layout.slots[slot].y }

  private static func text(_ point: Point) -> String {
    "\(NumberFormat.coordinate(point.x)) \(NumberFormat.coordinate(point.y))"
  }
}
