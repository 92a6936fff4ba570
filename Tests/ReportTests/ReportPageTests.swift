import Foundation
import SnapshotSupport
import Testing

@testable import Report

@Suite struct ReportPageTests {
  @Test func pageIsItsSnapshot() throws { try expectSnapshot(Samples.page.html(), named: "page.html") }

  @Test func nothingComesFromElsewhere() throws {
    let html = try PageSeal.sealed(Samples.page.html())
    #expect(try html == PageSeal.sealed(Samples.page.html()))
    #expect(!html.contains("@import") && !html.contains("url(http") && !html.contains("<!-- "))
    for match in Self.markup.matches(of: /(?:href|src)="([^"]*)"/) {
      let link = match.output.1
      #expect(link.hasPrefix("#") || link.hasPrefix("data:") || link.hasPrefix("../"), "\(link)")
    }
  }

  /// The policy names the one style and the one script by their digests; a byte more, and a browser refuses them.
  @Test func policyNamesStyleAndScript() throws {
    let html = Samples.page.html()
    let policy = try #require(html.firstMatch(of: /Content-Security-Policy" content="([^"]*)"/)?.output.1)
    #expect(policy.hasPrefix("default-src &#39;none&#39;; img-src data:;"))
    for (name, pattern) in [
      ("style", /<style[^>]*>([^<]*)<\/style>/), ("script", /<script data-seal="Script">(?s:(.*))<\/script>/),
    ] {
      let text = try #require(html.firstMatch(of: pattern)?.output.1)
      #expect(policy.contains("\(name)-src &#39;\(PageSeal.policySource(String(text)))&#39;"), "\(name)")
    }
  }

  @Test func idsAreUnique() {
    let ids = Self.markup.matches(of: /\ id="([^"]*)"/).map { String($0.output.1) }
    #expect(Set(ids).count == ids.count)
    #expect(ids.contains("node/train/shapes/d8/s0") && ids.contains("table1-01"))
  }

  /// The page without its script, in which addresses are put together.
  static let markup = Samples.page.html().replacing(/<script data-seal(?s:.*)<\/script>/, with: "")

  /// Every cell of the sample leads to something on the page.
  @Test func linksWithinThePageArrive() {
    let ids = Set(Self.markup.matches(of: /\ id="([^"]*)"/).map { String($0.output.1) })
    for match in Self.markup.matches(of: /href="#([^"]*)"/) { #expect(ids.contains(String(match.output.1))) }
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
            .nodes(summary: bad, [Samples.hostileNode, Samples.longNode]),
            .graph([Samples.hostileNode, Samples.longNode]),
            .timeline([Samples.hostileNode, Samples.longNode]), .selfCheck(bad),
            .variants(
              TableVariants(
                identifier: bad, switches: [.init(bad, options: [bad])],
                variants: [.init(options: [0], table: Samples.hostileTable)])),
          ])
      ], footer: bad
    ).html().replacing(/<script (?:data-seal|type)(?s:.*)<\/script>/, with: "")
    #expect(!html.contains("<script") && !html.contains("href=\"javascript:"))
    // In what is shown as it is, an apostrophe ends nothing.
    #expect(!html.replacing(/<pre[^>]*>[^<]*<\/pre>/, with: "").contains("' onload"))
  }

  @Test func emptyPage() {
    let html = ReportPage(title: "t", sections: []).html()
    #expect(
      html.contains("<title>t</title>") && !html.contains("<footer>") && !html.contains("<dl class=\"highlights\""))
  }

  @Test(arguments: [
    (0.0, "< 0.1 s"), (0.44, "0.4 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"),
    (3599.6, "1 h 00 min"), (7620, "2 h 07 min"), (.nan, "—"), (-1, "—"), (.infinity, "—"),
  ])
  func durations(seconds: Double, shown: String) { #expect(formatDuration(seconds) == shown) }
}
