import Foundation
import Pipeline
import SnapshotSupport
import Testing

@testable import Reproduction

@Suite struct ResearchCrateTests {
  private static let crate = ResearchCrate(
    parts: [
      .init(
        path: "report/index.html", name: "report/index.html", role: .output("report-index-html"), size: 12,
        digest: Digest(of: "page")),
      .init(
        path: "paper/published.json", name: "paper/published.json", role: .input("published-json"), size: 3,
        digest: Digest(of: "{}")),
    ],
    run: .init(
      number: 3, command: "repro all --profile quick", started: 1_763_820_000, finished: 1_763_820_090.5,
      machine: "a processor, OpenBLAS kernel Haswell"), profile: "quick", workflowSize: 99)

  @Test func metadataIsItsSnapshot() throws {
    try expectSnapshot(String(decoding: Self.crate.metadata(), as: UTF8.self), named: "ro-crate-metadata.json")
  }

  /// Everything that is referred to is described, and nothing is described twice.
  @Test func referencesArrive() throws {
    let document = try JSONSerialization.jsonObject(with: Self.crate.metadata()) as? [String: Any]
    let graph = try #require(document?["@graph"] as? [[String: Any]])
    let ids = graph.compactMap { $0["@id"] as? String }
    #expect(Set(ids).count == ids.count && ids.count == graph.count)
    func references(_ value: Any) -> [String] {
      if let list = value as? [Any] { return list.flatMap(references) }
      guard let object = value as? [String: Any] else { return [] }
      if object.count == 1, let id = object["@id"] as? String { return [id] }
      return object.values.flatMap(references)
    }
    for entity in graph {
      for id in references(Array(entity.values)) {
        #expect(
          ids.contains(id) || id.hasPrefix("https://w3id.org/ro/crate/") || id.hasPrefix("https://bioschemas.org/"),
          "\(id)")
      }
    }
  }
}
