import Foundation
import Pipeline
import Testing

@testable import Reproduction

/// Holds the sources of every stage against a recorded digest. Code is in a node's key through its stage's version alone,
/// so when this fails: raise the version in the stage's definition if results may differ, or leave it if the change is
/// cosmetic; then record with REPRO_RECORD_STAGE_SOURCES=1, which fails once more so that it is never left on.
@Suite struct StageVersionTests {
  static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
  static let record = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "StageSources.json")

  /// What each stage's results depend on, besides its parameters and inputs: files and folders below Sources.
  ///
  /// Whole modules rather than the few files that matter today: taking in too much costs an acceptance, taking in too
  /// little leaves stale results behind a green test.
  static let sources: [String: [String]] = {
    let shared = ["Reproduction/Stages", "Reproduction/Results"]
    let learned = shared + ["NeuralNetwork", "Numerics", "Theory", "Vision"]
    let drawn = shared + ["Reproduction/Figures", "Charts", "Numerics", "Report/CSVText.swift"]
    let audited = shared + ["Theory", "Numerics"]
    let pictured = drawn + ["Theory"]
    return [
      "audit": audited, "separation": audited, "dynamics": audited, "simulation": audited, "study": audited,
      "checkpoints": audited, "claim": pictured + ["Reproduction/Claims"], "figure1": pictured, "figure2": pictured,
      "theory-figure": pictured,
      "download": shared + ["Vision", "Numerics", "Charts"],
      "augment": shared + ["Vision", "Numerics", "Charts"],
      "train": learned, "probe": learned, "bound": learned,
      "table": shared + ["Report"],
      "accuracy-figure": drawn, "figure3": drawn, "figure4": drawn, "figure5": pictured,
      "report": pictured + ["Report", "Reproduction/Claims"],
    ]
  }()

  struct Entry: Codable, Equatable {
    let version: Int
    let digest: String
  }

  @Test func everyStageIsWatched() {
    #expect(Set(Project.workerStages.definitions.map(\.name)) == Set(Self.sources.keys))
  }

  @Test func versionsFollowTheSources() throws {
    var current: [String: Entry] = [:]
    for stage in Project.workerStages.definitions {
      let paths = try #require(Self.sources[stage.name])
      current[stage.name] = Entry(version: stage.version, digest: try Self.digest(paths))
    }
    if ProcessInfo.processInfo.environment["REPRO_RECORD_STAGE_SOURCES"] == "1" {
      try JSONFile.write(current, to: Self.record)
      Issue.record("recorded; run again without REPRO_RECORD_STAGE_SOURCES")
      return
    }
    let recorded: [String: Entry] = try JSONFile.read(from: Self.record)
    for (name, entry) in current.sorted(by: { $0.key < $1.key }) where recorded[name] != entry {
      let known = recorded[name]
      if known?.version == entry.version {
        Issue.record("the sources of stage '\(name)' changed: raise its version, or accept the change as cosmetic")
      } else {
        Issue.record("stage '\(name)' has version \(entry.version), recorded is \(known?.version ?? 0): record it")
      }
    }
  }

  private static func digest(_ paths: [String]) throws -> String {
    var files: [URL] = []
    for path in paths {
      let url = root.appending(path: "Sources/\(path)")
      if url.pathExtension == "swift" { files.append(url) }
      let found = FileManager.default.enumerator(at: url, includingPropertiesForKeys: [.isRegularFileKey])
      while let file = found?.nextObject() as? URL {
        if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true { files.append(file) }
      }
    }
    #expect(!files.isEmpty, "\(paths)")
    let lines = try files.map { file in
      "\(file.path.dropFirst(root.path.count)) \(Digest(of: try Data(contentsOf: file)).hex)"
    }
    return Digest(of: lines.sorted().joined(separator: "\n")).hex
  }
}
