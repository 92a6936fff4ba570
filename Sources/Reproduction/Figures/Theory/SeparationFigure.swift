import Charts
import Report
import Theory

/// How large a product of two class means may be before views are mistaken: Theorem 1's margin, the sharper one, and what
/// searches found.
struct SeparationFigure {
  let results: SeparationResults

  static let caption =
    "Theorem 1, and how far it is from the truth. Two classes of diameter ε are never mistaken for each other where μ_{i}ᵀμ_{j}/r² lies "
    + "below the margin: 1 − 4ε + ε² in the paper, 1 − 9ε²/4 in the errata. The points are the least products found by a search among "
    + "classes of three views in four dimensions whose views are mistaken: no margin can lie above them. They are least found, not least: a longer "
    + "search, or one with more views, finds less, and that no classes are worse than the sharper margin is "
    + "what the proof says, not the search. The printed margin is positive only up to 2 − √3."

  func chart() -> Chart {
    let points = results.frontier
    let found = points.compactMap { point in point.product.map { (point, Point(x: point.epsilon, y: $0)) } }
    func line(
      _ value: (SeparationResults.FrontierPoint) -> Double, _ color: Color, _ dash: Dash = .solid, name: String
    ) -> Mark {
      .line(
        LineMark(
          points.map { Point(x: $0.epsilon, y: value($0)) }, color: color, dash: dash, setsLimits: false, name: name))
    }
    let panel = Panel(
      x: Axis(.italic("ε"), domain: 0...0.92),
      y: Axis(
        .italic("μ") + .sub("i") + .super("T") + .italic("μ") + .sub("j") + "/" + .italic("r") + .super("2"),
        domain: -0.5...1.05),
      marks: [
        .rule(RuleMark(.horizontal, at: 0, label: "orthogonal means")),
        .rule(RuleMark(.vertical, at: Theorem1.epsilonLimit, label: "2 − √3")),
        .rule(RuleMark(.vertical, at: Theorem1.sharpEpsilonLimit, label: "2/3")),
        line({ $0.printed }, .red, .dashed, name: "margin as printed"),
        line({ $0.sharp }, .green, name: "sharper margin"),
        .line(LineMark(found.map { $0.1 }, color: .blue, relativeWidth: 0.7)),
        .points(
          PointMarks(
            found.map { $0.1 },
            details: found.map { point, place in
              MarkDetail(
                "ε = \(NumberFormat.fixed(point.epsilon, decimals: 2)): two classes with a product of "
                  + "\(NumberFormat.fixed(place.y, decimals: 3)) were mistaken; margins "
                  + "\(NumberFormat.fixed(point.printed, decimals: 3)) (printed), "
                  + "\(NumberFormat.fixed(point.sharp, decimals: 3)) (sharper)")
            })),
      ])
    return Chart(
      identifier: "figure-separation", title: "Theorem 1's margin", summary: summary,
      style: ChartStyle(width: 620, markerSize: 6),
      panels: [[panel]],
      legend: [
        LegendEntry(.line(.red, .dashed), "1 − 4ε + ε², as printed"), LegendEntry(.line(.green, .solid), "1 − 9ε²/4"),
        LegendEntry(.markedLine(.circle, .blue), "least found product of two that are mistaken"),
      ])
  }

  private var summary: String {
    "Three falling curves over ε. "
      + results.frontier.map { point in
        "ε \(NumberFormat.fixed(point.epsilon, decimals: 2)): least found product of two mistaken "
          + "\(point.product.map { NumberFormat.fixed($0, decimals: 2) } ?? "none"), sharper margin "
          + "\(NumberFormat.fixed(point.sharp, decimals: 2)), printed margin "
          + "\(NumberFormat.fixed(point.printed, decimals: 2))."
      }.joined(separator: " ")
  }

  func csv() -> String {
    var csv = CSVText(header: ["epsilon", "least_found_product", "printed_margin", "sharp_margin"])
    for point in results.frontier {
      csv.append([point.epsilon, point.product, point.printed, point.sharp].map(CSVText.number))
    }
    return csv.text
  }
}
