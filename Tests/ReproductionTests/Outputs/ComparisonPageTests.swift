import Foundation
import Report
import Testing

@testable import Pipeline
@testable import Reproduction

@Suite struct ComparisonPageTests {
  private static let comparison = RunComparison(
    schema: "repro.diff/1", from: 3, to: 7,
    nodes: [
      .init(
        node: "probe/shapes/simsiam/d8/s0", stage: "probe", kind: .changed, fromKey: "a", toKey: "b",
        components: [.init(component: "parameters.neighbours", from: "5", to: "40")], hasSameOutputs: false,
        fromSeconds: 1,
        toSeconds: 2, metrics: [.init(metric: "knn_output", step: 8, from: 0.5, to: 0.625, largestDifference: 0.2)]),
      .init(
        node: "claim/<x>", stage: "claim", kind: .new, fromKey: nil, toKey: "c", components: [], hasSameOutputs: false,
        fromSeconds: nil, toSeconds: 0.1, metrics: []),
    ], unchanged: 12)

  @Test func saysWhatIsDifferent() throws {
    let html = try ComparisonPage(comparison: Self.comparison, verdicts: [("few-dimensions", "holds", "fails")]).html()
    #expect(PageSeal.problems(of: html) == [] && html.contains("id=\"seal-root\""))
    #expect(ReportPage.subject(of: html).flatMap(PageSubject.init) == .comparison(from: 3, to: 7))
    for text in [
      "+0.125", "0.200", "<a href=\"index.html\">", "parameters.neighbours", "few-dimensions", "claim/&lt;x&gt;",
    ] {
      #expect(html.contains(text), "\(text)")
    }
  }

  /// A difference shows, however small or large it is beside the numbers.
  @Test(
    arguments: [
      (0.12340, 0.12343, ["0.1234000", "0.1234300", "+0.0000300"]), (8123.25, 8000.5, ["8123", "8001", "−123"]),
      (0, 2e-30, ["0.0", "2e-30", "+2e-30"]), (5, 5, ["5.00", "0.00"]),
    ] as [(Double, Double, [String])])
  func differencesAreNotRoundedAway(from: Double, to: Double, shown: [String]) throws {
    let comparison = RunComparison(
      schema: "repro.diff/1", from: 1, to: 2,
      nodes: [
        .init(
          node: "train/a", stage: "train", kind: .changed, fromKey: "a", toKey: "b",
          components: [.init(component: "parameters.x", from: String(repeating: "y", count: 81), to: "`z`")],
          hasSameOutputs: false, fromSeconds: 1, toSeconds: 2,
          metrics: [.init(metric: "a_{b}", step: 1, from: from, to: to, largestDifference: abs(from - to))])
      ], unchanged: 0)
    let html = try ComparisonPage(comparison: comparison, verdicts: []).html()
    for text in shown { #expect(html.contains(">\(text)<"), "\(text)") }
    #expect(html.contains(">a_{b}<") && html.contains("<code>`z`</code>"))
    #expect(html.contains("<code>\(String(repeating: "y", count: 80))…</code>"))
  }

  /// What nobody can tell any more is no difference, and is said.
  @Test func verdictsThatCannotBeToldAreNotCounted() throws {
    let html = try ComparisonPage(
      comparison: Self.comparison,
      verdicts: [("a", ComparisonPage.gone, "holds"), ("b", "holds", ComparisonPage.unreadable), ("c", nil, "fails")]
    ).html()
    #expect(html.contains("no longer stored") && html.contains("cannot be read") && html.contains("verdict differs"))
  }

  @Test func aRunIsNotComparedWithItself() throws {
    let small = try SmallProject()
    try small.run()
    func refusal() throws -> String {
      let cache = try small.reader()
      let last = try cache.run(.last)
      let error = #expect(throws: StageError.self) { try ComparisonPage(cache, from: last, to: last) }
      return error?.description ?? ""
    }
    #expect(
      try refusal()
        == "Run 1 is the only one so far, and nothing to compare it with: run again after a change, then compare with 1."
    )
    try small.run("figures.fig3.markerSize=9")
    #expect(try refusal().hasPrefix("Run 2 would be compared with itself: name another one, for instance 1; "))
  }

  @Test func nothingIs() throws {
    let nothing = RunComparison(schema: "repro.diff/1", from: 1, to: 2, nodes: [], unchanged: 3)
    let html = try ComparisonPage(comparison: nothing, verdicts: []).html()
    #expect(html.contains("all 3 nodes have the same results") && !html.contains("<table"))
  }
}
