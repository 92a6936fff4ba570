/// Draws a chart: the panels, then legend, colour bar and notes beneath them.
struct ChartRenderer {
  private let chart: Chart
  private let limits: [[PanelLimits]]
  private let layout: ChartLayout
  private var style: ChartStyle { layout.style }
  private let identifier: String

  init(_ chart: Chart) {
    self.chart = chart
    limits = PanelLimits.of(chart)
    layout = ChartLayout(chart, limits: limits)
    identifier = SVGWriter.identifier(chart.identifier)
  }

  func render() throws -> String {
    var writer = SVGWriter()
    var foot = FootRenderer(style: style, width: style.width, top: layout.bottom, identifier: identifier)
    var body = SVGWriter(depth: 1)
    drawGridTitles(&body)
    for row in layout.cells.indices {
      for column in layout.cells[row].indices {
        guard let panel = chart.panels[row][column], let cell = layout.cells[row][column] else { continue }
        let prefix = "\(identifier)-panel-\(row + 1)-\(column + 1)"
        try PanelRenderer(panel: panel, cell: cell, style: style, identifier: prefix).draw(&body)
      }
    }
    foot.draw(legend: chart.legend, &body)
    if let bar = chart.colorBar { foot.draw(bar, &body) }
    foot.draw(notes: chart.notes, &body)

    let (width, height) = (NumberFormat.coordinate(style.width), NumberFormat.coordinate(foot.bottom.rounded(.up)))
    writer.open(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "id": identifier, "width": width, "height": height,
        "viewBox": "0 0 \(width) \(height)", "role": "img",
        "aria-labelledby": "\(identifier)-title \(identifier)-desc",
        "font-family": "DejaVu Sans, Bitstream Vera Sans, Verdana, Helvetica, Arial, sans-serif",
      ])
    writer.element("title", ["id": "\(identifier)-title"], content: chart.title)
    writer.element("desc", ["id": "\(identifier)-desc"], content: chart.summary)
    writer.empty("rect", ["width": width, "height": height, "fill": "#ffffff"])
    writer.append(body)
    writer.close("svg")
    return writer.text
  }

  private func drawGridTitles(_ writer: inout SVGWriter) {
    for (title, centre) in zip(chart.columnTitles, layout.columnCentres) {
      writer.text(
        title, at: Point(x: centre, y: ChartLayout.margin + style.fontSize),
        style: .init(size: style.fontSize * 1.08, anchor: .middle, isBold: true))
    }
    for (lines, centre) in zip(layout.rowTitles, layout.rowCentres) {
      for (index, line) in lines.enumerated() {
        let x = ChartLayout.margin + style.fontSize * (1 + 1.3 * Double(index))
        writer.text(
          line, at: Point(x: x, y: centre), style: .init(size: style.fontSize, anchor: .middle, isUpright: true))
      }
    }
  }
}
