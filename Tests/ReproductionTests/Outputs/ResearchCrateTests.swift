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
        path: "paper/published.json", name: "paper/published.json", role: .input("paper-published-json"), size: 3,
        digest: Digest(of: "{}")),
      .init(
        path: "https://example.org/train.gz", name: "train.gz", role: .input("raw-train-gz"), size: 26_421_880,
        digest: Digest(of: "train")),
      .init(
        path: "#raw-00ff", name: "local.gz", role: .input("raw-local-gz"), size: nil, digest: Digest(of: "local")),
    ],
    runs: [
      .init(
        number: 1, command: "repro all --profile quick", started: 1_763_820_000, finished: nil, status: "interrupted",
        machine: "a processor, OpenBLAS kernel Haswell",
        inputs: ["#raw-00ff", "https://example.org/train.gz"], outputs: []),
      .init(
        number: 3, command: nil, started: 1_763_830_000, finished: 1_763_830_090.5, status: "done",
        machine: "another processor, OpenBLAS kernel Zen", inputs: ["paper/published.json"],
        outputs: ["report/index.html"]),
    ], profile: "quick", settings: ["profiles.quick.seeds=[0, 1]"], workflowSize: 99,
    workflowDigest: Digest(of: "workflow"), made: 1_763_830_080)

  @Test func metadataIsItsSnapshot() throws {
    try expectSnapshot(String(decoding: Self.crate.metadata(), as: UTF8.self), named: "ro-crate-metadata.json")
  }

  private static func graph(_ metadata: Data) throws -> [String: [String: Any]] {
    let document = try JSONSerialization.jsonObject(with: metadata) as? [String: Any]
    let graph = try #require(document?["@graph"] as? [[String: Any]])
    let ids = graph.compactMap { $0["@id"] as? String }
    #expect(Set(ids).count == ids.count && ids.count == graph.count)
    return Dictionary(zip(ids, graph)) { first, _ in first }
  }

  private static func references(_ value: Any) -> [String] {
    if let list = value as? [Any] { return list.flatMap(references) }
    guard let object = value as? [String: Any] else { return [] }
    if object.count == 1, let id = object["@id"] as? String { return [id] }
    return object.values.flatMap(references)
  }

  /// Everything that is referred to is described, and nothing is described twice.
  private static func expectReferencesArrive(_ graph: [String: [String: Any]]) {
    for entity in graph.values {
      for id in references(Array(entity.values)) {
        #expect(
          graph[id] != nil || id.hasPrefix("https://w3id.org/ro/crate/") || id.hasPrefix("https://bioschemas.org/"),
          "\(id)")
      }
    }
  }

  @Test func referencesArrive() throws { Self.expectReferencesArrive(try Self.graph(Self.crate.metadata())) }

  /// What the ledger does not know is not said: no end for a run that was cut off, and not that it was completed.
  @Test func runsAreAsRecorded() throws {
    let graph = try Self.graph(Self.crate.metadata())
    let first = try #require(graph["#run-1"])
    #expect(
      first["endTime"] == nil
        && Self.references(first["actionStatus"] ?? "") == ["http://schema.org/FailedActionStatus"])
    #expect(first["name"] as? String == "Run 1: repro all --profile quick" && first["agent"] == nil)
    let second = try #require(graph["#run-3"])
    #expect(second["name"] as? String == "Run 3" && second["endTime"] as? String == "2025-11-22T16:48:10Z")
  }

  /// One version, wherever it stands.
  @Test func theVersionIsOne() throws {
    let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    for (file, line) in [
      ("CITATION.cff", "\nversion: \(Program.version)\n"), ("CHANGELOG.md", "\n## \(Program.version) "),
    ] {
      #expect(try String(contentsOf: root.appending(path: file), encoding: .utf8).contains(line), "\(file)")
    }
    #expect(try Self.graph(Self.crate.metadata())["#repro"]?["version"] as? String == Program.version)
  }

  /// A crate of two runs: each has what it made, the inputs are those of the ledger.
  @Test func aCrateOfWhatWasRun() throws {
    let small = try SmallProject()
    try small.run()
    try small.run("figures.fig3.markerSize=9")
    let project = try small.project("figures.fig3.markerSize=9")
    let reader = try small.reader()
    let folder = small.folder.appending(path: "crate")
    let paths = try ResearchCrate.write(project, cache: reader, to: folder)
    let graph = try Self.graph(Data(contentsOf: folder.appending(path: ResearchCrate.metadataName)))
    Self.expectReferencesArrive(graph)
    for path in paths where path != ResearchCrate.metadataName {
      let data = try Data(contentsOf: folder.appending(path: path))
      #expect(graph[path]?["sha256"] as? String == Digest(of: data).hex, "\(path)")
    }
    for path in ["pipeline.json", "paper/published.json", "paper/errata.md", "paper/claims.json", "report/index.html"] {
      #expect(paths.contains(path), "\(path)")
    }
    let runs = try reader.ledger.runs().map(\.id).sorted()
    let actions = try runs.map { try #require(graph["#run-\($0)"]) }
    #expect(actions.count == 2)
    let results = actions.map { Self.references($0["result"] ?? []) }
    #expect(results[0].contains("figures/fig4.svg") && !results[0].contains("figures/fig3.svg"))
    #expect(results[1].contains("figures/fig3.svg") && results[1].contains("report/index.html"))
    let read = try reader.provenance(of: "report/index").inputs
    let recorded = try #require(read.first { $0.name == OutputName.errata }).digest
    #expect(graph["paper/errata.md"]?["sha256"] as? String == recorded)
  }

  /// Files that are others now than what was read are not passed off as it.
  @Test func whatWasNotRunIsRefused() throws {
    let small = try SmallProject()
    try small.run()
    let (project, reader) = (try small.project(), try small.reader())
    func refusal(_ project: Project) -> String {
      do {
        _ = try ResearchCrate.write(project, cache: reader, to: small.folder.appending(path: "crate"))
        return "written"
      } catch { return sentence(of: error) }
    }
    #expect(try refusal(small.project("figures.fig3.markerSize=7")).contains("not of the configuration as it is now"))
    let paper = small.folder.appending(path: "paper")
    let errata = paper.appending(path: "errata.md")
    let text = try Data(contentsOf: errata)
    try (text + Data("\nx\n".utf8)).write(to: errata)
    #expect(refusal(project).contains("report/index"))
    try text.write(to: errata)
    try Data("x".utf8).write(to: project.outputs.folder.appending(path: "tables/table1.csv"))
    #expect(refusal(project).contains("tables/table1.csv was changed"))
    #expect(!FileManager.default.fileExists(atPath: small.folder.appending(path: "crate").path))
  }
}
