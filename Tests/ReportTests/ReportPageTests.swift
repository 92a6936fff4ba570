import Foundation
import SnapshotSupport
import Testing

@testable import Report

@Suite struct ReportPageTests {
  @Test func pageIsItsSnapshot() throws { try expectSnapshot(Samples.page.html(), named: "page.html") }

  @Test func nothingComesFromElsewhere() {
    let html = Samples.page.html()
    #expect(html == Samples.page.html())
    #expect(!html.contains("<script") && !html.contains("@import") && !html.contains("url(http"))
    for match in html.matches(of: /(?:href|src)="([^"]*)"/) {
      let link = match.output.1
      #expect(link.hasPrefix("#") || link.hasPrefix("data:") || link.hasPrefix("../"), "\(link)")
    }
  }

  @Test func idsAreUnique() {
    let ids = Samples.page.html().matches(of: /\ id="([^"]*)"/).map { String($0.output.1) }
    #expect(Set(ids).count == ids.count)
    #expect(ids.contains("fig4-plot-clip") && ids.contains("fig5-plot-clip"))
  }

  /// Every cell of the sample leads to something on the page.
  @Test func linksWithinThePageArrive() {
    let html = Samples.page.html()
    let ids = Set(html.matches(of: /\ id="([^"]*)"/).map { String($0.output.1) })
    for match in html.matches(of: /href="#([^"]*)"/) { #expect(ids.contains(String(match.output.1))) }
  }

  @Test func hostilePage() {
    let bad = Samples.hostileText
    let html = ReportPage(
      title: bad, subtitle: bad, summary: [bad], highlights: [.init(bad, bad)],
      sections: [
        .init(
          bad,
          [
            .paragraph(bad), .heading(bad), .list([bad]), .caution(bad), .table(Samples.hostileTable),
            .figure(
              ReportFigure(
                identifier: bad, label: bad, caption: bad, alternative: bad, drawing: .png(Data([1])),
                downloads: [.init(label: bad, fileName: bad, content: .file("javascript:alert(1)//\"><script>"))])),
            .claims([ClaimVerdict(identifier: bad, statement: bad, source: bad, verdict: .fails, evidence: bad)]),
            .facts([Fact(bad, bad)]),
            .records(
              summary: bad,
              [RunRecord(name: bad, stage: bad, state: .built, seconds: .nan, key: bad, note: bad)]),
          ])
      ], footer: bad
    ).html()
    #expect(!html.contains("<script") && !html.contains("href=\"javascript:") && !html.contains("' onload"))
  }

  @Test func emptyPage() {
    let html = ReportPage(title: "t", sections: []).html()
    #expect(html.contains("<title>t</title>") && !html.contains("<footer>") && !html.contains("class=\"highlights\""))
  }

  @Test(arguments: [
    (0.0, "< 0.1 s"), (0.44, "0.4 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"),
    (3599.6, "1 h 00 min"), (7620, "2 h 07 min"), (.nan, "—"), (-1, "—"), (.infinity, "—"),
  ])
  func durations(seconds: Double, shown: String) { #expect(formatDuration(seconds) == shown) }
}
