import Foundation
import SnapshotSupport
import Testing

@testable import Charts

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ChartTests {
  private func chart(_ panel: Panel, identifier: String = "test", style: ChartStyle = ChartStyle(width: 420)) -> Chart {
    Chart(identifier: identifier, title: "A test", summary: "What it shows.", style: style, panels: [[panel]])
  }

  private func panel(_ points: [Point], _ marks: [Mark] = []) -> Panel {
    Panel(x: Axis("x"), y: Axis("y"), marks: marks + [.points(PointMarks(points))])
  }

  // MARK: Snapshots

  @Test func everyMark() throws {
    let xs = (0...20).map { Double($0) / 4 }
    let wave = xs.map { Point(x: $0, y: sin($0)) }
    let first = Panel(
      title: "Marks", subtitles: [.italic("a") + .sub("i") + " and " + .italic("b") + .super("2")],
      x: Axis("time (s)"), y: Axis("amplitude"),
      marks: [
        .line(LineMark(wave)), .line(LineMark(wave.map { Point(x: $0.x, y: -$0.y) }, color: .red, dash: .dashed)),
        .errorBars(ErrorBars([.init(Point(x: 2, y: 0.5), x: 0.3, y: 0.2)])),
        .rule(RuleMark(.horizontal, at: 0.8, label: "limit")), .rule(RuleMark(.vertical, at: 4, label: "end")),
      ])
    let symbols = MarkerSymbol.allCases.enumerated().map { index, symbol in
      Mark.points(
        PointMarks(
          (0..<4).map { Point(x: pow(2, Double($0 + index)), y: Double(index)) },
          labels: (0..<4).map { RichText("\($0)") }, symbol: symbol, color: Color.okabeIto[index],
          isFilled: index % 2 == 0))
    }
    let second = Panel(title: "Symbols", x: Axis("d", kind: .log2), y: Axis("kind"), marks: symbols)
    let chart = Chart(
      identifier: "marks", title: "Marks", summary: "Every kind of mark.", style: ChartStyle(width: 820),
      panels: [[first, second]],
      legend: [
        LegendEntry(.marker(.circle, .blue, isFilled: false), "hollow"),
        LegendEntry(.markedLine(.square, .green), "marked line"), LegendEntry(.line(.red, .dashed), "line"),
      ], colorBar: ColorBar(.shades(of: .blue, 0...10), .shades(of: .green, 0...10), title: "level"),
      notes: ["A note beneath."])
    try expectSnapshot(withPixelDigests(chart.svg()), named: "every-mark.svg")
  }

  @Test func gridAndMatrix() throws {
    let panels: [[Panel?]] = [
      [panel([Point(x: 0, y: 0), Point(x: 1, y: 10)]), panel([Point(x: 5, y: 50)])],
      [
        nil,
        Panel(
          title: "Matrix",
          matrix: MatrixImage(rows: 1, columns: 3, values: [-1, 0, 1], scale: .blueWhiteRed(limit: 1)),
          footnotes: ["beneath"]),
      ],
    ]
    let chart = Chart(
      identifier: "grid", title: "Grid", style: ChartStyle(width: 600), panels: panels,
      rowTitles: ["top", "a title that needs more than a single line beside its row of panels"])
    try expectSnapshot(withPixelDigests(chart.svg()), named: "grid.svg")
  }

  // MARK: Awkward data

  @Test func noData() throws {
    for points in [[], [Point(x: .nan, y: 1)], [Point(x: 1, y: .infinity)]] {
      let svg = try chart(panel(points)).svg()
      #expect(svg.contains(">no data</text>"))
      #expect(svg.contains("1 point not drawn") == !points.isEmpty)
    }
    #expect(try Chart(identifier: "none", title: "", panels: []).svg().contains("</svg>"))
    #expect(try !Chart(identifier: "none", title: "", panels: [[nil]]).png(scale: 1).isEmpty)
  }

  @Test func droppedPointsAreCounted() throws {
    let points = [
      Point(x: 0, y: 0), Point(x: .nan, y: 1), Point(x: 1, y: 1), Point(x: 2, y: -.infinity), Point(x: 1e300, y: 0),
    ]
    let svg = try chart(panel(points, [.line(LineMark(points))])).svg()
    #expect(svg.contains(">3 points not drawn: not finite or outside the axes</text>"))
    #expect(svg.components(separatedBy: "<circle").count == 3)
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func fixedLimitsCountWhatTheyLeaveOut() throws {
    var panel = panel([Point(x: 0, y: 0.5), Point(x: 5, y: 0.5)])
    panel.x.domain = -1...1
    #expect(try chart(panel).svg().contains(">1 point not drawn"))
  }

  @Test(arguments: [
    [Point(x: 1, y: 1)], [Point(x: 0, y: 0), Point(x: 0, y: 0)], [Point(x: 1e99, y: -1e99), Point(x: -1e99, y: 1e99)],
    [Point(x: .leastNonzeroMagnitude, y: 0), Point(x: 0, y: .leastNonzeroMagnitude)],
    [Point(x: 1, y: 1), Point(x: 1 + 1e-15, y: 1)],
    [Point(x: 1e15, y: 1), Point(x: 1e15 + 1, y: 2)],
  ])
  func extremesAreDrawn(points: [Point]) throws {
    let svg = try chart(panel(points)).svg()
    #expect(svg.components(separatedBy: "<circle").count == points.count + 1)
    #expect(!svg.contains("no data"))
  }

  @Test func impossibleStylesAreDrawn() throws {
    for value in [0, -5, Double.nan, .infinity, 1e9] {
      let style = ChartStyle(width: value, panelAspect: value, fontSize: value, lineWidth: value, markerSize: value)
      #expect(try chart(panel([Point(x: 0, y: 0), Point(x: 1, y: 1)]), style: style).svg().hasSuffix("</svg>\n"))
    }
  }

  @Test func hostileTextIsEscaped() throws {
    let hostile = "</text><script>alert('&\"')</script>\u{0}\u{1B}]]>\u{FFFE}"
    var panel = panel([Point(x: 0, y: 0)])
    panel.title = RichText(hostile)
    panel.x.title = .italic(hostile) + .sub(hostile)
    let chart = Chart(
      identifier: "a\"><b", title: hostile, summary: hostile, panels: [[panel]], rowTitles: [RichText(hostile)],
      legend: [LegendEntry(.line(.red, .solid), RichText(hostile))], notes: [RichText(hostile)])
    let svg = try chart.svg()
    #expect(!svg.contains("<script"))
    #expect(svg.contains("id=\"a---b-title\""))
    #expect(XMLParser(data: Data(svg.utf8)).parse())
    #expect(try !chart.png(scale: 1).isEmpty)
  }

  @Test func identifiersAreUniqueAndPrefixed() throws {
    let svg = try chart(panel([Point(x: 0, y: 0)]), identifier: "9 lives").svg()
    let ids = svg.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0.hasPrefix("figure-9-lives") })
    for reference in svg.matches(of: /url\(#([^)]*)\)/) { #expect(ids.contains(String(reference.1))) }
  }

  // MARK: Styles

  @Test func missingKeysOfAStyleAreDefaults() throws {
    let style = try JSONDecoder().decode(ChartStyle.self, from: Data(#"{"markerSize": 3}"#.utf8))
    #expect(style == ChartStyle(markerSize: 3))
    #expect(try JSONDecoder().decode(ChartStyle.self, from: JSONEncoder().encode(style)) == style)
  }

  @Test func markerSizeChangesTheDrawing() throws {
    let small = try chart(panel([Point(x: 0, y: 0)]), style: ChartStyle(markerSize: 4)).svg()
    let large = try chart(panel([Point(x: 0, y: 0)]), style: ChartStyle(markerSize: 9)).svg()
    #expect(small.contains("r=\"2\"") && large.contains("r=\"4.5\""))
  }
}
