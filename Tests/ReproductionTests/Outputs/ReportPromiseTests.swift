import Foundation
import Testing

@testable import Reproduction

/// What users of other pipelines suffer from, turned into a promise: the report of a whole run, as it is laid out.
@Suite("Promise: the report is one page that needs nothing else")
struct ReportPromiseTests {
  @Test("The report needs the internet, or is huge (snakemake 282, 3319)")
  func theReportIsOnePageOfBoundedSize() throws {
    let small = try SmallProject()
    try small.run()
    let page = try small.project().outputs.report
    let html = try String(contentsOf: page, encoding: .utf8)
    #expect(html.utf8.count > 10_000 && html.utf8.count < 3_000_000, "\(html.utf8.count) bytes")
    let links = html.matches(of: /<link [^>]*>/).map { String($0.output) }
    // An icon of no bytes keeps browsers from asking for one.
    #expect(links == ["<link rel=\"icon\" href=\"data:,\">"] && !html.contains("@import") && !html.contains("url(http"))
    for match in html.matches(of: /\ssrc="([^"]*)"/) {
      #expect(match.output.1.hasPrefix("data:"), "\(match.output.1.prefix(80)) is loaded from elsewhere")
    }
    // What it leads to on this machine is there.
    for match in html.matches(of: /href="(\.\.\/[^"#]*)"/) {
      let file = page.deletingLastPathComponent().appending(path: String(match.output.1)).standardizedFileURL
      #expect(FileManager.default.fileExists(atPath: file.path), "\(match.output.1) leads nowhere")
    }
  }
}
