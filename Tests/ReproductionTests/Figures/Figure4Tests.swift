import Charts
import Foundation
import SnapshotSupport
import Testing

@testable import Reproduction

@Suite struct Figure4Tests {
  @Test func drawing() throws {
    try expectSnapshot(withPixelDigests(FigureExamples.figure4().chart().svg()), named: "figure-4.svg")
  }

  private func series(
    _ records: [(Int, Double, Double)], dimension: Int = 64, after: Int = 2, collapsed: Bool = false
  ) -> Figure4.Series {
    Figure4.Series(
      method: "Barlow Twins", dataset: "CIFAR-10", dimension: dimension,
      records: records.map { Figure4.Record(epoch: $0.0, bound: $0.1, accuracy: $0.2) }, fitAfterEpoch: after,
      isCollapsed: collapsed)
  }

  @Test func onlyLaterEpochsAreFitted() throws {
    let series = series([(1, 9, 9), (2, 5, 70), (3, 0.3, 40), (4, 0.2, 60), (5, 0.1, 80)])
    let fit = try #require(Figure4(series: [series]).fit(series))
    #expect(fit.count == 3 && abs(fit.slope + 200) < 1e-9)
    #expect(Figure4(series: [series]).csv().contains("Barlow Twins,CIFAR-10,64,2,5,70,false,true,false,2,"))
  }

  @Test func orderOfRecordsDoesNotMatter() throws {
    let records = [(1, 0.5, 20.0), (2, 0.4, 30.0), (3, 0.3, 45.0), (4, 0.2, 50.0)]
    let first = Figure4(series: [series(records)])
    let second = Figure4(series: [series(records.reversed())])
    #expect(try first.chart().svg() == second.chart().svg())
    #expect(first.csv() == second.csv())
  }

  @Test func aSelectionKeepsTheEnds() {
    let all = FigureExamples.dimensions.map { series([(1, 1, 1)], dimension: $0) }
    func drawn(_ figure: Figure4) -> [Int] {
      figure.shown(method: "Barlow Twins", dataset: "CIFAR-10").map(\.dimension)
    }
    #expect(drawn(Figure4(series: all)) == [4, 32, 256, 2048])
    #expect(drawn(Figure4(series: all, maximumColumns: 1)) == [2048])
    #expect(drawn(Figure4(series: all, maximumColumns: 20)) == FigureExamples.dimensions)
    #expect(drawn(Figure4(series: all, dimensions: [512, 8, 3])) == [8, 512])
    for count in 2...9 {
      let some = drawn(Figure4(series: all, maximumColumns: count))
      #expect(some.count == count && some.first == 4 && some.last == 2048 && Set(some).count == count)
    }
  }

  @Test func theCSVHoldsWhatIsNotDrawn() {
    let all = FigureExamples.dimensions.map { series([(1, 1, 1)], dimension: $0) }
    let lines = Figure4(series: all).csv().split(separator: "\n")
    #expect(lines.count == 11)
    #expect(lines.count { $0.contains(",false,true,") } == 4)
  }

  /// A method has the colour and the mark that it has in the other figures.
  @Test func methodsLookAsInOtherFigures() throws {
    let chart = FigureExamples.figure4().chart()
    let others = FigureExamples.figure3().chart().legend.prefix(2).map(\.swatch)
    let marks = chart.legend.prefix(2).map(\.swatch)
    #expect(others == [.marker(.circle, .blue, isFilled: true), .marker(.diamond, .green, isFilled: true)])
    #expect(marks == [.markedLine(.circle, .blue), .markedLine(.diamond, .green)])
    #expect(chart.legend.prefix(2).allSatisfy { $0.leastMarkerSize >= 9 })
    #expect(chart.colorBar?.scales.count == 2)
  }

  @Test func thePictureNamesWhatItLeavesOut() throws {
    func notes(_ figure: Figure4) -> [String] { figure.chart().notes.map(\.plain) }
    let whole = FigureExamples.figure4(dimensions: FigureExamples.dimensions)
    #expect(notes(whole).last == "Not drawn: d = 8, 16, 64, 128, 512, 1024 (in every row)")
    #expect(notes(FigureExamples.figure4()).allSatisfy { !$0.contains("Not drawn") })
    var some = FigureExamples.figure4(dimensions: [4, 16, 64, 256, 512])
    some.series.removeAll { $0.dimension == 512 && $0.dataset == "CIFAR-10" }
    some.series.removeAll { $0.dimension == 4 && $0.method == "SimSiam" }
    #expect(notes(some).count == 2)
    #expect(notes(some).last == "Not drawn: d = 64 (Barlow Twins on CIFAR-100)")
  }

  /// What belongs together is on one line: the equation, and over which epochs.
  @Test func subtitlesBreakBetweenThoughts() throws {
    let chart = FigureExamples.figure4().chart()
    for panel in chart.panels.joined().compactMap({ $0 }) {
      let lines = panel.subtitles.map(\.plain)
      #expect(lines.count == 2)
      #expect(lines[0].split(separator: " ").last?.hasPrefix("y\u{A0}=\u{A0}") == true)
      #expect(lines[1].contains(/^\d+ points, epochs > \d+$/))
    }
    let alone = Figure4(series: [series([(3, 0.5, 50), (4, 0.4, 51)])]).chart()
    #expect(alone.panels[0][0]?.subtitles.map(\.plain).first?.hasSuffix(" (2\u{A0}points)") == true)
  }

  @Test func degenerateSeries() throws {
    let degenerate = [
      series([]), series([(1, 1, 1)]), series([(3, 0.5, 50), (4, 0.5, 51)]), series([(3, .nan, 1), (4, 1, .infinity)]),
      series((3..<9).map { ($0, Double($0), 10) }), series([(3, 1, 10), (4, 2, 12)], collapsed: true),
    ]
    for series in degenerate {
      let svg = try Figure4(series: [series]).chart().svg()
      #expect(svg.contains("</svg>"))
      #expect(svg.contains("(collapsed)") == series.isCollapsed)
    }
    #expect(try Figure4(series: [degenerate[1]]).chart().svg().contains("fit needs two points after epoch 2"))
    #expect(try Figure4(series: [degenerate[4]]).chart().svg().contains("equal accuracies: no "))
    #expect(try Figure4(series: []).chart().svg().contains("</svg>"))
  }

  @Test func markerSizeIsAStyle() throws {
    var figure = FigureExamples.figure4()
    let before = try figure.chart().svg()
    figure.style.markerSize = 11
    #expect(try figure.chart().svg() != before)
    #expect(figure.csv() == FigureExamples.figure4().csv())
    let decoded = try JSONDecoder().decode(FigureStyle.self, from: Data(#"{"markerSize": 11}"#.utf8))
    #expect(decoded == figure.style)
  }
}
