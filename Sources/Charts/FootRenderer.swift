/// Draws what stands beneath the panels, one thing under the other.
struct FootRenderer {
  let style: ChartStyle
  let width: Double
  private(set) var bottom: Double
  private let identifier: String

  init(style: ChartStyle, width: Double, top: Double, identifier: String) {
    self.style = style
    self.width = width
    self.identifier = identifier
    bottom = top + 4
  }

  /// Entries in centred lines.
  mutating func draw(legend entries: [LegendEntry], _ writer: inout SVGWriter) {
    guard !entries.isEmpty else { return }
    let gap = style.fontSize * 1.6
    let room = width - 2 * ChartLayout.margin
    var lines: [[(entry: LegendEntry, label: [RichText], width: Double)]] = [[]]
    var used = 0.0
    for entry in entries {
      let label = LegendRenderer.label(entry, width: room, style: style)
      let size = min(LegendRenderer.width(entry, style: style), room)
      if used > 0, used + size > room {
        lines.append([])
        used = 0
      }
      lines[lines.count - 1].append((entry, label, size))
      used += size + gap
    }
    for line in lines {
      let total = line.reduce(-gap) { $0 + $1.width + gap }
      var x = max(ChartLayout.margin, (width - total) / 2)
      for (entry, label, size) in line {
        LegendRenderer.draw(entry, label, x: x, middle: bottom + style.fontSize * 0.7, style: style, &writer)
        x += size + gap
      }
      let more = (line.map { $0.label.count }.max() ?? 1) - 1
      bottom += style.fontSize * 1.5 + Double(more) * style.smallFontSize * TextMetrics.lineHeight
    }
    bottom += 2
  }

  /// A strip for each scale, ticks under the last, the title before them.
  mutating func draw(_ bar: ColorBar, _ writer: inout SVGWriter) {
    guard let domain = bar.scales.first?.domain else { return }
    let titleWidth = TextMetrics.width(bar.title, fontSize: style.fontSize)
    let length = max(60, min(260, width - titleWidth - 60))
    let left = max(ChartLayout.margin, (width - length - titleWidth - 12) / 2) + titleWidth + 12
    let height = style.fontSize * (bar.scales.count > 1 ? 0.7 : 0.85)
    let strips = height * Double(bar.scales.count)
    for (index, scale) in bar.scales.enumerated() {
      gradient(scale, named: Self.gradient(identifier, index), &writer)
    }
    bottom += 2
    writer.text(
      bar.title, at: Point(x: left - 12, y: bottom + strips * 0.5 + style.fontSize * 0.36),
      style: .init(size: style.fontSize, anchor: .end))
    for index in bar.scales.indices {
      writer.empty(
        "rect",
        [
          "x": NumberFormat.coordinate(left), "y": NumberFormat.coordinate(bottom + height * Double(index)),
          "width": NumberFormat.coordinate(length), "height": NumberFormat.coordinate(height),
          "fill": "url(#\(Self.gradient(identifier, index)))", "stroke": Color.gray.hexadecimal,
          "stroke-width": "0.5",
        ])
    }
    bottom += strips
    let scale = Scale(domain: domain, start: left, end: left + length)
    for tick in scale.ticks(target: 5) {
      guard let x = scale.position(tick.value) else { continue }
      let at = NumberFormat.coordinate(x)
      writer.empty(
        "path",
        [
          "d": "M\(at) \(NumberFormat.coordinate(bottom))v4", "stroke": Color.darkGray.hexadecimal, "fill": "none",
        ])
      writer.text(
        RichText(tick.label), at: Point(x: x, y: bottom + 5 + style.smallFontSize),
        style: .init(size: style.smallFontSize, color: .darkGray, anchor: .middle))
    }
    bottom += 5 + style.smallFontSize * 1.6
  }

  private static func gradient(_ identifier: String, _ index: Int) -> String {
    identifier + "-colors" + (index == 0 ? "" : "-\(index + 1)")
  }

  private func gradient(_ scale: ColorScale, named name: String, _ writer: inout SVGWriter) {
    writer.open("linearGradient", ["id": name])
    let colors = scale.table(33)
    for (index, color) in colors.enumerated() {
      let offset = NumberFormat.coordinate(Double(index) * 100 / Double(colors.count - 1))
      writer.empty("stop", ["offset": offset + "%", "stop-color": color.hexadecimal])
    }
    writer.close("linearGradient")
  }

  mutating func draw(notes: [RichText], _ writer: inout SVGWriter) {
    let lines = notes.flatMap {
      $0.wrapped(width: width - 2 * ChartLayout.margin, fontSize: style.smallFontSize)
    }
    for line in lines {
      bottom += style.smallFontSize * TextMetrics.lineHeight
      writer.text(
        line, at: Point(x: width / 2, y: bottom),
        style: .init(size: style.smallFontSize, color: .darkGray, anchor: .middle))
    }
    bottom += ChartLayout.margin * (lines.isEmpty ? 0.5 : 0.9)
  }
}
