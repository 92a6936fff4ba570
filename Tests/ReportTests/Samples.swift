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
      identifier: "accuracy", label: "Table 2",
      caption: "kNN accuracy (%) on the output, by output dimension d. Links lead to the node behind each number.",
      groups: [.init("", span: 1), .init("Barlow Twins", span: 2), .init("SimSiam", span: 2)],
      columns: [.init("d")] + ["Fashion-MNIST", "Shapes-100", "Fashion-MNIST", "Shapes-100"].map { .init($0) },
      rows: zip(dimensions, measured).map { d, row in
        Table.Row(
          [.integer(d)]
            + row.enumerated().map { column, value in
              .number(
                value, mark: d == 4 && column == 3 ? collapsed : nil, note: value == nil ? "not in this profile" : nil,
                target: value == nil || column > 0 ? nil : "train/shapes/d\(d)/s0")
            })
      } + [Table.Row([.text("raw pixels")] + [76.2, 9.31, 76.2, 9.31].map { .number($0) }, ruleAbove: true)],
      notes: ["k = 40, T = 0.1; L_{bound} is read over the bank. The published table has CIFAR-10 and CIFAR-100."])
  }

  /// Six trainings of two methods, from the download to the report, with everything that a record can say.
  static var nodes: [NodeRecord] {
    func digest(_ text: String) -> String {
      PageSeal.hexadecimal(text.utf8.map { $0 &* 31 } + [UInt8](repeating: 7, count: 32)).prefix(64).description
    }
    func node(
      _ name: String, _ inputs: [String], at start: Double, _ seconds: Double, _ state: NodeRecord.State = .fresh
    ) -> NodeRecord {
      let stage = String(name.prefix { $0 != "/" })
      return NodeRecord(
        name: name, stage: stage, version: 2, state: state, key: digest(name),
        group: stage == "train" || stage == "probe" ? String(name.dropFirst(6)) : nil,
        parameters: [.init("training.learningRate", "0.002"), .init("training.seed", "0")],
        inputs: inputs.map { NodeRecord.Input(name: "images", digest: digest($0), node: $0) },
        outputs: [.init(name: "result.csv", digest: digest(name + "!"), size: 12_345)],
        rawFiles: stage == "download"
          ? [.init(name: "train.gz", digest: digest("raw"), size: 26_421_880, origin: "https://example.org/train.gz")]
          : [],
        execution: state == .missing
          ? nil
          : .init(
            run: state == .fresh ? 3 : 2, attempt: stage == "probe" ? 2 : 1, started: 1_763_820_000 + start,
            seconds: seconds, peakMemory: 312_000_000, machine: "A processor, OpenBLAS kernel Haswell",
            log: ["epoch 1", "epoch 2: loss 0.31"]),
        command: "repro all --only '\(name)'", note: state == .accepted ? "kept across a change: a comment" : "")
    }
    var nodes = [node("download/shapes", [], at: 0, 1.2, .kept)]
    for (index, d) in dimensions.enumerated() {
      let place = Double(index)
      nodes.append(
        node(
          "train/shapes/d\(d)/s0", ["download/shapes"], at: (place / 2).rounded(.down) * 14, 12,
          d == 8 ? .accepted : .fresh))
      nodes.append(
        node("probe/shapes/d\(d)/s0", ["train/shapes/d\(d)/s0"], at: (place / 2).rounded(.down) * 14 + 12, 2))
    }
    nodes.append(node("figure/fig4", dimensions.map { "probe/shapes/d\($0)/s0" }, at: 42, 0.4))
    nodes.append(node("report/index", ["figure/fig4", "gone/node"], at: 43, 0.04, .missing))
    return nodes
  }

  static let variants = TableVariants(
    identifier: "table1",
    switches: [
      .init("Features", options: ["output", "backbone"]), .init("Show", options: ["accuracy", "difference"]),
    ],
    variants: [[0, 0], [0, 1], [1, 0], [1, 1]].map { options in
      TableVariants.Variant(
        options: options,
        table: Table(
          identifier: options == [0, 0] ? "table1" : "table1-\(options[0])\(options[1])", label: "Table 1",
          caption: "kNN accuracy (%), reading \(options)", columns: [.init("d"), .init("ours")],
          rows: dimensions.map { d in
            .init([
              .integer(d),
              .number(
                Double(d + options[0]) / 8 - 9, decimals: 1, isSigned: options[1] == 1, target: "probe/shapes/d\(d)/s0"),
            ])
          }))
    })

  static let hostileText = "</caption><script>alert(1)</script>\"' onload=x | `a` \\end{table} $x^2$ & 100% #1 _{<b>} ~"

  static var hostileNode: NodeRecord {
    NodeRecord(
      name: hostileText, stage: "<img src=x onerror=alert(1)>", state: .missing, key: "\"><script>",
      parameters: [.init(hostileText, hostileText)],
      inputs: [.init(name: hostileText, digest: hostileText, node: hostileText)],
      outputs: [.init(name: hostileText, digest: "", size: -1)],
      rawFiles: [.init(name: hostileText, digest: "", size: .max, origin: "javascript:alert(1)")],
      execution: .init(
        run: -1, attempt: .max, started: .infinity, seconds: .nan, peakMemory: -1, machine: hostileText,
        log: ["\r\n\u{202E}right to left\u{0}", hostileText]), command: hostileText, note: hostileText)
  }

  /// A name of ten thousand letters that take no break, and times that are none.
  static var longNode: NodeRecord {
    NodeRecord(
      name: String(repeating: "long", count: 2500), stage: String(repeating: "s", count: 10_000), state: .fresh,
      key: String(repeating: "f", count: 64),
      execution: .init(run: 1, attempt: 1, started: 1e300, seconds: 1e300, peakMemory: nil, machine: ""))
  }

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
      "<g data-node=\"probe/shapes/d\(dimensions[index % 6])/s0\"><title>point \(index)</title>"
        + "<circle cx=\"\(90 + index * 62)\" cy=\"\(60 + (index * index * 7) % 130)\" r=\"5\" fill=\"\(color)\"/></g>"
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
      verdict: VerdictBoard(
        setting: "Profile quick on two cores.",
        counts: [.init(.holds, 9, anchor: "v-at-4"), .init(.fails, 2), .init(.undecided, 1)]),
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
            .variants(variants), .table(table),
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
                drawing: .svg(svg("#1f4e79"), narrow: svg("#1f4e79").replacing("680", with: "352")),
                downloads: [
                  .init(
                    label: "CSV", fileName: "fig4.csv",
                    content: .embedded(mediaType: "text/csv", Data("epoch,accuracy\r\n1,2\r\n".utf8))),
                  .init(label: "PDF", fileName: "fig4.pdf", content: .file("../figures/fig4.pdf")),
                  .init(label: "SVG", fileName: "fig4.svg", content: .drawing(.svg, beside: "../figures/fig4.svg")),
                  .init(label: "PNG", fileName: "fig4.png", content: .drawing(.png, beside: "../figures/fig4.png")),
                ], node: "figure/fig4")),
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
                evidence: "K = 10, d = 5, ten means on five axes: right side 0.222, error 0.500.",
                nodes: ["figure/fig4"]),
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
            .timeline(nodes), .graph(nodes), .nodes(summary: "All \(nodes.count) nodes", nodes),
            .selfCheck("Each part of the page has a digest."),
          ]),
      ], footer: "Every number is in the ledger; `repro why NODE` says where it comes from.")
  }
}
