import Foundation
import SnapshotSupport
import Testing

@testable import Report

@Suite struct DrawingTests {
  @Test func graphIsItsSnapshot() throws {
    try expectSnapshot(NodeGraph(records: Samples.nodes).figure, named: "graph.html")
  }

  @Test func timelineIsItsSnapshot() throws {
    try expectSnapshot(Timeline(records: Samples.nodes).html, named: "timeline.html")
  }

  @Test func nothingToDraw() {
    #expect(NodeGraph(records: []).figure == "" && Timeline(records: []).html == "")
    #expect(Timeline(records: [Samples.hostileNode]).html == "")
  }

  /// Every box is a link with a name of its own, and no two are nearer than a finger needs.
  @Test(arguments: [1, 8, 29, 30, 700])
  func boxesKeepTheirDistance(count: Int) throws {
    let records = (0..<count).map { NodeRecord(name: "train/\($0)", stage: "train", state: .fresh, key: "") }
    let figure = NodeGraph(records: records).figure
    let places = figure.matches(of: /<rect x="([0-9.]+)" y="([0-9.]+)" width="([0-9.]+)" height="20"/).map {
      (x: Double($0.output.1) ?? 0, y: Double($0.output.2) ?? 0, width: Double($0.output.3) ?? 0)
    }
    #expect(places.count == count)
    for (index, place) in places.enumerated() {
      #expect(place.x + place.width <= 920)
      guard index > 0 else { continue }
      let before = places[index - 1]
      #expect(place.y >= before.y + 24 || place.x >= before.x + before.width + 4)
    }
  }

  /// What is read stands above what reads it, whatever the order of the stages' names.
  @Test func readersStandBelow() throws {
    let figure = NodeGraph(records: Samples.nodes).figure
    func top(_ name: String) throws -> Double {
      let start = try #require(figure.range(of: "data-node=\"\(name)\"")?.upperBound)
      return try #require(figure[start...].firstMatch(of: /y="([0-9.]+)"/).flatMap { Double($0.output.1) })
    }
    for record in Samples.nodes {
      for case let source? in record.inputs.map(\.node) where source != "gone/node" {
        #expect(try top(source) < top(record.name))
      }
    }
  }

  /// Hundreds of nodes have lines as ten have, in bundles; the sentence below says which.
  @Test func manyLinesAreBundled() throws {
    func figure(_ count: Int) -> String {
      let trains = (0..<count).map { NodeRecord(name: "train/\($0)", stage: "train", state: .fresh, key: "") }
      let claims = (0..<3).map { claim in
        NodeRecord(
          name: "claim/\(claim)", stage: "claim", state: .fresh, key: "",
          inputs: trains.map { .init(name: $0.name, digest: "", node: $0.name) } + [
            .init(name: "gone", digest: "", node: "gone/node")
          ])
      }
      return NodeGraph(records: trains + claims).figure
    }
    #expect(figure(200).contains("class=\"edges\"") && !figure(200).contains("bundle"))
    let many = figure(201)
    #expect(!many.contains("class=\"edges\"") && many.contains("drawn in bundles"))
    #expect(many.contains("<title>claim reads train: 603 lines</title>"))
    #expect(many.components(separatedBy: "class=\"bundle\"").count == 2)
  }

  @Test(arguments: [(0.0, [0.0]), (0.004, [0, 0.001, 0.002, 0.003, 0.004]), (44, [0, 10, 20, 30, 40]), (.nan, [0])])
  func ticksAreRound(span: Double, expected: [Double]) { #expect(Timeline.ticks(span) == expected) }

  @Test func ticksOfLongRuns() {
    for days in [1.0, 3, 30, 400] { #expect((2...9).contains(Timeline.ticks(days * 86_400).count)) }
  }

  /// Labels say the tick and no more, whatever the span; there are never too few or too many.
  @Test func labelsOfTicks() {
    #expect(
      Timeline.ticks(0.7).map(Timeline.label) == ["0", "0.1 s", "0.2 s", "0.3 s", "0.4 s", "0.5 s", "0.6 s", "0.7 s"])
    #expect(Timeline.ticks(1.6).map(Timeline.label).last == "1.6 s")
    #expect(Timeline.ticks(0.009).map(Timeline.label) == ["0", "0.002 s", "0.004 s", "0.006 s", "0.008 s"])
    #expect(
      Timeline.ticks(70).map(Timeline.label) == ["0", "10 s", "20 s", "30 s", "40 s", "50 s", "1 min", "1 min 10 s"])
    var span = 0.004
    while span < 1e7 {
      let ticks = Timeline.ticks(span)
      #expect((3...9).contains(ticks.count) && (ticks.last ?? 0) <= span * 1.000001, "\(span)")
      #expect(ticks.allSatisfy { Timeline.label($0).count <= 12 }, "\(span)")
      span *= 1.07
    }
  }

  @Test(arguments: [
    (0, "0 B"), (-5, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (26_421_880, "26.4 MB"), (9_996_000, "10.0 MB"),
  ])
  func bytes(count: Int, shown: String) { #expect(formatBytes(count) == shown) }

  @Test func times() {
    #expect(formatTime(1_763_820_000.9) == "2025-11-22 14:00:00 UTC")
    #expect(formatTime(.nan) == "—" && formatTime(1e300) == "—")
  }

  @Test func sizesOfDrawings() {
    #expect(DrawingSize(svg: "<?xml?><svg a=\"1\" width=\"860\" height=\"512.4\">")?.leastWidthClass == "least-44")
    #expect(DrawingSize(svg: "<svg width=\"100%\" height=\"1\">") == nil && DrawingSize(svg: "nothing") == nil)
    let viewed = DrawingSize(svg: "<svg width=\"100%\" viewBox=\"0 0 352.5 80\">")
    #expect(viewed?.width == 353 && viewed?.height == 80)
    #expect(DrawingSize(svg: "<svg viewBox=\"0 0 0 80\">") == nil)
    let header = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
    let picture = DrawingSize(png: header + Data([0, 0, 1, 44, 0, 0, 0, 7]))
    #expect(picture?.width == 300 && picture?.height == 7)
    #expect(DrawingSize(png: header) == nil && DrawingSize(png: Data(repeating: 0, count: 24)) == nil)
  }

  /// A drawing for narrow screens is chosen by the browser, without a script.
  @Test func aFormForNarrowScreens() throws {
    let figure = ReportFigure(
      identifier: "f", label: "F", caption: "c", alternative: "a",
      drawing: .svg("<svg width=\"900\" height=\"300\"/>", narrow: "<svg width=\"352\" height=\"800\"/>"))
    let html = ReportPage(title: "t", sections: [.init("s", [.figure(figure)])]).html()
    let source = try #require(
      html.firstMatch(
        of: /<source media="([^"]*)" srcset="(data:image\/svg\+xml,[^"]*)" width="352" height="800">/))
    #expect(source.output.1 == "screen and (max-width: 64rem)")
    #expect(try TextAddressTests.decoded(String(source.output.2)) == "<svg width=\"352\" height=\"800\"/>")
    #expect(html.contains("<img class=\"drawing\" src=\"data:image/svg+xml,%3Csvg width='900'"))
    #expect(html.contains("has-narrow"))
    #expect(try PageSeal.problems(of: PageSeal.sealed(html)) == [])
    let alone = ReportFigure(
      identifier: "f", label: "F", caption: "c", alternative: "a", drawing: .svg("<svg width=\"900\" height=\"300\"/>"))
    #expect(!ReportPage(title: "t", sections: [.init("s", [.figure(alone)])]).html().contains("<picture"))
  }

  /// No gap, and none that is too small to be seen.
  @Test(arguments: [[3, 1, 0], [1, 1999, 0], [0, 0, 0], [7, 7, 7], [1, 1, 100_000], []])
  func barsOfTheVerdicts(counts: [Int]) {
    let edges = VerdictBoard.edges(counts)
    #expect(edges.first == 0 && edges.last == (counts.contains { $0 > 0 } ? 1000 : 0))
    for (count, ends) in zip(counts, zip(edges, edges.dropFirst())) {
      #expect(count > 0 ? ends.1 - ends.0 >= 5 : ends.0 == ends.1, "\(counts): \(edges)")
    }
  }

  /// The sentence below holds for kinds that read each other as well.
  @Test func linesThatGoUpAreSaid() {
    func node(_ name: String, _ source: String?) -> NodeRecord {
      NodeRecord(
        name: name, stage: "s", state: .fresh, key: "",
        inputs: source.map { [NodeRecord.Input(name: "i", digest: nil, node: $0)] } ?? [])
    }
    let down = NodeGraph(records: [node("a/1", nil), node("b/1", "a/1")]).figure
    #expect(down.contains("what is read stands above what reads it. Each"))
    let mixed = NodeGraph(records: [node("a/1", nil), node("b/1", "a/1"), node("a/2", "b/1")]).figure
    #expect(mixed.contains("where the kinds allow it"))
  }

  @Test func verdictsInOneGlance() throws {
    try expectSnapshot(
      VerdictBoard(
        setting: "`quick`", counts: [.init(.holds, 3, anchor: "a b"), .init(.fails, 1), .init(.undecided, 0)]
      ).html,
      named: "verdict.html")
    #expect(VerdictBoard(setting: "", counts: []).html.contains("verdict-board"))
  }
}
