import Charts

/// Theorem 4 integrated: phase portraits of one direction, and several directions together under each variant.
struct DynamicsFigure {
  let trajectories: MeasurementTable

  static let caption =
    "Theorem 4 as a simulation. Top: (λ_{p}, λ) of one direction with c, ‖p‖ and ‖z‖ constant, as the paper has it (Eq. 18 and 19), from a "
    + "grid of starts (hollow) to their ends (filled); left without weight decay, right with the term −2r_{2}ηλ of Eq. 49. Between 0 and "
    + "1/c λ rises, outside it falls. Below: the eigenvalues of six directions over time, from one start. Where the lines end level and apart, "
    + "an unequal fixed point is reached. The last two pictures have the weight decay that is printed in Eq. 49 and removed by Eq. 52, with "
    + "c and ‖p‖ as they follow from λ and λ_{p}, and held constant. Ratio: largest over smallest eigenvalue among those that did not collapse, 1 where uniformity is reached."

  private struct Row {
    let kind: Int
    let series: Int
    let direction: Int
    let time: Double
    let eigenvalue: Double
    let predictor: Double
  }

  private var rows: [Row] {
    let columns = ["kind", "series", "direction", "time", "eigenvalue", "predictor"].map { trajectories.column($0) }
    return trajectories.rows.indices.map { index in
      let values = columns.map { $0[index] ?? .nan }
      return Row(
        kind: Int(values[0]), series: Int(values[1]), direction: Int(values[2]), time: values[3], eigenvalue: values[4],
        predictor: values[5])
    }
  }

  func chart() -> Chart {
    let rows = rows
    let titles = [
      "ε = 0, no weight decay", "ε below 0, no weight decay", "weight decay on z and W",
      "weight decay as Eq. 49 has it", "the same, c and ‖p‖ held constant",
    ]
    let portraits: [Panel?] = [
      portrait(rows.filter { $0.kind == 0 }, title: "one direction"),
      portrait(rows.filter { $0.kind == 1 }, title: "one direction, weight decay as Eq. 49 has it"),
    ]
    let together = rows.filter { $0.kind == 2 }
    let courses = titles.indices.map { course(together, $0, titles[$0]) }
    let times: [Panel?] = courses
    let ends = courses.map { "\($0.title.plain): \($0.subtitles.map(\.plain).joined(separator: ", "))." }
    return Chart(
      identifier: "figure-dynamics", title: "Theorem 4 as a simulation",
      summary: "Above: paths of one direction from starts to ends. " + ends.joined(separator: " "),
      style: ChartStyle(width: 860, panelAspect: 0.66, fontSize: 12.5, lineWidth: 1.3, markerSize: 5),
      panels: [portraits, Array(times[0..<2]), Array(times[2..<4]), [times[4], nil]],
      legend: [
        LegendEntry(.marker(.circle, .gray, isFilled: false), "start"),
        LegendEntry(.marker(.circle, .blue, isFilled: true), "end"),
        LegendEntry(.line(.blue, .solid), "λ rises"), LegendEntry(.line(.orange, .solid), "λ falls"),
      ])
  }

  private func portrait(_ rows: [Row], title: String) -> Panel {
    var marks: [Mark] = [
      .rule(RuleMark(.vertical, at: 0, label: "0")),
      .rule(RuleMark(.vertical, at: 1 / SimulationResults.portraitC, label: "1/c")),
    ]
    var (starts, ends) = ([Point](), [Point]())
    for series in Set(rows.map(\.series)).sorted() {
      let points = rows.filter { $0.series == series }.map { Point(x: $0.predictor, y: $0.eigenvalue) }
      guard let first = points.first, let last = points.last else { continue }
      // Cut where it turns from falling to rising.
      var pieces: [(points: [Point], rises: Bool)] = []
      for (a, b) in zip(points, points.dropFirst()) where a != b {
        let rises = b.y >= a.y
        if pieces.last?.rises == rises {
          pieces[pieces.count - 1].points.append(b)
        } else {
          pieces.append(([a, b], rises))
        }
      }
      for piece in pieces {
        marks.append(.line(LineMark(piece.points, color: piece.rises ? .blue : .orange, isSampled: true)))
      }
      starts.append(first)
      ends.append(last)
    }
    func details(_ what: String, _ points: [Point]) -> [MarkDetail] {
      points.map {
        MarkDetail(
          "\(what): λ_p \(NumberFormat.fixed($0.x, decimals: 2)), λ \(NumberFormat.fixed($0.y, decimals: 3))")
      }
    }
    marks.append(.points(PointMarks(starts, color: .gray, isFilled: false, details: details("start", starts))))
    marks.append(.points(PointMarks(ends, color: .blue, details: details("end", ends))))
    return Panel(
      title: RichText(title), x: Axis(.italic("λ") + .sub("p"), domain: -1.15...2.15),
      y: Axis(.italic("λ"), domain: -0.06...2.4),
      marks: marks)
  }

  private func course(_ rows: [Row], _ series: Int, _ title: String) -> Panel {
    let own = rows.filter { $0.series == series }
    let marks = Set(own.map(\.direction)).sorted().map { direction in
      Mark.line(
        LineMark(
          own.filter { $0.direction == direction }.map { Point(x: $0.time, y: $0.eigenvalue) },
          color: Color.okabeIto[direction % Color.okabeIto.count], name: "direction \(direction + 1)",
          isSampled: true))
    }
    let last = own.map(\.time).max() ?? 0
    let end = own.filter { $0.time == last }.map(\.eigenvalue)
    let trace = end.reduce(0, +)
    let alive = end.filter { $0 > 1e-6 * trace }
    let ratio = (alive.max() ?? .nan) / (alive.min() ?? .nan)
    return Panel(
      title: RichText(title),
      subtitles: [
        RichText(
          "at the end: trace \(NumberFormat.fixed(trace, decimals: 3)), ratio \(NumberFormat.fixed(ratio, decimals: 2))"
        )
      ],
      x: Axis("time"), y: Axis(.italic("λ") + .sub("i")), marks: marks)
  }

  func csv() -> String { trajectories.csv }
}
