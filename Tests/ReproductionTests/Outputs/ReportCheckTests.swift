import Foundation
import Pipeline
import Report
import Testing

@testable import Reproduction

@Suite struct ReportCheckTests {
  private static func sealed(_ first: String) throws -> String {
    try PageSeal.sealed(
      ReportPage(
        title: "t",
        sections: [.init("One", [.paragraph(first), .selfCheck("x")]), .init("Two", [.paragraph("second")])]
      ).html())
  }

  let page: String

  init() throws { page = try Self.sealed("first") }

  @Test func aWholePage() {
    let check = ReportCheck(page: page, named: "index.html", expected: page)
    #expect(check.problems == [] && check.parts > 4 && check.isHeldAgainstCache && check.remark == nil)
    #expect(check.text.contains("The cache would lay out the same bytes."))
  }

  @Test func aChangedByteIsNamed() {
    let changed = page.replacing("second", with: "secont")
    let problems = ReportCheck(page: changed, named: "index.html", expected: page).problems
    #expect(problems.count == 2 && problems.allSatisfy { $0.contains("“Section 2, Two”") }, "\(problems)")
    #expect(ReportCheck(page: changed, named: "index.html", expected: nil).root == nil)
  }

  /// A page that was sealed anew after somebody changed it is whole in itself. The check says that this is all it saw, and
  /// either of what comes from elsewhere finds it out.
  @Test func aForgedSeal() throws {
    let forged = try Self.sealed("forged")
    let alone = ReportCheck(page: forged, named: "index.html", expected: nil)
    #expect(alone.problems == [] && alone.remark == ReportCheck.alone)
    #expect(alone.text.contains("It was not compared with anything outside of itself"))
    let problems = ReportCheck(page: forged, named: "index.html", expected: page).problems
    #expect(problems == ["“Section 1, One” is not what the cache has now."])
    let root = try #require(PageSeal.root(of: page))
    let other = try #require(PageSeal.root(of: forged))
    #expect(
      ReportCheck(page: forged, named: "index.html", expected: nil, root: root).problems == [
        "The root of its seal is \(other), and \(root) was given."
      ])
    let right = ReportCheck(page: page, named: "index.html", expected: nil, root: root)
    #expect(right.problems == [] && right.isHeldAgainstRoot && right.remark == nil && right.root == root)
  }

  @Test func whatIsNoPage() {
    let changed = page.replacing("<!DOCTYPE html>", with: "<!DOCTYPE HTML>", maxReplacements: 1)
    let problems = ReportCheck(page: changed, named: "index.html", expected: page).problems
    #expect(problems.count == 2 && problems[1].contains("first at byte 10."), "\(problems)")
    // Strings that look the same are equal to Swift, and other bytes.
    let accent = page.replacing("second", with: "se\u{301}cond")
    let composed = page.replacing("second", with: "s\u{E9}cond")
    #expect(accent == composed && !ReportCheck(page: accent, named: "x", expected: composed).problems.isEmpty)
  }

  @Test(arguments: [PageSubject.report(profile: "a \"b\" <c>"), .comparison(from: 3, to: 7)])
  func aPageSaysWhatItIsOf(subject: PageSubject) throws {
    let html = ReportPage(title: "t", sections: [], subject: try subject.text()).html()
    #expect(ReportPage.subject(of: html).flatMap(PageSubject.init) == subject)
    #expect(ReportPage.subject(of: ReportPage(title: "t", sections: []).html()) == nil)
    for text in [
      "", "{}", "{\"page\":\"report\"}", "{\"page\":\"comparison\",\"from\":1}", "{\"page\":\"x\",\"profile\":\"y\"}",
    ] {
      #expect(PageSubject(text) == nil, "\(text)")
    }
  }

  /// A cache that is there and cannot answer is never taken for none.
  @Test func nothingStandsInForTheCache() throws {
    let small = try SmallProject()
    try small.run()
    let (project, reader) = (try small.project(), try small.reader())
    func check(_ page: URL) throws -> ReportCheck { try ReportCheck(file: page, cache: reader) { _ in project } }
    let report = project.outputs.report
    #expect(try check(report).problems == [] && check(report).isHeldAgainstCache)
    let alone = try ReportCheck(file: report, cache: nil) { _ in project }
    #expect(alone.remark == ReportCheck.alone)
    let manifest = OutputsManifest.load(from: project.outputs.folder)
    #expect(try manifest.files[Outputs.reportPath]?.root == check(report).root && check(report).root != nil)

    // Another profile: the page says so, and is held against nothing else.
    let text = try String(contentsOf: report, encoding: .utf8)
    let other = small.folder.appending(path: "other.html")
    try Data(text.replacing("&quot;quick&quot;", with: "&quot;laptop&quot;").utf8).write(to: other)
    #expect { try check(other) } throws: { "\($0)".contains("profile laptop") }
    // No subject, no comparison.
    let unnamed = text.replacing(/<meta name="repro-page"[^\n]*\n/, with: "")
    try Data(unnamed.utf8).write(to: other)
    #expect(try check(other).problems.contains { $0.contains("does not say what it is of") })
    // Runs that the cache does not know.
    let runs = Data(#"{"schema": "repro.diff/1", "from": 1, "to": 99, "nodes": [], "unchanged": 1}"#.utf8)
    let comparison = ComparisonPage(comparison: try JSONDecoder().decode(RunComparison.self, from: runs), verdicts: [])
    try Data(comparison.html().utf8).write(to: other)
    #expect { try check(other) } throws: { "\($0)".contains("no run 99") }
    try Data([0xFF, 0xFE]).write(to: other)
    #expect { try check(other) } throws: { "\($0)".contains("UTF-8") }
    #expect(throws: StageError.self) { try check(small.folder.appending(path: "none.html")) }
  }

  @Test func aComparisonIsHeldAgainstItsRuns() throws {
    let small = try SmallProject()
    try small.run()
    try small.run("figures.fig3.markerSize=9")
    let (project, reader) = (try small.project(), try small.reader())
    let runs = try reader.ledger.runs().map(\.id).sorted()
    let (from, to) = (try #require(try reader.ledger.run(runs[0])), try #require(try reader.ledger.run(runs[1])))
    let file = try project.outputs.lay(
      comparison: ComparisonPage(reader, from: from, to: to), from: from.id, to: to.id)
    let check = try ReportCheck(file: file, cache: reader) { _ in project }
    #expect(check.problems == [] && check.isHeldAgainstCache)
    let forged = try String(contentsOf: file, encoding: .utf8).replacing("are as they were", with: "are not")
    try Data(forged.utf8).write(to: file)
    let problems = try ReportCheck(file: file, cache: reader) { _ in project }.problems
    #expect(problems.contains { $0.contains("“Summary”") })
  }
}
