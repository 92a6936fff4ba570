import Charts
import Foundation
import Numerics
import Report
import Theory

/// The smallest counterexample of every statement that has one: as points where they lie in the plane, otherwise as the matrix
/// of the products of the class means.
struct CounterexampleFigure {
  let findings: [TheoremAudit.Finding]

  static let caption =
    "Counterexamples. For each statement that fails as printed, the smallest construction that was found to contradict it, by "
    + "dimension, then classes, then views. In two dimensions its views are drawn on the circle, a colour a class, crosses at the class "
    + "means; otherwise the picture is μ_{i}ᵀμ_{j}/r² over all pairs of classes. Beneath: both sides of the inequality, left ≤ right being "
    + "claimed (left < right in Eq. 10)."

  private var shown: [(finding: TheoremAudit.Finding, example: TheoremAudit.Counterexample)] {
    findings.compactMap { finding in finding.counterexample.map { (finding, $0) } }
  }

  func chart() -> Chart {
    let scale = ColorScale.blueWhiteRed(limit: 1)
    let all = shown.map { panel($0.finding, $0.example, scale) }
    let rows: [[Panel?]] = stride(from: 0, to: all.count, by: 4).map { start in
      let row = Array(all[start..<min(start + 4, all.count)]) as [Panel?]
      return row + [Panel?](repeating: nil, count: all.count > 4 ? 4 - row.count : 0)
    }
    return Chart(
      identifier: "figure-counterexamples", title: "Counterexamples", summary: summary,
      style: ChartStyle(width: 250 * Double(min(4, max(1, all.count))) + 30, fontSize: 12.5, markerSize: 8),
      panels: rows.isEmpty ? [[Panel(title: "no statement was contradicted")]] : rows,
      colorBar: ColorBar(
        scale,
        title: .italic("μ") + .sub("i") + .super("T") + .italic("μ") + .sub("j") + "/" + .italic("r") + .super("2")))
  }

  private var summary: String {
    shown.map { "\($0.finding.reference): left \(number($0.example.left)), right \(number($0.example.right))." }
      .joined(separator: " ")
  }

  private func number(_ value: Double) -> String { NumberFormat.significant(value, digits: 3) }

  private func panel(
    _ finding: TheoremAudit.Finding, _ example: TheoremAudit.Counterexample, _ scale: ColorScale
  ) -> Panel {
    let world = example.construction
    let views = world.samples.reduce(0) { $0 + $1.views.count }
    let notes = [
      RichText("left \(number(example.left)), right \(number(example.right))"),
      .italic("d") + RichText(" = \(world.dimension), ") + .italic("K")
        + RichText(" = \(world.classCount), \(views) views"),
      .italic("ε") + RichText(" = \(number(example.epsilon)), Er = \(number(example.error))"),
    ]
    let title = RichText(finding.reference + (finding.form == .printed ? "" : ", as used"))
    guard world.dimension == 2 else {
      let classes = world.quantities.classes
      let products = classes.meanProducts.values.map { $0 / classes.squaredRadius }
      return Panel(
        title: title,
        matrix: MatrixImage(
          rows: classes.classCount, columns: classes.classCount, values: products, scale: scale,
          name: "\(finding.reference), μ_iᵀμ_j/r²"),
        footnotes: notes)
    }
    let outline = (0...96).map { step in
      let angle = Double(step) / 96 * 2 * Double.pi
      return Point(x: cos(angle), y: sin(angle))
    }
    let radius = 2.0.squareRoot()
    var marks: [Mark] = [.line(LineMark(outline, color: .lightGray, isSampled: true))]
    let means = world.quantities.classes.means
    for label in 0..<world.classCount {
      let color = Color.okabeIto[label % Color.okabeIto.count]
      let points = world.samples.filter { $0.label == label }.flatMap(\.views).map {
        Point(x: $0[0] / radius, y: $0[1] / radius)
      }
      // Classes in one spot are told apart by size.
      let size = 1.5 - 0.45 * Double(label % 3)
      let mean = Point(x: means[label, 0] / radius, y: means[label, 1] / radius)
      func detail(_ what: String, _ point: Point) -> MarkDetail {
        MarkDetail("\(finding.reference), class \(label + 1), \(what): \(FigureText.place([point.x, point.y]))")
      }
      marks.append(
        .points(
          PointMarks(
            points, color: color, relativeSize: size,
            details: points.enumerated().map { detail("view \($0 + 1)", $1) })))
      marks.append(
        .points(
          PointMarks([mean], symbol: .cross, color: color, relativeSize: 1.1, details: [detail("mean", mean)])))
    }
    var panel = Panel(
      title: title, x: Axis(domain: -1.15...1.15), y: Axis(domain: -1.15...1.15), marks: marks, footnotes: notes)
    panel.isBare = true
    return panel
  }

  /// Every view of every counterexample.
  func csv() -> String {
    var csv = CSVText(header: [
      "statement", "origin", "left", "right", "epsilon", "error", "class", "sample", "probability", "view",
      "coordinates",
    ])
    for (finding, example) in shown {
      let head =
        [finding.id, example.origin]
        + [example.left, example.right, example.epsilon, example.error].map(CSVText.number)
      for (index, sample) in example.construction.samples.enumerated() {
        for (view, point) in sample.views.enumerated() {
          csv.append(
            head + [
              "\(sample.label)", "\(index)", CSVText.number(sample.probability), "\(view)",
              point.map { CSVText.number($0) }.joined(separator: " "),
            ])
        }
      }
    }
    return csv.text
  }
}
