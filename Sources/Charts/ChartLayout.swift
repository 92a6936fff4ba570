/// Where everything stands: rows and columns of equal plotting areas, with margins as wide as the labels need.
struct ChartLayout {
  /// A panel with its place.
  struct Cell {
    var plot: Rectangle
    var x: Scale?
    var y: Scale?
    var xTicks: [Tick] = []
    var yTicks: [Tick] = []
    var showsXTitle = false
    var showsYTitle = false
    /// Top of the title.
    var headTop = 0.0
    var titles: [RichText] = []
    var subtitles: [RichText] = []
    var footnotes: [RichText] = []
    /// Distance of the y title's baseline from the plot.
    var yTitleOffset = 0.0
  }

  let style: ChartStyle
  private(set) var cells: [[Cell?]] = []
  /// Centres of the plots' rows.
  private(set) var rowCentres: [Double] = []
  /// In lines.
  private(set) var rowTitles: [[RichText]] = []
  /// Where those that stand above their rows begin.
  private(set) var rowTitleTops: [Double] = []
  /// Where what follows the panels begins.
  private(set) var bottom = 0.0

  static let margin = 10.0
  static let tickLength = 4.0

  init(_ chart: Chart, limits: [[PanelLimits]]) {
    let style = chart.style.drawable
    self.style = style
    let columnCount = max(1, chart.panels.map(\.count).max() ?? 1)
    let gap = style.fontSize * 1.3
    let hasAxes = chart.panels.joined().contains { $0.map(\.hasAxes) ?? false }
    let isMatrixOnly = !hasAxes && !chart.panels.joined().allSatisfy { $0 == nil }
    func height(_ available: Double) -> Double {
      let estimate = available / Double(columnCount) - (hasAxes ? style.smallFontSize * 3 : 0)
      return max(30, isMatrixOnly ? estimate : estimate * style.panelAspect)
    }
    let everything = style.width - 2 * Self.margin - gap * Double(columnCount)
    let titleLine = style.fontSize * 1.4
    let isAbove = chart.rowTitlePlace == .above
    rowTitles = chart.rowTitles.map { title in
      if isAbove { return title.isEmpty ? [] : title.bold.wrapped(width: everything, fontSize: style.headingSize) }
      return title.bold.wrapped(
        width: height(everything - titleLine) + style.fontSize * 2, fontSize: style.fontSize)
    }
    let rowTitleWidth =
      isAbove || rowTitles.isEmpty ? 0 : Double(rowTitles.map(\.count).max() ?? 0) * titleLine + 4
    let available = everything - rowTitleWidth
    let plotHeight = height(available)

    // Heights first: y ticks, and with them the left margins, depend on nothing else.
    var drafts = Self.drafts(chart, limits: limits, plotHeight: plotHeight, style: style)
    let leftMargins = (0..<columnCount).map { column in
      drafts.compactMap { row in row.indices.contains(column) ? row[column].map { leftMargin($0) } : nil }.max() ?? 0
    }
    let plotWidth = max(30, (available - leftMargins.reduce(0, +)) / Double(columnCount))

    var lefts: [Double] = []
    var x = Self.margin + rowTitleWidth
    for margin in leftMargins {
      x += margin
      lefts.append(x)
      x += plotWidth + gap
    }

    var y = Self.margin
    for row in drafts.indices {
      rowTitleTops.append(y)
      if isAbove, rowTitles.indices.contains(row), !rowTitles[row].isEmpty {
        y += Double(rowTitles[row].count) * style.headingSize * TextMetrics.lineHeight + style.fontSize * 0.7
      }
      for column in drafts[row].indices {
        guard let panel = chart.panels[row][column], var cell = drafts[row][column] else { continue }
        let wrapWidth = plotWidth + gap * 0.5
        cell.titles = panel.title.isEmpty ? [] : panel.title.bold.wrapped(width: wrapWidth, fontSize: style.fontSize)
        cell.subtitles = cell.subtitles.flatMap { $0.wrapped(width: wrapWidth, fontSize: style.smallFontSize) }
        cell.footnotes = panel.footnotes.flatMap { $0.wrapped(width: wrapWidth, fontSize: style.smallFontSize) }
        drafts[row][column] = cell
      }
      let head = drafts[row].map(headHeight).max() ?? 0
      let foot = drafts[row].indices.map { footHeight(chart.panels[row][$0], drafts[row][$0]) }.max() ?? 0
      for column in drafts[row].indices {
        guard let panel = chart.panels[row][column], var cell = drafts[row][column] else { continue }
        cell.plot = Rectangle(x: lefts[column], y: y + head, width: plotWidth, height: plotHeight)
        cell.headTop = y
        cell.finish(panel, limits[row][column], yTitleOffset: leftMargins[column], style: style)
        drafts[row][column] = cell
      }
      rowCentres.append(y + head + plotHeight / 2)
      y += head + plotHeight + foot + style.fontSize * 0.7
    }
    cells = drafts
    bottom = y
  }

  /// Cells with what does not depend on widths.
  private static func drafts(
    _ chart: Chart, limits: [[PanelLimits]], plotHeight: Double, style: ChartStyle
  ) -> [[Cell?]] {
    chart.panels.indices.map { row in
      chart.panels[row].indices.map { column -> Cell? in
        guard let panel = chart.panels[row][column] else { return nil }
        var cell = Cell(plot: Rectangle(x: 0, y: 0, width: 0, height: plotHeight))
        let limit = limits[row][column]
        if panel.matrix == nil {
          // A title that the panel before, or beneath, has as well is not said again.
          let beneath = chart.panels.dropFirst(row + 1).compactMap { row in
            row.indices.contains(column) ? row[column] : nil
          }
          let before = chart.panels[row].prefix(column).compactMap(\.self)
          cell.showsXTitle = !chart.titlesOnlyOutside || beneath.first?.x.title != panel.x.title
          cell.showsYTitle = !chart.titlesOnlyOutside || before.last?.y.title != panel.y.title
          cell.showsXTitle = cell.showsXTitle && !panel.x.title.isEmpty
          cell.showsYTitle = cell.showsYTitle && !panel.y.title.isEmpty
          if let y = limit.y, limit.x != nil, panel.hasAxes {
            let target = max(2, min(6, Int(plotHeight / (style.smallFontSize * 2.9))))
            cell.yTicks = Scale(panel.y.kind, domain: y, start: plotHeight, end: 0).ticks(target: target)
          }
        }
        cell.subtitles = panel.subtitles
        if limit.missingCount > 0 {
          let points = limit.missingCount == 1 ? "1 point" : "\(limit.missingCount) points"
          cell.subtitles.append("\(points) not drawn: not finite or outside the axes")
        }
        return cell
      }
    }
  }

  private func leftMargin(_ cell: Cell) -> Double {
    let labels = cell.yTicks.map { TextMetrics.width(RichText($0.label), fontSize: style.smallFontSize) }.max()
    return (labels.map { $0 + Self.tickLength + 4 } ?? 4) + (cell.showsYTitle ? style.fontSize * 1.55 : 0)
  }

  private func headHeight(_ cell: Cell?) -> Double {
    guard let cell else { return 0 }
    let lines =
      Double(cell.titles.count) * style.fontSize * 1.35 + Double(cell.subtitles.count) * style.smallFontSize
      * TextMetrics.lineHeight
    return lines > 0 ? lines + 5 : 4
  }

  private func footHeight(_ panel: Panel?, _ cell: Cell?) -> Double {
    guard let panel, let cell else { return 0 }
    let ticks = panel.hasAxes ? Self.tickLength + style.smallFontSize * 1.3 : 0
    let title = cell.showsXTitle ? style.fontSize * 1.6 : 0
    let notes = Double(cell.footnotes.count) * style.smallFontSize * TextMetrics.lineHeight
    return ticks + title + notes + (cell.footnotes.isEmpty ? 0 : 4)
  }
}

extension ChartLayout.Cell {
  /// Scales and x ticks, once the plot has its place.
  fileprivate mutating func finish(
    _ panel: Panel, _ limits: PanelLimits, yTitleOffset: Double, style: ChartStyle
  ) {
    self.yTitleOffset = yTitleOffset - style.fontSize * 0.95
    guard panel.matrix == nil, let xDomain = limits.x, let yDomain = limits.y else { return }
    let xScale = Scale(panel.x.kind, domain: xDomain, start: plot.x, end: plot.right)
    x = xScale
    y = Scale(panel.y.kind, domain: yDomain, start: plot.bottom, end: plot.y)
    guard panel.hasAxes else { return }
    var target = max(2, min(7, Int(plot.width / (style.smallFontSize * 4))))
    repeat {
      xTicks = xScale.ticks(target: target)
      target -= 1
    } while target >= 2 && !labelsFit(xScale, fontSize: style.smallFontSize)
  }

  private func labelsFit(_ scale: Scale, fontSize: Double) -> Bool {
    let ends = xTicks.compactMap { tick -> (left: Double, right: Double)? in
      let half = TextMetrics.width(RichText(tick.label), fontSize: fontSize) / 2
      return scale.position(tick.value).map { ($0 - half, $0 + half) }
    }
    return zip(ends, ends.dropFirst()).allSatisfy { $0.right + fontSize * 0.6 <= $1.left }
  }
}
