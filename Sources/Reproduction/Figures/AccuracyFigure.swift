import Charts
import Report

/// Table 1 as a drawing: accuracy against output dimension, ours filled and the paper's in outline. Of the paper's figures
/// no point can be drawn, for it prints no value of L_bound; of its table both coordinates are known.
public struct AccuracyFigure: Sendable, Equatable {
  /// An accuracy in percent, 0 … 100, of one dimension.
  public struct Entry: Sendable, Equatable {
    public var dimension: Int
    public var accuracy: Double
    /// Spread over seeds; `nil` for a single one.
    public var spread: Double?
    public var isCollapsed: Bool
    /// The node that measured it, where the page may lead to it.
    public var node: String?

    public init(
      dimension: Int, accuracy: Double, spread: Double? = nil, isCollapsed: Bool = false, node: String? = nil
    ) {
      self.dimension = dimension
      self.accuracy = accuracy
      self.spread = spread
      self.isCollapsed = isCollapsed
      self.node = node
    }
  }

  /// One method on one dataset.
  public struct Group: Sendable, Equatable {
    public var method: String
    public var dataset: String
    /// K.
    public var classCount: Int
    public var entries: [Entry]
    /// The paper's, and the dataset that they are of.
    public var published: [Entry]
    public var publishedDataset: String?
    public var references: [Figure3.Reference]

    public init(
      method: String, dataset: String, classCount: Int, entries: [Entry], published: [Entry] = [],
      publishedDataset: String? = nil, references: [Figure3.Reference] = []
    ) {
      self.method = method
      self.dataset = dataset
      self.classCount = classCount
      self.entries = entries
      self.published = published
      self.publishedDataset = publishedDataset
      self.references = references
    }
  }

  public var groups: [Group]
  /// Where kNN looks, printed beneath the panels.
  public var reading: String

  public init(groups: [Group], reading: String = "") {
    self.groups = groups
    self.reading = reading
  }

  public static let caption =
    "Table 1, drawn. What more output dimensions are worth: accuracy against d, ours filled, the paper's in outline. Where the dataset "
    + "is not the paper's, its numbers are those of its dataset with as many classes: compare the trends, not the heights. Upright "
    + "lines stand at K, the number of classes, and at 2K, beyond which the paper expects no gain. Grey lines show what is reached "
    + "without training. Collapsed encoders are crossed."

  public func chart() -> Chart {
    let methods = groups.map(\.method).uniqued()
    let datasets = groups.map(\.dataset).uniqued()
    let panels: [[Panel?]] = methods.map { method in
      datasets.map { dataset in groups.first { $0.method == method && $0.dataset == dataset }.map(panel) }
    }
    return Chart(
      identifier: "figure-accuracy", title: "Table 1, drawn: accuracy and output dimension", summary: summary,
      style: ChartStyle(width: datasets.count > 2 ? 1100 : 860, panelAspect: 0.6, fontSize: 13.5, markerSize: 8),
      panels: panels, legend: legend, notes: reading.isEmpty ? [] : [FigureText.typeset(reading)])
  }

  private var legend: [LegendEntry] {
    let methods = groups.map(\.method).uniqued()
    var entries = methods.map { method in
      let look = FigureText.look(of: method, among: methods)
      return LegendEntry(.markedLine(look.symbol, look.color), RichText("\(method), ours"))
    }
    if groups.contains(where: { !$0.published.isEmpty }) {
      entries.append(LegendEntry(.marker(.circle, .gray, isFilled: false), "in outline: the paper's Table 1"))
    }
    if groups.contains(where: { $0.entries.contains(where: \.isCollapsed) }) {
      entries.append(LegendEntry(.marker(.cross, .black, isFilled: true), "collapsed"))
    }
    return entries
  }

  private var summary: String {
    groups.map { group in
      let shown = group.entries.sorted { $0.dimension < $1.dimension }
      guard let first = shown.first, let last = shown.last else { return "\(group.method), \(group.dataset): nothing." }
      return "\(group.method), \(group.dataset): \(percent(first)) at d = \(first.dimension), \(percent(last)) at "
        + "d = \(last.dimension)."
    }.joined(separator: " ")
  }

  private func percent(_ entry: Entry) -> String {
    NumberFormat.fixed(entry.accuracy, decimals: 2)
      + (entry.spread.map { " ± " + NumberFormat.fixed($0, decimals: 2) } ?? "") + "%"
  }

  private func panel(_ group: Group) -> Panel {
    let ours = group.entries.sorted { $0.dimension < $1.dimension }
    let paper = group.published.sorted { $0.dimension < $1.dimension }
    let dimensions = (ours + paper).map { Double($0.dimension) }
    var marks: [Mark] = []
    for (value, label) in [(group.classCount, "K"), (2 * group.classCount, "2K")] {
      // A line far from all points would only make room for itself.
      guard let least = dimensions.min(), let most = dimensions.max(), (least / 2...most * 2).contains(Double(value))
      else { continue }
      marks.append(.rule(RuleMark(.vertical, at: Double(value), label: RichText(label))))
    }
    for (index, reference) in group.references.enumerated() {
      marks.append(
        .rule(
          RuleMark(
            .horizontal, at: reference.accuracy,
            label: RichText("\(reference.label) \(NumberFormat.fixed(reference.accuracy, decimals: 1))"),
            dash: index % 2 == 0 ? .dotted : .dashDotted)))
    }
    let look = FigureText.look(of: group.method, among: groups.map(\.method))
    marks.append(.line(LineMark(paper.map(\.point), color: look.color, dash: .dashed, relativeWidth: 0.7)))
    marks.append(.line(LineMark(ours.map(\.point), color: look.color)))
    let spread = ours.filter { $0.spread != nil }
    if !spread.isEmpty { marks.append(.errorBars(ErrorBars(spread.map { ErrorBars.Bar($0.point, y: $0.spread) }))) }
    if !paper.isEmpty {
      marks.append(
        .points(
          PointMarks(
            paper.map(\.point), symbol: look.symbol, color: look.color, isFilled: false,
            details: paper.map { entry in
              MarkDetail(
                "The paper: \(group.method), \(group.publishedDataset ?? ""), d = \(entry.dimension): kNN \(percent(entry))"
              )
            })))
    }
    for isCollapsed in [false, true] {
      let part = ours.filter { $0.isCollapsed == isCollapsed }
      guard !part.isEmpty else { continue }
      marks.append(
        .points(
          PointMarks(
            part.map(\.point), symbol: isCollapsed ? .cross : look.symbol, color: isCollapsed ? .black : look.color,
            details: part.map { entry in
              MarkDetail(
                "\(group.method), \(group.dataset), d = \(entry.dimension)\(isCollapsed ? " (collapsed)" : ""): "
                  + "kNN \(percent(entry))", reference: entry.node)
            })))
    }
    let isOther = !paper.isEmpty && group.publishedDataset != group.dataset
    return Panel(
      title: RichText("\(group.method), \(group.dataset) (") + .italic("K")
        + RichText("\u{A0}=\u{A0}\(group.classCount))"),
      subtitles: isOther ? [RichText("outline: the paper's \(group.publishedDataset ?? "")")] : [],
      x: Axis(.italic("d"), kind: .log2), y: Axis(FigureText.accuracy, bounds: 0...100), marks: marks)
  }

  /// Every point, ours and the paper's.
  public func csv() -> String {
    var csv = CSVText(header: [
      "source", "method", "dataset", "K", "d", "knn_accuracy_percent", "knn_accuracy_spread", "collapsed",
    ])
    for group in groups {
      for entry in group.entries.sorted(by: { $0.dimension < $1.dimension }) {
        csv.append([
          "ours", group.method, group.dataset, "\(group.classCount)", "\(entry.dimension)",
          CSVText.number(entry.accuracy), CSVText.number(entry.spread), "\(entry.isCollapsed)",
        ])
      }
      for entry in group.published.sorted(by: { $0.dimension < $1.dimension }) {
        csv.append([
          "paper", group.method, group.publishedDataset ?? "", "\(group.classCount)", "\(entry.dimension)",
          CSVText.number(entry.accuracy), "", "",
        ])
      }
    }
    return csv.text
  }
}

extension AccuracyFigure.Entry {
  fileprivate var point: Point { Point(x: Double(dimension), y: accuracy) }
}
