import Foundation
import Testing

@testable import Reproduction

@Suite struct PublishedResultsTests {
  private let file = ConfigurationSupport.root.appendingPathComponent("paper/published.json")

  @Test func holdsTheWholeTable() throws {
    let published = try PublishedResults.load(file: file)
    #expect(published.entries.count == 40)
    #expect(published.source.contains("Table 1"))
    #expect(published.accuracy(method: "barlow-twins", dataset: "cifar-10", dimension: 2048) == 85.61)
    #expect(published.accuracy(method: "simsiam", dataset: "cifar-100", dimension: 4) == 28.30)
    #expect(published.accuracy(method: "simsiam", dataset: "cifar-100", dimension: 3) == nil)
  }

  /// Means over d > K and the ratio of two cells as worked out from the paper's text, apart from this file.
  @Test func agreesWithFiguresWorkedOutByHand() throws {
    let published = try PublishedResults.load(file: file)
    let means = [
      ("barlow-twins", "cifar-10", 10, 78.86), ("barlow-twins", "cifar-100", 100, 48.10),
      ("simsiam", "cifar-10", 10, 86.07), ("simsiam", "cifar-100", 100, 54.44),
    ]
    for (method, dataset, classes, expected) in means {
      let values = published.entries.filter {
        $0.method == method && $0.dataset == dataset && $0.dimension > classes
      }.map(\.accuracy)
      #expect(values.count == (classes == 10 ? 8 : 5))
      #expect(abs(values.reduce(0, +) / Double(values.count) - expected) < 0.0051)
    }
  }

  @Test func namesWhatThePipelineNames() throws {
    let configuration = try Configuration.load(file: ConfigurationSupport.pipelineFile)
    let profile = try #require(configuration.profile(named: "paper"))
    let published = try PublishedResults.load(file: file)
    for cell in configuration.cells(of: profile) {
      #expect(published.accuracy(method: cell.method, dataset: cell.dataset, dimension: cell.dimension) != nil)
    }
  }

  @Test func saysWhatIsWrong() {
    let text = #"{"source": "x", "table1": [{"dimension": 4, "accuracy": {"simsiam": {"cifar-10": 101}}}]}"#
    #expect(throws: ConfigurationError.self) {
      try PublishedResults.decode(Array(text.utf8), name: "published.json")
    }
    do {
      _ = try PublishedResults.decode(Array(text.utf8), name: "published.json")
    } catch {
      #expect(
        error.description
          == "published.json:1:82: 'table1[0].accuracy.simsiam.cifar-10' must be a number from 0 to 100,"
          + " not the number 101")
    }
    #expect(throws: ConfigurationError.self) { try PublishedResults.load(file: URL(fileURLWithPath: "/nonexistent")) }
  }
}
