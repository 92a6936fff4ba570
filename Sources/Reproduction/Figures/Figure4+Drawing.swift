import Charts
import Report

extension Figure4 {
  /// Rows are method and dataset in the order in which they first come, columns dimensions.
  public func chart() -> Chart {
    let rows = series.map { Row(method: $0.method, dataset: $0.dataset) }.uniqued()
    let shown = rows.map { self.shown(method: $0.method, dataset: $0.dataset) }
    let columnCount = shown.map(\.count).max() ?? 0
    let lastEpoch = shown.joined().flatMap(\.records).map(\.epoch).max() ?? 1
    let methods = rows.map(\.method).uniqued()
    let colors = Dictionary(
      uniqueKeysWithValues: methods.map {
        ($0, ColorScale.shades(of: FigureText.look(of: $0, among: methods).color, 0...Double(max(1, lastEpoch))))
      })
    let panels: [[Panel?]] = shown.map { row in
      row.map { panel($0, colors: colors[$0.method]) } + [Panel?](repeating: nil, count: columnCount - row.count)
    }
    let base = ChartStyle(
      width: columnCount > 3 ? 1080 : columnCount > 2 ? 900 : 760, panelAspect: 0.82, fontSize: 13, lineWidth: 1.4,
      markerSize: (shown.joined().map(\.records.count).max() ?? 0) > 30 ? 5 : 7)
    return Chart(
      identifier: "figure-4", title: "Figure 4: L_bound and kNN accuracy along training", summary: summary(shown),
      style: style.applied(to: base), panels: panels, rowTitles: rows.map { RichText("\($0.method), \($0.dataset)") },
      legend: legend(shown),
      colorBar: panels.isEmpty ? nil : ColorBar(methods.compactMap { colors[$0] }, title: "epoch"),
      notes: (reading.isEmpty ? [] : [FigureText.typeset(reading)]) + leftOut)
  }

  private struct Row: Hashable {
    var method: String
    var dataset: String
  }

  /// Which dimensions have no panel, and in which rows.
  private var leftOut: [RichText] {
    let rows = series.map { Row(method: $0.method, dataset: $0.dataset) }.uniqued()
    let missing = rows.map { row -> String in
      let drawn = Set(shown(method: row.method, dataset: row.dataset).map(\.dimension))
      let all = series.filter { $0.method == row.method && $0.dataset == row.dataset }.map(\.dimension)
      return all.uniqued().sorted().filter { !drawn.contains($0) }.map(String.init).joined(separator: ", ")
    }
    return missing.filter { !$0.isEmpty }.uniqued().map { dimensions -> RichText in
      let places = zip(rows, missing).filter { $0.1 == dimensions }.map { "\($0.0.method) on \($0.0.dataset)" }
      let rest = places.count == rows.count ? "(in every row)" : "(" + places.joined(separator: "; ") + ")"
      return "Not drawn: " + .italic("d") + RichText(" = \(dimensions) ") + RichText(rest)
    }
  }

  private func legend(_ shown: [[Series]]) -> [LegendEntry] {
    let all = shown.joined()
    let starts = all.map(\.fitAfterEpoch).uniqued().sorted()
    let hasEarly = all.contains { series in series.records.contains { $0.epoch <= series.fitAfterEpoch } }
    let methods = series.map(\.method).uniqued()
    let epochs = methods.map { method in
      let look = FigureText.look(of: method, among: methods)
      return LegendEntry(
        .markedLine(look.symbol, look.color),
        RichText((methods.count > 1 ? "\(method), " : "") + "recorded epochs in order"),
        leastMarkerSize: Self.legendMarkerSize)
    }
    var entries = [
      LegendEntry(
        .line(.red, .solid),
        starts.count == 1 ? RichText("least squares fit after epoch \(starts[0])") : "least squares fit")
    ]
    if hasEarly {
      let hollow = LegendEntry.Swatch.marker(.circle, .gray, isFilled: false)
      entries.insert(
        LegendEntry(hollow, "hollow: not in the fit", leastMarkerSize: Self.legendMarkerSize), at: 0)
    }
    return epochs + entries
  }

  private func summary(_ shown: [[Series]]) -> String {
    shown.joined().map { series in
      let correlation = fit(series).map { FigureText.correlation($0).plain } ?? "no fit"
      return "\(series.method), \(series.dataset), d = \(series.dimension): \(correlation)."
    }.joined(separator: " ")
  }

  /// In pixels; at that of a path of many epochs a circle and a diamond look alike.
  private static let legendMarkerSize = 9.0

  /// How dark the path is between light, 0, and dark, 1: lighter than most of its points.
  private static let pathShade = 0.1

  /// - Parameter colors: of the method, over the epochs.
  private func panel(_ series: Series, colors: ColorScale?) -> Panel {
    let look = FigureText.look(of: series.method, among: self.series.map(\.method))
    let records = series.records.sorted { $0.epoch < $1.epoch }
    let fit = fit(series)
    let path = ColorScale.shades(of: look.color, 0...1).color(Self.pathShade) ?? look.color
    var marks: [Mark] = [.line(LineMark(records.map(\.point), color: path, relativeWidth: 0.8))]
    let bounds = records.map(\.bound).filter { $0.isFinite && abs($0) < 1e100 }
    if let fit, let left = bounds.min(), let right = bounds.max() {
      let room = 0.2 * (right - left)
      let ends = [left - room, right + room].map { Point(x: $0, y: fit($0)) }
      marks.append(.line(LineMark(ends, color: .red, setsLimits: false)))
    }
    for isFitted in [false, true] {
      let part = records.filter { ($0.epoch > series.fitAfterEpoch) == isFitted }
      guard !part.isEmpty else { continue }
      marks.append(
        .points(
          PointMarks(
            part.map(\.point), labels: part.map { label($0, of: records) },
            symbol: look.symbol, color: look.color,
            colors: part.map { colors?.color(Double($0.epoch)) ?? look.color }, isFilled: isFitted,
            details: part.map { MarkDetail(detail($0, of: series), reference: series.node) })))
    }
    return Panel(
      title: FigureText.dimension(series.dimension) + (series.isCollapsed ? " (collapsed)" : ""),
      subtitles: subtitles(fit, series), x: Axis(FigureText.bound), y: Axis(FigureText.accuracy, bounds: 0...100),
      marks: marks)
  }

  /// What is told of a point: whose it is and its values.
  private func detail(_ record: Record, of series: Series) -> String {
    "\(series.method), \(series.dataset), d = \(series.dimension), epoch \(record.epoch): "
      + "L_bound \(NumberFormat.fixed(record.bound, decimals: 4)), "
      + "kNN \(NumberFormat.fixed(record.accuracy, decimals: 2))%"
  }

  /// The first and the last epoch are named beside their points.
  private func label(_ record: Record, of records: [Record]) -> RichText {
    guard records.count > 1, record.epoch == records.first?.epoch || record.epoch == records.last?.epoch else {
      return ""
    }
    return RichText("epoch \(record.epoch)")
  }

  /// The correlation and the line; over what it was fitted stands on a line of its own where it needs more words.
  private func subtitles(_ fit: LinearFit?, _ series: Series) -> [RichText] {
    guard let fit else { return [RichText("fit needs two points after epoch \(series.fitAfterEpoch)")] }
    let line = FigureText.correlation(fit) + ", " + FigureText.equation(fit).unbroken
    let isShared = Set(self.series.map(\.fitAfterEpoch)).count == 1
    if isShared { return [line + " " + RichText("(\(fit.count) points)").unbroken] }
    return [line, RichText("\(fit.count) points, epochs > \(series.fitAfterEpoch)")]
  }

  /// Every record of every series, drawn or not, with its series' fit.
  public func csv() -> String {
    var csv = CSVText(header: [
      "method", "dataset", "d", "epoch", "L_bound", "knn_accuracy_percent", "collapsed", "shown", "in_fit",
      "fit_after_epoch", "fit_slope", "fit_intercept", "fit_r", "fit_n",
    ])
    for series in series {
      let isShown = shown(method: series.method, dataset: series.dataset).contains(series)
      let fit = fit(series)
      for record in series.records.sorted(by: { $0.epoch < $1.epoch }) {
        csv.append([
          series.method, series.dataset, "\(series.dimension)", "\(record.epoch)", CSVText.number(record.bound),
          CSVText.number(record.accuracy), "\(series.isCollapsed)", "\(isShown)",
          "\(isFitted(record, in: series))", "\(series.fitAfterEpoch)", CSVText.number(fit?.slope),
          CSVText.number(fit?.intercept), CSVText.number(fit?.r), fit.map { "\($0.count)" } ?? "",
        ])
      }
    }
    return csv.text
  }
}

extension RichText {
  /// The same with spaces that no line breaks at.
  fileprivate var unbroken: RichText {
    RichText(
      runs: runs.map { run in
        var run = run
        run.text = run.text.replacing(" ", with: "\u{A0}")
        return run
      })
  }
}

extension Figure4.Record {
  fileprivate var point: Point { Point(x: bound, y: accuracy) }
}
