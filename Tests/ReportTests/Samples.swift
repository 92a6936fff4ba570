import Foundation

@testable import Report

enum Samples {
  static let collapsed = Cell.Mark(
    name: "collapsed", symbol: "†", meaning: "Collapsed: one direction holds nine tenths of tr Λ or more.",
    tone: .warning)

  static let dimensions = [512, 128, 32, 16, 8, 4]

  static var table: Table {
    let measured: [[Double?]] = [
      [71.42, 38.91, 68.30, 31.77], [70.10, 35.24, 68.02, 30.95], [66.83, 29.60, 66.41, .nan],
      [63.55, nil, 64.19, 24.06], [58.21, 20.18, 60.70, 18.35], [51.36, 14.77, 43.52, 6.08],
    ]
    return Table(
      identifier: "table1", label: "Table 1",
      caption: "kNN accuracy (%) on the output, by output dimension d. Links lead to the node behind each number.",
      groups: [.init("", span: 1), .init("Barlow Twins", span: 2), .init("SimSiam", span: 2)],
      columns: [.init("d")] + ["Fashion-MNIST", "Shapes-100", "Fashion-MNIST", "Shapes-100"].map { .init($0) },
      rows: zip(dimensions, measured).map { d, row in
        Table.Row(
          [.integer(d)]
            + row.enumerated().map { column, value in
              .number(
                value, mark: d == 4 && column == 3 ? collapsed : nil, note: value == nil ? "not in this profile" : nil,
                target: value == nil ? nil : "train/shapes/d\(d)/s0")
            })
      } + [Table.Row([.text("raw pixels")] + [76.2, 9.31, 76.2, 9.31].map { .number($0) }, ruleAbove: true)],
      notes: ["k = 40, T = 0.1; L_{bound} is read over the bank. The published table has CIFAR-10 and CIFAR-100."])
  }

  static let hostileText = "</caption><script>alert(1)</script>\"' onload=x | `a` \\end{table} $x^2$ & 100% #1 _{<b>} ~"

  static var hostileTable: Table {
    Table(
      identifier: "a\"><b>", label: hostileText, caption: hostileText, groups: [.init(hostileText, span: 2)],
      columns: [.init(hostileText, alignment: .leading), .init("x,\"y\"\r\nz")],
      rows: [
        .init([
          .text(hostileText, mark: .init(name: "<i>", symbol: "<", meaning: hostileText), note: hostileText),
          .number(-.infinity, target: "\" onclick=\"x"),
        ]), .init([.text("[8pt]"), .number(-0.001)]),
      ], notes: [hostileText])
  }

  static func svg(_ color: String) -> String {
    let points = (0..<9).map { index in
      "<circle cx=\"\(90 + index * 62)\" cy=\"\(60 + (index * index * 7) % 130)\" r=\"5\" fill=\"\(color)\"/>"
    }.joined()
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <svg xmlns="http://www.w3.org/2000/svg" width="680" height="260" viewBox="0 0 680 260" font-family="serif">
      <defs><clipPath id="plot-clip"><rect x="60" y="20" width="600" height="190"/></clipPath></defs>
      <rect width="680" height="260" fill="#ffffff"/>
      <path d="M60 20V210H660" fill="none" stroke="#333"/>
      <g clip-path="url(#plot-clip)">\(points)<path d="M60 60L660 190" stroke="#b22222" stroke-width="1.5"/></g>
      <text x="360" y="245" text-anchor="middle" font-size="15">L bound</text>
      </svg>
      """
  }

  static var page: ReportPage {
    ReportPage(
      title: "Exploring Generalization of Non-Contrastive Self-Supervised Learning, run again",
      subtitle: "Profile quick: Fashion-MNIST and Shapes-100, a small ResNet-18, one seed",
      summary: [
        "The published trend is there at this scale: kNN accuracy on the output rises with d in all four panels, and "
          + "falls with L_{bound} along training (r = −0.93 to −0.71).",
        "Theorem 3 is vacuous for every cell: the measured ε lies above 2 − √3, so the bound says nothing. The correlation "
          + "in Figure 4 is therefore no evidence that the bound is tight.",
      ],
      highlights: [
        .init("9 of 14", "claims hold", tone: .good), .init("2", "claims fail"),
        .init("1", "cell collapsed", tone: .warning),
        .init("8 min 12 s", "on two cores"),
      ],
      sections: [
        .init(
          "Accuracy",
          [
            .paragraph(
              "Each encoder is read on its d-dimensional output, since the theory is about f; `backbone` is beside it in the data."
            ),
            .table(table),
            .caution(
              "Shapes-100 is generated. Its raw pixels give 9.31 %, so that nobody takes it for harder than it is."),
          ]),
        .init(
          "The bound along training",
          [
            .figure(
              ReportFigure(
                identifier: "fig4", label: "Figure 4",
                caption: "L_{bound} and kNN accuracy along training, a point every epoch, joined in order; the line is "
                  + "fitted to the later half. r = −0.93.",
                alternative: "Scatter of L_bound against accuracy with a falling fitted line",
                drawing: .svg(svg("#1f4e79")),
                downloads: [
                  .init(
                    label: "CSV", fileName: "fig4.csv",
                    content: .embedded(mediaType: "text/csv", Data("epoch,accuracy\r\n1,2\r\n".utf8))),
                  .init(label: "PDF", fileName: "fig4.pdf", content: .file("../figures/fig4.pdf")),
                ])),
            .figure(
              ReportFigure(
                identifier: "fig5", label: "Figure 5", caption: "The same ids twice in one page.",
                alternative: "Points", drawing: .svg(svg("#7a3b69")))),
          ]),
        .init(
          "Claims",
          [
            .claims([
              ClaimVerdict(
                identifier: "v-at-4", statement: "If K = 100 and d = 4, then (K − d)/d^{2} = 6.", source: "§5",
                verdict: .holds, evidence: "6 exactly."),
              ClaimVerdict(
                identifier: "theorem-3", statement: "The error rate is below the right side of Theorem 3.",
                source: "Theorem 3", verdict: .fails,
                evidence: "K = 10, d = 5, ten means on five axes: right side 0.222, error 0.500."),
              ClaimVerdict(
                identifier: "tight", statement: "The upper bound we obtained is a relatively tight bound.",
                source: "§5",
                verdict: .undecided, evidence: "ε = 1.31 at the median cell; the bound is undefined above 0.268."),
            ])
          ]),
        .init(
          "How it was run",
          [
            .facts([
              Fact("Command", "`repro all --profile quick`"), Fact("Processor kernel", "Haswell"), Fact("Seed", "0"),
              Fact("Published values", "Table 1 of the paper, one seed, no error bars"),
            ]), .heading("Departures from the text"),
            .list([
              "SimSiam's predictor learns ten times as fast as its encoder.", "Fashion-MNIST stands in for CIFAR-10.",
            ]),
            .records(
              summary: "All 8 nodes",
              dimensions.map {
                RunRecord(
                  name: "train/shapes/d\($0)/s0", stage: "train", state: $0 == 8 ? .reused : .built,
                  seconds: Double($0) * 1.7, key: String(repeating: "3fa9c2", count: 10) + "\($0)")
              } + [
                RunRecord(
                  name: "figure/fig4", stage: "figure", state: .failed, seconds: nil, key: "00", note: "no space left"),
                RunRecord(name: "report", stage: "report", state: .stale, seconds: 0.04, key: "0f1e2d3c4b5a69788796"),
              ]),
          ]),
      ], footer: "Every number is in the ledger; `repro why NODE` says where it comes from.")
  }
}
