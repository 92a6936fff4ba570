/// Draws a legend's entries: a sample, then its label.
enum LegendRenderer {
  private static func swatchWidth(_ entry: LegendEntry, _ style: ChartStyle) -> Double {
    switch entry.swatch {
    case .marker: style.fontSize * 0.9
    case .line, .markedLine: style.fontSize * 2
    }
  }

  static func width(_ entry: LegendEntry, style: ChartStyle) -> Double {
    swatchWidth(entry, style) + style.fontSize * 0.45 + TextMetrics.width(entry.label, fontSize: style.smallFontSize)
  }

  /// The label in as many lines as `width` pixels ask for.
  static func label(_ entry: LegendEntry, width: Double, style: ChartStyle) -> [RichText] {
    entry.label.wrapped(
      width: width - swatchWidth(entry, style) - style.fontSize * 0.45, fontSize: style.smallFontSize)
  }

  /// Draws `entry` from `x` on, its first line centred about the height `middle`.
  static func draw(
    _ entry: LegendEntry, _ label: [RichText], x: Double, middle: Double, style: ChartStyle,
    _ writer: inout SVGWriter
  ) {
    let width = swatchWidth(entry, style)
    let centre = Point(x: x + width / 2, y: middle)
    let diameter = min(max(style.markerSize, entry.leastMarkerSize), style.fontSize * 0.9)
    func line(_ color: Color, _ dash: Dash) {
      MarkRenderer.line(
        [Point(x: x, y: middle), Point(x: x + width, y: middle)], color: color, width: max(style.lineWidth, 0.75),
        dash: dash, &writer)
    }
    switch entry.swatch {
    case .marker(let symbol, let color, let isFilled):
      MarkRenderer.marker(symbol, at: centre, diameter: diameter, color: color, isFilled: isFilled, &writer)
    case .line(let color, let dash):
      line(color, dash)
    case .markedLine(let symbol, let color):
      line(color, .solid)
      MarkRenderer.marker(symbol, at: centre, diameter: diameter, color: color, isFilled: true, &writer)
    }
    for (index, line) in label.enumerated() {
      let y = middle + style.smallFontSize * (0.36 + TextMetrics.lineHeight * Double(index))
      writer.text(
        line, at: Point(x: x + width + style.fontSize * 0.45, y: y), style: .init(size: style.smallFontSize))
    }
  }
}
