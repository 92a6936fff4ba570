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

    return SVGDocument(
      identifier: identifier, title: chart.title, summary: chart.summary, width: style.width, height: foot.bottom
    ).text(body)
  }

  private func drawGridTitles(_ writer: inout SVGWriter) {
    if chart.rowTitlePlace == .above { return drawHeadings(&writer) }
    for (lines, centre) in zip(layout.rowTitles, layout.rowCentres) {
      for (index, line) in lines.enumerated() {
        let x = ChartLayout.margin + style.fontSize * (1 + 1.3 * Double(index))
        writer.text(
          line, at: Point(x: x, y: centre), style: .init(size: style.fontSize, anchor: .middle, isUpright: true))
      }
    }
  }

  private func drawHeadings(_ writer: inout SVGWriter) {
    for (lines, top) in zip(layout.rowTitles, layout.rowTitleTops) {
      for (index, line) in lines.enumerated() {
        let y = top + style.headingSize * (1 + TextMetrics.lineHeight * Double(index))
        writer.text(
          line, at: Point(x: ChartLayout.margin, y: y), style: .init(size: style.headingSize, isBold: true))
      }
    }
  }
}
