import Foundation

@testable import Report

extension Samples {
  /// A page of hostile texts wherever there is place for one.
  static var hostilePage: ReportPage {
    let bad = hostileText
    return ReportPage(
      title: bad, subtitle: bad, summary: [bad, String(repeating: "long", count: 2500)],
      verdict: VerdictBoard(setting: bad, counts: [.init(.holds, 1, anchor: bad)]), highlights: [.init(bad, bad)],
      sections: [
        .init(
          bad,
          [
            .paragraph(bad), .heading(bad), .list([bad]), .caution("\u{202E}" + bad), .table(hostileTable),
            .figure(
              ReportFigure(
                identifier: bad, label: bad, caption: bad, alternative: bad, drawing: .svg(hostileDrawing),
                downloads: [.init(label: bad, fileName: bad, content: .file("javascript:alert(1)//\"><script>"))],
                node: bad)),
            .claims([
              ClaimVerdict(
                identifier: bad, statement: bad, source: bad, verdict: .fails, evidence: bad, nodes: [bad])
            ]), .facts([Fact(bad, bad)]), .timeline([hostileNode, longNode]), .graph([hostileNode, longNode]),
            .nodes(summary: bad, [hostileNode, longNode]), .selfCheck(bad),
          ])
      ], footer: bad)
  }

  /// What a drawing may try when its elements become the page's.
  static let hostileDrawing = """
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="400" height="200" onload="window.alerted = 1">
    <script>window.alerted = 2</script><style>* { display: none }</style>
    <foreignObject width="100" height="100"><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:alert(1)"/></foreignObject>
    <g data-node="&lt;script&gt;alert(1)&lt;/script&gt;"><title>&lt;script&gt;window.alerted = 3&lt;/script&gt;</title>
    <circle cx="40" cy="40" r="9" onclick="window.alerted = 4" style="fill: url(https://example.org/x)"/></g>
    <image href="https://example.org/x.png" width="10" height="10"/><use xlink:href="https://example.org/x.svg#a"/>
    <a xlink:href="javascript:window.alerted = 5"><rect x="60" y="60" width="50" height="50" fill="url(https://example.org/#x)"/></a>
    <rect x="120" y="20" width="30" height="30" fill="#0072b2"/>
    </svg>
    """

  /// Bytes that no format makes smaller, as photographs are.
  private static func noise(_ count: Int) -> Data {
    var state: UInt64 = 1
    return Data(
      (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
      })
  }

  /// As large as the paper's own: 40 cells, 80 records drawn of each, three seeds; every claim, the theory's tables and
  /// figures, Table 1 in eight readings, sheets of images.
  static var largePage: ReportPage {
    var nodes: [NodeRecord] = []
    var rows: [Table.Row] = []
    var panels = ""
    func record(_ name: String, _ inputs: [String], at start: Double, _ seconds: Double) -> NodeRecord {
      NodeRecord(
        name: name, stage: String(name.prefix { $0 != "/" }), state: .fresh,
        key: String(repeating: "3fa9c2d1", count: 8),
        group: name.contains("/d") ? String(name.drop { $0 != "/" }.dropFirst()) : nil,
        parameters: (0..<24).map { NodeRecord.Component("training.parameter\($0)", "\($0)") },
        inputs: inputs.map {
          NodeRecord.Input(name: "input", digest: String(repeating: "0123abcd", count: 8), node: $0)
        },
        outputs: (0..<6).map {
          NodeRecord.File(name: "output\($0).csv", digest: String(repeating: "89ef4567", count: 8), size: 4096 << $0)
        },
        execution: .init(
          run: 1, attempt: 1, started: start, seconds: seconds, peakMemory: 2_000_000_000, machine: "processor",
          log: (0..<12).map { "epoch \($0): loss 0.\($0)" }))
    }
    nodes.append(record("download/cifar-10", [], at: 0, 30))
    var probes: [String] = []
    for cell in 0..<40 {
      let (row, column) = (cell / 8, cell % 8)
      for seed in 0..<3 {
        let path = "cifar-10/method\(cell / 10)/d\(4 << (cell % 10))/s\(seed)"
        let start = Double(cell * 3 + seed) * 400
        nodes.append(record("train/\(path)", ["download/cifar-10"], at: start, 3000))
        nodes.append(record("probe/\(path)", ["train/\(path)"], at: start + 3000, 40))
        nodes.append(record("bound/\(path)", ["train/\(path)"], at: start + 3000, 60))
        probes += ["probe/\(path)", "bound/\(path)"]
      }
      let probe = "probe/cifar-10/method\(cell / 10)/d\(4 << (cell % 10))/s0"
      rows.append(.init([.integer(4 << (cell % 10)), .number(Double(cell) * 1.7, spread: 0.4, target: probe)]))
      panels +=
        "<g transform=\"translate(\(column * 130) \(row * 130))\"><rect x=\"5\" y=\"5\" width=\"120\" height=\"120\" fill=\"none\" stroke=\"#555\"/>"
      for point in 0..<80 {
        panels +=
          "<g data-node=\"\(probe)\"><title>Barlow Twins, CIFAR-10, d = \(4 << (cell % 10)), epoch \(point): L_bound 0.\(point), kNN 5\(point % 10).2%</title>"
          + "<circle cx=\"\(10 + point * 110 / 80).\(point % 10)\" cy=\"\(20 + (point * 37 + cell) % 95).5\" r=\"3\" fill=\"#0072b2\" stroke=\"#ffffff\" stroke-width=\"0.6\"/></g>\n"
      }
      panels += "</g>"
    }
    for claim in 0..<120 {
      nodes.append(record("claim/claim-\(claim)", [probes[claim], probes[claim + 1]], at: 60_000, 0.1))
    }
    nodes.append(record("table/table1", probes, at: 60_000, 0.2))
    nodes.append(record("report/index", probes + ["table/table1"], at: 60_001, 0.5))
    let svg =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1080\" height=\"680\" viewBox=\"0 0 1080 680\">\(panels)</svg>"
    let readings = TableVariants(
      identifier: "table1",
      switches: [
        .init("Features", options: ["output", "backbone"]), .init("Classifier", options: ["kNN", "mean"]),
        .init("Show", options: ["accuracy", "difference"]),
      ],
      variants: (0..<8).map { reading in
        TableVariants.Variant(
          options: [reading / 4, reading / 2 % 2, reading % 2],
          table: Table(
            identifier: reading == 0 ? "table1" : "table1-\(reading)", label: "Table 1", caption: "All cells.",
            columns: [.init("d"), .init("ours")], rows: rows))
      })
    let claims = (0..<120).map { index in
      ClaimVerdict(
        identifier: "claim/claim-\(index)", statement: "A statement of the paper, number \(index), of some words.",
        source: "§\(index % 6)", verdict: ClaimVerdict.Verdict.allCases[index % 3],
        evidence: "What was measured, against what, and why it was judged so, in a sentence or two of this length.",
        nodes: ["claim/claim-\(index)", probes[index]])
    }
    let theory = (0..<5).map { table in
      Table(
        identifier: "theory-\(table)", label: "Theory \(table)", caption: "A table of the audit.",
        columns: (0..<9).map { .init("column \($0)") },
        rows: (0..<60).map { row in .init((0..<9).map { .number(Double(row * 9 + $0) / 7, target: probes[row]) }) })
    }
    let drawings = (0..<11).map { figure in
      ReportPage.Block.figure(
        ReportFigure(
          identifier: "figure-\(figure)", label: "Figure \(figure)", caption: "Points.", alternative: "Points",
          drawing: .svg(Self.svg("#0072b2"), narrow: Self.svg("#0072b2").replacing("680", with: "352"))))
    }
    let sheets = (0..<4).map { sheet in
      ReportPage.Block.figure(
        ReportFigure(
          identifier: "sheet-\(sheet)", label: "Sheet", caption: "Images.", alternative: "Images",
          drawing: .png(noise(150_000))))
    }
    return ReportPage(
      title: "A page of the paper's size", summary: ["40 cells, 80 records each."],
      sections: [
        .init("Table", [.variants(readings)]), .init("Claims", [.claims(claims)]),
        .init("Theory", theory.map(ReportPage.Block.table) + drawings), .init("Images", sheets),
        .init(
          "Figures",
          [
            .figure(
              ReportFigure(
                identifier: "fig4", label: "Figure 4", caption: "3,200 points.", alternative: "Points",
                drawing: .svg(svg, narrow: svg)))
          ]),
        .init("Run", [.timeline(nodes), .graph(nodes), .nodes(summary: "All nodes", nodes), .selfCheck("Digests.")]),
      ])
  }
}
