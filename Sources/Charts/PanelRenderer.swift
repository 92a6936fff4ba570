/// Draws one panel into its place.
struct PanelRenderer {
  let panel: Panel
  let cell: ChartLayout.Cell
  let style: ChartStyle
  /// Prefix of the ids in this panel.
  let identifier: String

  private var plot: Rectangle { cell.plot }

  func draw(_ writer: inout SVGWriter) throws {
    open(&writer)
    defer { writer.close("g") }
    drawHead(&writer)
    if let matrix = panel.matrix {
      try draw(matrix, &writer)
    } else if let x = cell.x, let y = cell.y {
      if panel.hasAxes { drawGrid(x, y, &writer) }
      PlotRenderer(panel: panel, plot: plot, x: x, y: y, style: style, identifier: identifier).draw(&writer)
      if panel.hasAxes { drawAxes(x, y, &writer) }
    } else {
      drawFrame(&writer)
      drawEmpty("no data", &writer)
    }
    drawFoot(&writer)
  }

  /// Where lines can be pointed at, the group says what the axes are, so that values can be read off the drawing.
  private func open(_ writer: inout SVGWriter) {
    guard panel.marks.contains(where: \.isRead), let x = cell.x, let y = cell.y else {
      return writer.open("g", ["id": identifier])
    }
    writer.open(
      "g",
      [
        "id": identifier, "data-x": Self.description(x, panel.x.title), "data-y": Self.description(y, panel.y.title),
      ])
  }

  /// Kind, ends of the domain, their pixels, and the title.
  private static func description(_ scale: Scale, _ title: RichText) -> String {
    let ends = [scale.domain.lowerBound, scale.domain.upperBound].map { "\($0)" }
    let pixels = [scale.start, scale.end].map(NumberFormat.coordinate)
    return ([scale.kind.rawValue] + ends + pixels + [title.spoken]).joined(separator: " ")
  }

  private func drawHead(_ writer: inout SVGWriter) {
    var y = cell.headTop
    for line in cell.titles {
      y += style.fontSize * 1.05
      writer.text(line, at: Point(x: plot.x, y: y), style: .init(size: style.fontSize))
      y += style.fontSize * 0.3
    }
    for line in cell.subtitles {
      y += style.smallFontSize * 1.05
      writer.text(line, at: Point(x: plot.x, y: y), style: .init(size: style.smallFontSize, color: .darkGray))
      y += style.smallFontSize * (TextMetrics.lineHeight - 1.05)
    }
  }

  private func drawFoot(_ writer: inout SVGWriter) {
    var y = plot.bottom + (panel.hasAxes ? ChartLayout.tickLength + style.smallFontSize * 1.3 : 0)
    if panel.hasAxes {
      if cell.showsXTitle {
        writer.text(
          panel.x.title, at: Point(x: plot.middle.x, y: y + style.fontSize),
          style: .init(size: style.fontSize, anchor: .middle))
        y += style.fontSize * 1.6
      }
      if cell.showsYTitle {
        writer.text(
          panel.y.title, at: Point(x: plot.x - cell.yTitleOffset, y: plot.middle.y),
          style: .init(size: style.fontSize, anchor: .middle, isUpright: true))
      }
    }
    y += 3
    for line in cell.footnotes {
      y += style.smallFontSize * TextMetrics.lineHeight
      writer.text(
        line, at: Point(x: plot.middle.x, y: y), style: .init(size: style.smallFontSize, anchor: .middle))
    }
  }

  private func drawGrid(_ x: Scale, _ y: Scale, _ writer: inout SVGWriter) {
    func draw(_ lines: String) {
      guard !lines.isEmpty else { return }
      writer.empty(
        "path", ["d": lines, "fill": "none", "stroke": Color.lightGray.hexadecimal, "stroke-width": "0.8"])
    }
    if panel.x.hasGrid {
      draw(
        cell.xTicks.compactMap { tick in
          x.position(tick.value).map {
            "M\(NumberFormat.coordinate($0)) \(NumberFormat.coordinate(plot.y))V\(NumberFormat.coordinate(plot.bottom))"
          }
        }.joined())
    }
    if panel.y.hasGrid {
      draw(
        cell.yTicks.compactMap { tick in
          y.position(tick.value).map {
            "M\(NumberFormat.coordinate(plot.x)) \(NumberFormat.coordinate($0))H\(NumberFormat.coordinate(plot.right))"
          }
        }.joined())
    }
  }

  private func drawFrame(_ writer: inout SVGWriter) {
    writer.empty(
      "rect",
      [
        "x": NumberFormat.coordinate(plot.x), "y": NumberFormat.coordinate(plot.y),
        "width": NumberFormat.coordinate(plot.width), "height": NumberFormat.coordinate(plot.height), "fill": "none",
        "stroke": Color.darkGray.hexadecimal, "stroke-width": "0.8",
      ])
  }

  private func drawAxes(_ x: Scale, _ y: Scale, _ writer: inout SVGWriter) {
    drawFrame(&writer)
    let length = NumberFormat.coordinate(ChartLayout.tickLength)
    var ticks = ""
    for tick in cell.xTicks {
      guard let at = x.position(tick.value) else { continue }
      ticks += "M\(NumberFormat.coordinate(at)) \(NumberFormat.coordinate(plot.bottom))v\(length)"
      writer.text(
        RichText(tick.label), at: Point(x: at, y: plot.bottom + ChartLayout.tickLength + style.smallFontSize * 1.05),
        style: .init(size: style.smallFontSize, color: .darkGray, anchor: .middle))
    }
    for tick in cell.yTicks {
      guard let at = y.position(tick.value) else { continue }
      ticks += "M\(NumberFormat.coordinate(plot.x)) \(NumberFormat.coordinate(at))h-\(length)"
      writer.text(
        RichText(tick.label),
        at: Point(x: plot.x - ChartLayout.tickLength - 3, y: at + style.smallFontSize * 0.36),
        style: .init(size: style.smallFontSize, color: .darkGray, anchor: .end))
    }
    writer.empty("path", ["d": ticks, "fill": "none", "stroke": Color.darkGray.hexadecimal, "stroke-width": "0.8"])
  }

  private func drawEmpty(_ text: RichText, _ writer: inout SVGWriter) {
    writer.text(text, at: plot.middle, style: .init(size: style.fontSize, color: .gray, anchor: .middle))
  }

  private func draw(_ matrix: MatrixImage, _ writer: inout SVGWriter) throws {
    guard matrix.rows > 0, matrix.columns > 0 else {
      drawFrame(&writer)
      drawEmpty("no data", &writer)
      return
    }
    let cellSize = min(plot.width / Double(matrix.columns), plot.height / Double(matrix.rows))
    let (width, height) = (cellSize * Double(matrix.columns), cellSize * Double(matrix.rows))
    let (left, top) = (plot.middle.x - width / 2, plot.middle.y - height / 2)
    let box = [left, top, width, height].map(NumberFormat.coordinate)
    let domain = matrix.scale.domain
    let shape = "\(matrix.rows) \(matrix.columns) \(domain.lowerBound) \(domain.upperBound)"
    if let values = matrix.printedValues {
      writer.open("g", ["data-matrix": shape, "data-name": matrix.name, "data-values": values])
    } else {
      writer.open("g", ["data-matrix": shape, "data-name": matrix.name])
    }
    let address = try matrix.dataAddress()
    if matrix.hasSinglePixels {
      writer.empty(
        "image",
        [
          "x": box[0], "y": box[1], "width": box[2], "height": box[3], "preserveAspectRatio": "none",
          "image-rendering": "pixelated", "href": address,
        ])
    } else {
      writer.empty(
        "image",
        [
          "x": box[0], "y": box[1], "width": box[2], "height": box[3], "preserveAspectRatio": "none", "href": address,
        ])
    }
    writer.empty(
      "rect",
      [
        "x": box[0], "y": box[1], "width": box[2], "height": box[3], "fill": "none",
        "stroke": Color.darkGray.hexadecimal, "stroke-width": "0.8",
      ])
    writer.close("g")
  }
}
