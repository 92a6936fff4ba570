import Charts
import Report

extension Figure3 {
  /// Rows are methods, columns datasets, both in the order in which they first come.
  public func chart() -> Chart {
    let methods = groups.map(\.method).uniqued()
    let datasets = groups.map(\.dataset).uniqued()
    let panels: [[Panel?]] = methods.map { method in
      datasets.map { dataset in
        groups.first { $0.method == method && $0.dataset == dataset }.map(panel)
      }
    }
    let base = ChartStyle(width: datasets.count > 2 ? 1100 : 860, panelAspect: 0.68, fontSize: 13.5, markerSize: 8)
    return Chart(
      identifier: "figure-3", title: "Figure 3: L_bound and kNN accuracy for different output dimensions",
      summary: summary, style: style.applied(to: base),
      panels: panels, legend: legend, notes: reading.isEmpty ? [] : [FigureText.typeset(reading)])
  }

  private var legend: [LegendEntry] {
    let methods = groups.map(\.method).uniqued()
    var entries = methods.map { method in
      let look = FigureText.look(of: method, among: methods)
      return LegendEntry(
        .marker(look.symbol, look.color, isFilled: true),
        RichText(methods.count > 1 ? "\(method), labelled with " : "trained encoder, labelled with ") + .italic("d"))
    }
    entries += [
      LegendEntry(.line(.red, .solid), "least squares fit over " + .italic("d") + " > " + .italic("K")),
      LegendEntry(.line(.red, .dashed), "its extension"),
    ]
    if groups.contains(where: { group in shown(group).contains(where: \.isCollapsed) }) {
      let label = fitsCollapsed ? "collapsed" : "collapsed (not in the fit)"
      entries.append(LegendEntry(.marker(.cross, .black, isFilled: true), RichText(label)))
    }
    return entries
  }

  private var summary: String {
    groups.map { group in
      let start = "\(group.method), \(group.dataset): \(shown(group).count) dimensions"
      guard let fit = fit(group) else { return start + ", too few above K for a fit." }
      return start + ", fit over \(fit.count) above K, " + FigureText.correlation(fit).plain + "."
    }.joined(separator: " ")
  }

  private func panel(_ group: Group) -> Panel {
    let cells = shown(group)
    var marks: [Mark] = []
    for (index, reference) in group.references.enumerated() {
      let value = NumberFormat.fixed(reference.accuracy, decimals: 1)
      marks.append(
        .rule(
          RuleMark(
            .horizontal, at: reference.accuracy, label: RichText("\(reference.label) \(value)"), color: .gray,
            dash: index % 2 == 0 ? .dotted : .dashDotted)))
    }
    marks += lines(group, cells)
    let bars = cells.filter { $0.boundSpread != nil || $0.accuracySpread != nil }
    if !bars.isEmpty {
      marks.append(
        .errorBars(ErrorBars(bars.map { ErrorBars.Bar($0.point, x: $0.boundSpread, y: $0.accuracySpread) })))
    }
    func points(_ cells: [Cell], _ symbol: MarkerSymbol, _ color: Color) -> Mark {
      .points(
        PointMarks(
          cells.map(\.point), labels: cells.map { RichText("\($0.dimension)") }, symbol: symbol, color: color,
          details: cells.map { MarkDetail(detail($0, of: group), reference: $0.node) }))
    }
    let collapsed = cells.filter(\.isCollapsed)
    let look = FigureText.look(of: group.method, among: groups.map(\.method))
    marks.append(points(cells.filter { !$0.isCollapsed }, look.symbol, look.color))
    if !collapsed.isEmpty { marks.append(points(collapsed, .cross, .black)) }
    return Panel(
      title: RichText("\(group.method), \(group.dataset) (") + .italic("K")
        + RichText("\u{A0}=\u{A0}\(group.classCount))"),
      subtitles: subtitles(group),
      x: Axis(FigureText.bound), y: Axis(FigureText.accuracy, bounds: 0...100), marks: marks)
  }

  /// What is told of a point: whose it is and its values.
  private func detail(_ cell: Cell, of group: Group) -> String {
    func value(_ value: Double, _ spread: Double?, _ decimals: Int) -> String {
      NumberFormat.fixed(value, decimals: decimals)
        + (spread.map { " ± " + NumberFormat.fixed($0, decimals: decimals) } ?? "")
    }
    return "\(group.method), \(group.dataset), d = \(cell.dimension)\(cell.isCollapsed ? " (collapsed)" : ""): "
      + "L_bound \(value(cell.bound, cell.boundSpread, 4)), kNN \(value(cell.accuracy, cell.accuracySpread, 2))%"
  }

  /// The fit over the x of its points, and dashed over the rest of the panel.
  private func lines(_ group: Group, _ cells: [Cell]) -> [Mark] {
    guard let fit = fit(group) else { return [] }
    let fitted = cells.filter { isFitted($0, in: group) }.map(\.bound)
    let all = cells.map(\.bound).filter { $0.isFinite && abs($0) < 1e100 }
    guard let first = fitted.min(), let last = fitted.max(), let left = all.min(), let right = all.max() else {
      return []
    }
    let room = 0.2 * (right - left)
    func line(_ from: Double, _ to: Double, _ dash: Dash) -> Mark {
      .line(
        LineMark([from, to].map { Point(x: $0, y: fit($0)) }, color: .red, dash: dash, setsLimits: false))
    }
    return [line(left - room, first, .dashed), line(last, right + room, .dashed), line(first, last, .solid)]
  }

  private func subtitles(_ group: Group) -> [RichText] {
    var lines: [RichText] = []
    if let fit = fit(group) {
      lines.append(FigureText.correlation(fit) + ", " + FigureText.equation(fit) + RichText(" (\(fit.count) points)"))
    } else if group.cells.count(where: { isFitted($0, in: group) }) >= 2 {
      lines.append("no fit: all encoders above " + .italic("K") + " have the same " + FigureText.bound)
    } else {
      lines.append("fit needs two dimensions above " + .italic("K"))
    }
    let hidden = group.cells.map(\.dimension).filter(group.hiddenDimensions.contains).uniqued().sorted()
    if !hidden.isEmpty {
      lines.append(.italic("d") + RichText(" = \(hidden.map(String.init).joined(separator: ", ")) not shown"))
    }
    return lines
  }

  /// Every cell and reference line, shown or hidden, with its panel's fit.
  public func csv() -> String {
    var csv = CSVText(header: [
      "kind", "method", "dataset", "K", "d", "L_bound", "L_bound_spread", "knn_accuracy_percent",
      "knn_accuracy_spread", "collapsed", "shown", "in_fit", "fit_slope", "fit_intercept", "fit_r", "fit_n",
    ])
    for group in groups {
      let start = [group.method, group.dataset, "\(group.classCount)"]
      let fit = fit(group)
      let end = [
        CSVText.number(fit?.slope), CSVText.number(fit?.intercept), CSVText.number(fit?.r),
        fit.map { "\($0.count)" } ?? "",
      ]
      for cell in group.cells.sorted(by: { $0.dimension < $1.dimension }) {
        let isShown = !group.hiddenDimensions.contains(cell.dimension)
        csv.append(
          ["cell"] + start + [
            "\(cell.dimension)", CSVText.number(cell.bound), CSVText.number(cell.boundSpread),
            CSVText.number(cell.accuracy), CSVText.number(cell.accuracySpread), "\(cell.isCollapsed)", "\(isShown)",
            "\(isFitted(cell, in: group))",
          ] + end)
      }
      for reference in group.references {
        csv.append(
          ["reference: \(reference.label)"] + start + ["", "", "", CSVText.number(reference.accuracy), ""]
            + ["", "true", "false", "", "", "", ""])
      }
    }
    return csv.text
  }
}

extension Figure3.Cell {
  fileprivate var point: Point { Point(x: bound, y: accuracy) }
}

extension Sequence where Element: Hashable {
  /// The elements without repetitions, in the order in which they first come.
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
