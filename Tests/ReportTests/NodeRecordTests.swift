import Foundation
import Testing

@testable import Report

@Suite struct NodeRecordTests {
  /// What stands elsewhere in the page is led to, and nothing that is not there.
  @Test func inputsAreToldOnce() throws {
    let source = NodeRecord(
      name: "a/b", stage: "a", state: .fresh, key: "k", outputs: [.init(name: "x.csv", digest: "d1", size: 1)])
    let several = NodeRecord(
      name: "c", stage: "c", state: .fresh, key: "k",
      outputs: [.init(name: "x.csv", digest: "d1", size: 1), .init(name: "y.csv", digest: "d2", size: 1)])
    let reader = NodeRecord(
      name: "r", stage: "r", state: .fresh, key: "k",
      parameters: [.init("p", "it's <b> & \"q\" &quot;")],
      inputs: [
        .init(name: "a/b", digest: "d1", node: "a/b"), .init(name: "x", digest: "d1", node: "a/b"),
        .init(name: "y", digest: "d2", node: "a/b"), .init(name: "z", digest: nil, node: "a/b"),
        .init(name: "f", digest: "d3", node: nil), .init(name: "g", digest: "d4", node: "gone"),
        .init(name: "c", digest: "d1", node: "c"),
      ])
    let html = ReportPage(title: "t", sections: [.init("s", [.nodes(summary: "n", [source, several, reader])])]).html()
    let link = "<a href=\"#node/a/b\">a/b</a>"
    for line in [
      "<li>\(link)</li>", "<li>x of \(link)</li>", "<li>y of \(link) <code>d2</code></li>",
      "<li>z of \(link), without a recorded digest</li>", "<li>f <code>d3</code></li>", "<li>g <code>d4</code></li>",
      "<li><a href=\"#node/c\">c</a> <code>d1</code></li>", "<li>x.csv, 1 B <code>d1</code></li>",
      "\np = it's &lt;b&gt; &amp; \"q\" &amp;quot;</pre>",
    ] {
      #expect(html.contains(line), "\(line)")
    }
    #expect(try PageSeal.problems(of: PageSeal.sealed(html)) == [])
  }

  /// What is told of the mean of several seeds leads to one of them, which names the others, without a script.
  @Test func aRecordNamesTheOtherSeeds() throws {
    func record(_ seed: Int, others: [String]) -> NodeRecord {
      NodeRecord(
        name: "probe/x/s\(seed)", stage: "probe", state: .fresh, key: "k", group: "x", otherSeeds: others)
    }
    let records = [record(0, others: ["probe/x/s1", "probe/x/s2"]), record(1, others: [])]
    let html = ReportPage(title: "t", sections: [.init("s", [.nodes(summary: "n", records)])]).html()
    #expect(
      html.contains(
        "<dd>One of 3; what is told of their mean is also of <a href=\"#node/probe/x/s1\"><code>probe/x/s1</code></a> "
          + "<a href=\"#node/probe/x/s2\"><code>probe/x/s2</code></a></dd>"))
    #expect(html.matches(of: /<dt>Seeds/).count == 1)
    #expect(try PageSeal.problems(of: PageSeal.sealed(html)) == [])
  }

  /// A picture is enlarged by the browser, without smoothing.
  @Test func picturesAreEnlarged() {
    let header: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
    func html(_ drawing: ReportFigure.Drawing) -> String {
      let figure = ReportFigure(identifier: "f", label: "F", caption: "c", alternative: "a", drawing: drawing)
      return ReportPage(title: "t", sections: [.init("s", [.figure(figure)])]).html()
    }
    let png = Data(header + [0, 0, 1, 44, 0, 0, 0, 7])
    #expect(html(.png(png, enlarged: 2)).contains("<img class=\"enlarged\" src=\"data:image/png;base64,"))
    #expect(html(.png(png, enlarged: 2)).contains(" width=\"600\" height=\"14\" alt=\"a\">"))
    #expect(html(.png(png)).contains(" width=\"300\" height=\"7\" alt=\"a\">"))
    #expect(!html(.png(png)).contains("class=\"enlarged\""))
  }
}
