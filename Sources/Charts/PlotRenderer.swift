/// Draws the marks of a panel and finds places for its labels.
struct PlotRenderer {
  let panel: Panel
  let plot: Rectangle
  let x: Scale
  let y: Scale
  let style: ChartStyle
  let identifier: String

  func draw(_ writer: inout SVGWriter) {
    var placer = LabelPlacer(bounds: plot.expanded(by: -2))
    let clip = "\(identifier)-clip"
    writer.open("clipPath", ["id": clip])
    writer.empty(
      "rect",
      [
        "x": NumberFormat.coordinate(plot.x), "y": NumberFormat.coordinate(plot.y),
        "width": NumberFormat.coordinate(plot.width), "height": NumberFormat.coordinate(plot.height),
      ])
    writer.close("clipPath")
    writer.open("g", ["clip-path": "url(#\(clip))"])
    for mark in panel.marks { drawClipped(mark, &placer, &writer) }
    writer.close("g")
    for mark in panel.marks {
      if case .points(let points) = mark { draw(points, &placer, &writer) }
    }
    drawLabels(&placer, &writer)
    for mark in panel.marks {
      if case .rule(let rule) = mark { label(rule, &placer, &writer) }
    }
  }

  private func position(_ point: Point) -> Point? {
    guard panel.shows(point), let px = x.position(point.x), let py = y.position(point.y) else { return nil }
    return Point(x: px, y: py)
  }

  // MARK: Lines, bars

  private func drawClipped(_ mark: Mark, _ placer: inout LabelPlacer, _ writer: inout SVGWriter) {
    switch mark {
    case .line(let line):
      if let name = line.name { writer.open("g", ["data-line": name]) }
      for piece in pieces(line.points) {
        let drawn = line.isSampled ? Curve.simplified(piece) : piece
        MarkRenderer.line(
          drawn, color: line.color, width: style.lineWidth * line.relativeWidth, dash: line.dash, &writer)
        for (start, end) in zip(drawn, drawn.dropFirst()) { placer.block(line: plot.clipped(start, end)) }
      }
      if line.name != nil { writer.close("g") }
    case .errorBars(let bars):
      for bar in bars.bars { draw(bar, color: bars.color, &placer, &writer) }
    case .rule(let rule):
      guard let line = ends(of: rule) else { return }
      MarkRenderer.line(line, color: rule.color, width: style.lineWidth * 0.8, dash: rule.dash, &writer)
      placer.block(line: line)
    case .points:
      break
    }
  }

  /// The runs of points that have pixels. Unlike points, lines may leave the limits that were set: they are clipped.
  private func pieces(_ points: [Point]) -> [[Point]] {
    var pieces: [[Point]] = [[]]
    for point in points {
      if let px = x.position(point.x), let py = y.position(point.y), abs(px) < 1e6, abs(py) < 1e6 {
        pieces[pieces.count - 1].append(Point(x: px, y: py))
      } else if !pieces[pieces.count - 1].isEmpty {
        pieces.append([])
      }
    }
    return pieces.filter { $0.count >= 2 }
  }

  private func draw(_ bar: ErrorBars.Bar, color: Color, _ placer: inout LabelPlacer, _ writer: inout SVGWriter) {
    guard let centre = position(bar.point) else { return }
    var lines: [[Point]] = []
    if let size = bar.x, size > 0, let left = x.position(bar.point.x - size) ?? plot.x as Double?,
      let right = x.position(bar.point.x + size)
    {
      lines.append([Point(x: left, y: centre.y), Point(x: right, y: centre.y)])
      lines += [left, right].map { [Point(x: $0, y: centre.y - 3), Point(x: $0, y: centre.y + 3)] }
    }
    if let size = bar.y, size > 0, let low = y.position(bar.point.y - size) ?? plot.bottom as Double?,
      let high = y.position(bar.point.y + size)
    {
      lines.append([Point(x: centre.x, y: low), Point(x: centre.x, y: high)])
      lines += [low, high].map { [Point(x: centre.x - 3, y: $0), Point(x: centre.x + 3, y: $0)] }
    }
    for line in lines {
      MarkRenderer.line(line, color: color, width: max(0.8, style.lineWidth * 0.7), &writer)
      placer.block(line: line)
    }
  }

  private func ends(of rule: RuleMark) -> [Point]? {
    switch rule.direction {
    case .horizontal:
      guard panel.y.shows(rule.value), let at = y.position(rule.value) else { return nil }
      return [Point(x: plot.x, y: at), Point(x: plot.right, y: at)]
    case .vertical:
      guard panel.x.shows(rule.value), let at = x.position(rule.value) else { return nil }
      return [Point(x: at, y: plot.y), Point(x: at, y: plot.bottom)]
    }
  }

  // MARK: Points and labels

  private func draw(_ mark: PointMarks, _ placer: inout LabelPlacer, _ writer: inout SVGWriter) {
    let diameter = style.markerSize * mark.relativeSize
    for (index, point) in mark.points.enumerated() {
      guard let centre = position(point) else { continue }
      let color = mark.colors.indices.contains(index) ? mark.colors[index] : mark.color
      let detail = mark.details.indices.contains(index) ? mark.details[index] : nil
      if let detail {
        if let reference = detail.reference { writer.open("g", ["data-node": reference]) } else { writer.open("g") }
        writer.element("title", [:], content: detail.text)
      }
      MarkRenderer.marker(
        mark.symbol, at: centre, diameter: diameter, color: color, isFilled: mark.isFilled, &writer)
      if detail != nil { writer.close("g") }
      placer.block(
        Rectangle(x: centre.x - diameter / 2, y: centre.y - diameter / 2, width: diameter, height: diameter))
    }
  }

  private func drawLabels(_ placer: inout LabelPlacer, _ writer: inout SVGWriter) {
    var labels: [PointLabels.Label] = []
    func add(_ text: RichText, _ point: Point, radius: Double, color: Color) {
      guard !text.isEmpty, let anchor = position(point) else { return }
      labels.append(.init(text: text, anchor: anchor, radius: radius, size: style.smallFontSize, color: color))
    }
    for mark in panel.marks {
      guard case .points(let points) = mark else { continue }
      let radius = style.markerSize * points.relativeSize / 2
      for (point, text) in zip(points.points, points.labels) { add(text, point, radius: radius, color: .black) }
    }
    let placed = PointLabels.arrange(labels, placer)
    for label in placed {
      MarkRenderer.line(label.leader, color: .gray, width: 0.7, &writer)
      placer.block(line: label.leader)
      placer.block(label.box.expanded(by: 1))
    }
    for label in placed {
      writer.text(
        label.label.text, at: label.origin,
        style: .init(size: label.label.size, color: label.label.color, hasHalo: true))
    }
  }

  private func label(_ rule: RuleMark, _ placer: inout LabelPlacer, _ writer: inout SVGWriter) {
    guard !rule.label.isEmpty, let line = ends(of: rule) else { return }
    let size = style.smallFontSize * 0.94
    let width = TextMetrics.width(rule.label, fontSize: size)
    let height = size * TextMetrics.capHeight
    var candidates: [(box: Rectangle, reluctance: Double)] = []
    for (rank, fraction) in [1.0, 0, 0.5, 0.75, 0.25].enumerated() {
      for (side, below) in [false, true].enumerated() {
        let box =
          rule.direction == .horizontal
          ? Rectangle(
            x: plot.x + 5 + fraction * (plot.width - width - 10), y: line[0].y + (below ? 4 : -4 - height),
            width: width, height: height)
          : Rectangle(
            x: line[0].x + (below ? -4 - width : 4), y: plot.y + 5 + (1 - fraction) * (plot.height - height - 10),
            width: width, height: height)
        candidates.append((box, Double(rank) * 2 + Double(side) + placer.cost(box.expanded(by: 3))))
      }
    }
    guard let index = placer.best(candidates) else { return }
    let box = candidates[index].box
    placer.block(box.expanded(by: 1))
    writer.text(
      rule.label, at: Point(x: box.x, y: box.bottom), style: .init(size: size, color: rule.color, hasHalo: true))
  }
}
