import Charts
import Numerics
import Report

/// What Theorem 4 speaks of, measured: eigenvalues of Λ and of the predictor in their basis along the training of a SimSiam
/// encoder, and how far the two share eigenspaces.
struct EigenvalueFigure {
  struct Series {
    let title: String
    let epochs: [Double]
    /// λ with Σλ = 1 and λ_p, epochs × d.
    let eigenvalues: DoubleMatrix
    let predictor: DoubleMatrix
    /// The share of ‖W_p‖² on the diagonal of UᵀW_pU, what a random basis would give, and how wrong E[Δz̃ᵀ] = (I − cΛ̃_p)Λ + ε is.
    let diagonalShare: [Double?]
    let randomShare: [Double?]
    let error: [Double?]
  }

  let series: [Series]
  /// Of larger spectra so many are drawn, at even distances.
  static let drawn = 24

  static let caption =
    "Theorem 4 on trained SimSiam encoders. Left: the eigenvalues of Λ (trace 1, the dashed line 1/d is where they would be equal). "
    + "Middle: the predictor's λ_{p} in the same basis, in the same colours, from the largest λ (dark) to the smallest (light). Right: the share "
    + "of W_{p} on the diagonal of that basis beside that of a random one (1: aligned), and the relative error of E[Δz̃ᵀ] = (I − cΛ̃_{p})Λ + ε, "
    + "on which the theorem rests."

  func chart() -> Chart {
    Chart(
      identifier: "figure-eigenvalues", title: "Theorem 4 on trained encoders", summary: summary,
      style: ChartStyle(width: 1000, panelAspect: 0.78, fontSize: 12.5, lineWidth: 1.2, markerSize: 5),
      panels: series.isEmpty ? [[Panel()]] : series.map(panels),
      rowTitles: series.map { RichText($0.title.replacing(" = ", with: "\u{A0}=\u{A0}")) },
      titlesOnlyOutside: true,
      legend: [
        LegendEntry(.markedLine(.circle, .blue), "share of " + .italic("W") + .sub("p") + " on the diagonal"),
        LegendEntry(.line(.gray, .dashed), "in a random basis"),
        LegendEntry(.markedLine(.diamond, .red), "relative error of Theorem 4's second equality"),
      ])
  }

  private var summary: String {
    series.map { series in
      let last = series.eigenvalues.rows - 1
      func number(_ value: Double?) -> String { value.map { NumberFormat.significant($0, digits: 2) } ?? "not known" }
      let values = last >= 0 ? (0..<series.eigenvalues.columns).map { series.eigenvalues[last, $0] } : []
      return
        "\(series.title), at the end: largest eigenvalue \(number(values.max())), smallest \(number(values.min())), "
        + "share on the diagonal \(number(series.diagonalShare.last ?? nil)), in a random basis "
        + "\(number(series.randomShare.last ?? nil)), relative error \(number(series.error.last ?? nil))."
    }.joined(separator: " ")
  }

  private func panels(_ series: Series) -> [Panel?] {
    let d = series.eigenvalues.columns
    let step = max(1, (d + Self.drawn - 1) / Self.drawn)
    let shown = Array(stride(from: 0, to: d, by: step))
    let colors = ColorScale(
      anchors: [0x00305A, 0x0072B2, 0x56B4E9, 0xC6E2F3].map(Color.init(hex:)), domain: 0...Double(max(1, d - 1)))
    func lines(_ matrix: DoubleMatrix, _ name: String) -> [Mark] {
      shown.map { column in
        .line(
          LineMark(
            series.epochs.indices.map { Point(x: series.epochs[$0], y: matrix[$0, column]) },
            color: colors.color(Double(column)) ?? .blue, name: "\(name) \(column + 1) of \(d)"))
      }
    }
    func curve(_ values: [Double?]) -> [Point] {
      zip(series.epochs, values).compactMap { epoch, value in value.map { Point(x: epoch, y: $0) } }
    }
    func details(_ what: String, _ points: [Point]) -> [MarkDetail] {
      points.map {
        MarkDetail(
          "\(series.title), epoch \(NumberFormat.fixed($0.x, decimals: 0)): \(what) "
            + NumberFormat.significant($0.y, digits: 3))
      }
    }
    let (share, random, error) = (curve(series.diagonalShare), curve(series.randomShare), curve(series.error))
    return [
      Panel(
        title: "eigenvalues of Λ", subtitles: [RichText(shown.count < d ? "\(shown.count) of \(d)" : "all \(d)")],
        x: Axis("epoch"), y: Axis(.italic("λ") + .sub("i"), kind: .log10),
        marks: lines(series.eigenvalues, "eigenvalue") + [
          .rule(RuleMark(.horizontal, at: 1 / Double(d), label: "1/d", dash: .dashed))
        ]),
      Panel(
        title: "of the predictor", x: Axis("epoch"), y: Axis(.italic("λ") + .sub("p,i")),
        marks: lines(series.predictor, "predictor, direction")
      ),
      Panel(
        title: "alignment and error", x: Axis("epoch"), y: Axis("share, relative error", bounds: 0...1),
        marks: [
          .line(LineMark(random, color: .gray, dash: .dashed, name: "share in a random basis")), .line(LineMark(share)),
          .points(PointMarks(share, details: details("share on the diagonal", share))),
          .line(LineMark(error, color: .red)),
          .points(PointMarks(error, symbol: .diamond, color: .red, details: details("relative error", error))),
        ]),
    ]
  }

  func csv() -> String {
    var csv = CSVText(header: [
      "encoder", "epoch", "direction", "eigenvalue", "predictor_eigenvalue", "diagonal_share", "random_share",
      "theorem4_error",
    ])
    for series in series {
      for (row, epoch) in series.epochs.enumerated() {
        for direction in 0..<series.eigenvalues.columns {
          csv.append(
            [series.title]
              + [
                epoch, Double(direction), series.eigenvalues[row, direction], series.predictor[row, direction],
                series.diagonalShare[row], series.randomShare[row], series.error[row],
              ].map(CSVText.number))
        }
      }
    }
    return csv.text
  }
}
