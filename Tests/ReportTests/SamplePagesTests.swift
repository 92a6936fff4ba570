import Foundation
import Testing

@testable import Report

/// Pages that the browser checks open: written where REPRO_PAGES says, else only made.
@Suite struct SamplePagesTests {
  @Test func writesPages() throws {
    let pages = try [
      "sample": Samples.page.html(), "hostile": Samples.hostilePage.html(), "large": Samples.largePage.html(),
    ].mapValues(PageSeal.sealed)
    for (name, page) in pages {
      #expect(PageSeal.problems(of: page) == [], "\(name)")
      guard let folder = ProcessInfo.processInfo.environment["REPRO_PAGES"] else { continue }
      try Data(page.utf8).write(to: URL(filePath: folder).appending(path: "\(name).html"))
    }
    // All of the paper's cells, each with eighty records drawn.
    #expect(try #require(pages["large"]).utf8.count < 15_000_000)
  }
}
