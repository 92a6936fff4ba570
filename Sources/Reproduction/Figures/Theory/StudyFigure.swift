import Charts

/// The study in which Eq. 6 holds by construction: measured error against d/K, and the bounds beside it.
struct StudyFigure {
  /// Rows of `StudyResults.columns`, all K together.
  let table: MeasurementTable

  static let caption =
    "Where is the knee: at K, at 2K, or nowhere? Encoders trained on ‖C − I‖² on data of K classes whose diameter in feature space is ε, "
    + "so that Eq. 6 holds by construction; Eq. 7 does as far as the lines beneath say. Top: measured error of the nearest class mean, over the "
    + "views that the means are made of, against d/K. Bottom, at the smallest ε: that error and its bounds, Theorem 3 as printed and its two repairs, where they are defined and not "
    + "above the panel; beside them V(d), a term of the first, and the Welch bound, which is what the mean of (μ_{i}ᵀμ_{j})²/d² is at least. "
    + "Beneath: from which d on the error stays below 1%, and where classes were so wide that views of two of them can coincide."

  struct Row {
    let classes: Int
    let dimension: Int
    let isCoarse: Bool
    let target: Double
    let values: [String: Double]

    subscript(_ name: String) -> Double? { values[name] }
  }

  /// The rows, averaged over seeds.
  static func rows(_ table: MeasurementTable) -> [Row] {
    let columns = StudyResults.columns
    let values = columns.map { table.column($0) }
    var order: [String] = []
    var groups: [String: [[String: Double]]] = [:]
    for index in table.rows.indices {
      var row: [String: Double] = [:]
      for (name, column) in zip(columns, values) { row[name] = column[index] }
      let key = "\(row["classes"] ?? 0)/\(row["dimension"] ?? 0)/\(row["coarse"] ?? 0)/\(row["epsilon_target"] ?? 0)"
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(row)
    }
    return order.compactMap { key in
      guard let group = groups[key], let first = group.first else { return nil }
      var mean: [String: Double] = [:]
      for name in columns {
        let known = group.compactMap { $0[name] }
        // A bound that some seed does not have is none.
        if known.count == group.count { mean[name] = known.reduce(0, +) / Double(known.count) }
      }
      return Row(
        classes: Int(first["classes"] ?? 0), dimension: Int(first["dimension"] ?? 0), isCoarse: first["coarse"] == 1,
        target: first["epsilon_target"] ?? 0, values: mean)
    }
  }

  func chart() -> Chart {
    let rows = Self.rows(table).filter { !$0.isCoarse }
    let targets = Set(rows.map(\.target)).sorted()
    let counts = Set(rows.map(\.classes)).sorted()
    let shownTargets = Self.spread(targets, over: 3)
    let shownCounts = Self.spread(counts, over: 3)
    let top: [Panel?] = shownTargets.map { target in
      errors(rows.filter { $0.target == target }, target, counts)
    }
    let bottom: [Panel?] = shownCounts.map { count in
      bounds(rows.filter { $0.classes == count && $0.target == targets.first }, count)
    }
    let missing = [Panel?](repeating: nil, count: abs(top.count - bottom.count))
    return Chart(
      identifier: "figure-study", title: "The study in which Eq. 6 holds by construction",
      summary: Self.summary(rows, targets: shownTargets),
      style: ChartStyle(width: 1000, panelAspect: 0.8, fontSize: 12.5, markerSize: 6),
      panels: rows.isEmpty
        ? [[Panel()]]
        : [top + (top.count < bottom.count ? missing : []), bottom + (bottom.count < top.count ? missing : [])],
      legend: counts.enumerated().map { index, count in
        LegendEntry(.markedLine(Self.symbol(index), Self.color(index)), .italic("K") + RichText(" = \(count)"))
      } + Self.boundLines.map { LegendEntry(.line($0.color, $0.dash), $0.label) },
      notes: shownTargets.map { target in
        .italic("ε")
          + RichText(
            " = \(NumberFormat.significant(target, digits: 2)): " + Self.knees(rows, target: target)
              + Self.overlaps(rows, target: target))
      })
  }

  /// "; classes may overlap for K = 50 and 100", or nothing where Eq. 7 holds for all.
  static func overlaps(_ rows: [Row], target: Double) -> String {
    let counts = Set(rows.filter { $0.target == target && ($0["disjoint"] ?? 1) < 1 }.map(\.classes)).sorted()
    return counts.isEmpty ? "" : "; classes may overlap for K = " + counts.map(String.init).joined(separator: ", ")
  }

  /// "error below 1% from d = 3 (K = 5), d = 4 (K = 10) on": per number of classes the least d from which on the error stays there.
  static func knees(_ rows: [Row], target: Double) -> String {
    let parts = Set(rows.map(\.classes)).sorted().map { count in
      let sorted = rows.filter { $0.target == target && $0.classes == count }.sorted { $0.dimension < $1.dimension }
      let last = sorted.lastIndex { ($0["error"] ?? 1) > 0.01 }
      let from = last.map { $0 + 1 < sorted.count ? sorted[$0 + 1] : nil } ?? sorted.first
      return from.map { "d = \($0.dimension) (K = \(count))" } ?? "no d (K = \(count))"
    }
    return "error below 1% from " + parts.joined(separator: ", ") + " on"
  }

  private static let boundLines: [(name: String, label: RichText, color: Color, dash: Dash)] = [
    ("error", "measured error", .black, .solid),
    ("v", .italic("V") + "(" + .italic("d") + ")", .orange, .dotted), ("welch", "Welch bound", .green, .dashDotted),
    ("theorem3_printed", "Theorem 3 as printed", .red, .dashed),
    ("theorem3_union", "its union bound", Color(hex: 0xCC79A7), .solid),
    ("theorem3_sharp", "its sharper repair", .blue, .solid),
  ]

  static func color(_ index: Int) -> Color { Color.okabeIto[index % (Color.okabeIto.count - 2)] }
  static func symbol(_ index: Int) -> MarkerSymbol { MarkerSymbol.allCases[index % 4] }

  /// At most `count` of `values`, the first and the last among them.
  static func spread<Value>(_ values: [Value], over count: Int) -> [Value] {
    guard values.count > count else { return values }
    return (0..<count).map { values[$0 * (values.count - 1) / (count - 1)] }
  }

  private func errors(_ rows: [Row], _ target: Double, _ counts: [Int]) -> Panel {
    var marks: [Mark] = [
      .rule(RuleMark(.vertical, at: 1, label: "d = K")), .rule(RuleMark(.vertical, at: 2, label: "2K")),
    ]
    for (index, count) in counts.enumerated() {
      let shown = rows.filter { $0.classes == count && $0["error"] != nil }.sorted { $0.dimension < $1.dimension }
      let points = shown.map { Point(x: Double($0.dimension) / Double(count), y: 100 * ($0["error"] ?? .nan)) }
      marks.append(.line(LineMark(points, color: Self.color(index))))
      marks.append(
        .points(
          PointMarks(
            points, symbol: Self.symbol(index), color: Self.color(index), details: shown.map(Self.detail))))
    }
    return Panel(
      title: .italic("ε") + RichText(" = \(NumberFormat.significant(target, digits: 2))"),
      x: Axis(.italic("d") + "/" + .italic("K"), kind: .log2), y: Axis("error (%)", bounds: 0...100), marks: marks)
  }

  /// From where on the error is small, per ε.
  static func summary(_ rows: [Row], targets: [Double]) -> String {
    targets.map { "ε = \(NumberFormat.significant($0, digits: 2)): \(knees(rows, target: $0))." }.joined(separator: " ")
  }

  /// "K = 10, d = 4, ε = 0.1: error 20.6%"
  static func detail(_ row: Row) -> MarkDetail {
    MarkDetail(
      "K = \(row.classes)\(row.isCoarse ? " (coarse labels)" : ""), d = \(row.dimension), "
        + "ε = \(NumberFormat.significant(row.target, digits: 2)): error "
        + "\(NumberFormat.fixed(100 * (row["error"] ?? .nan), decimals: 2))%")
  }

  private func bounds(_ rows: [Row], _ count: Int) -> Panel {
    let sorted = rows.sorted { $0.dimension < $1.dimension }
    var marks: [Mark] = [
      .rule(RuleMark(.vertical, at: Double(count), label: "K")),
      .rule(RuleMark(.vertical, at: 2 * Double(count), label: "2K")),
      .rule(RuleMark(.horizontal, at: 1, label: "1", dash: .solid)),
    ]
    for line in Self.boundLines {
      let points = sorted.compactMap { row in row[line.name].map { Point(x: Double(row.dimension), y: min($0, 50)) } }
      marks.append(
        .line(
          LineMark(
            points, color: line.color, dash: line.dash, setsLimits: line.name == "error", name: line.label.plain)))
    }
    let target = sorted.first.map { NumberFormat.significant($0.target, digits: 2) } ?? ""
    return Panel(
      title: .italic("K") + RichText(" = \(count), ") + .italic("ε") + RichText(" = \(target)"),
      x: Axis(.italic("d"), kind: .log2), y: Axis("error, and bounds of it", domain: -0.12...1.5), marks: marks)
  }

  func csv() -> String { table.csv }
}

/// One set of features under two labellings: does the knee move with K?
struct TwoLabelFigure {
  let table: MeasurementTable

  static let caption =
    "The two-K test. One set of features, scored with fine and with coarse labels: fine classes lie in groups, several to a coarse one, so "
    + "that K differs and nothing else. If the number of classes decided how many dimensions are needed, each curve would fall at its own K "
    + "(upright lines). ε is that of the fine classes; coarse ones are wider. Beneath: from which d on the error stays below 1%."

  func chart() -> Chart {
    let rows = StudyFigure.rows(table)
    let targets = StudyFigure.spread(Set(rows.map(\.target)).sorted(), over: 3)
    let counts = [false, true].compactMap { coarse in rows.first { $0.isCoarse == coarse }?.classes }
    let panels: [Panel?] = targets.map { target in
      var marks: [Mark] = counts.map { .rule(RuleMark(.vertical, at: Double($0), label: RichText("K = \($0)"))) }
      for (index, coarse) in [false, true].enumerated() {
        let shown = rows.filter { $0.target == target && $0.isCoarse == coarse && $0["error"] != nil }
          .sorted { $0.dimension < $1.dimension }
        let points = shown.map { Point(x: Double($0.dimension), y: 100 * ($0["error"] ?? .nan)) }
        marks.append(.line(LineMark(points, color: StudyFigure.color(index))))
        marks.append(
          .points(
            PointMarks(
              points, symbol: StudyFigure.symbol(index), color: StudyFigure.color(index),
              details: shown.map(StudyFigure.detail))))
      }
      return Panel(
        title: RichText("fine classes of ") + .italic("ε")
          + RichText(" = \(NumberFormat.significant(target, digits: 2))"),
        x: Axis(.italic("d"), kind: .log2), y: Axis("error (%)", bounds: 0...100), marks: marks)
    }
    return Chart(
      identifier: "figure-two-labels", title: "The two-K test", summary: StudyFigure.summary(rows, targets: targets),
      style: ChartStyle(width: 1000, panelAspect: 0.8, fontSize: 12.5, markerSize: 6),
      panels: panels.isEmpty ? [[Panel()]] : [panels],
      legend: zip(["fine", "coarse"], counts).enumerated().map { index, entry in
        LegendEntry(
          .markedLine(StudyFigure.symbol(index), StudyFigure.color(index)),
          RichText("\(entry.0) labels, ") + .italic("K") + RichText(" = \(entry.1)"))
      },
      notes: targets.map { target in
        .italic("ε") + RichText(" = \(NumberFormat.significant(target, digits: 2)): ")
          + RichText(StudyFigure.knees(rows, target: target) + StudyFigure.overlaps(rows, target: target))
      })
  }

  func csv() -> String { table.csv }
}
