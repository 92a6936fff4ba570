import Foundation
import Pipeline

@testable import Reproduction

/// A checkout with an experiment of a second, run in this process.
final class SmallProject {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "small-project-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
      at: folder.appending(path: "paper"), withIntermediateDirectories: true)
    let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    for name in ["published.json", "claims.json", "errata.md"] {
      try FileManager.default.copyItem(
        at: root.appending(path: "paper/\(name)"), to: folder.appending(path: "paper/\(name)"))
    }
    try Data(Self.configuration.utf8).write(to: folder.appending(path: "pipeline.json"))
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  func project(_ overrides: String...) throws -> Project {
    try Project(file: folder.appending(path: "pipeline.json"), overrides: overrides, isOffline: true)
  }

  /// Runs everything and lays it out, as `repro all` does.
  @discardableResult
  func run(_ overrides: String...) throws -> RunSummary {
    let project = try Project(file: folder.appending(path: "pipeline.json"), overrides: overrides, isOffline: true)
    let coordinator = Coordinator(
      folder: project.cache, registry: project.registry, executor: InProcessExecutor(registry: project.registry))
    return try coordinator.run(project.graph) { summary, cache in
      try project.outputs.lay(
        out: project.graph.ids, of: project.graph, from: cache, executed: Set(summary.executed), isEverything: true)
    }
  }

  func reader() throws -> CacheReader { try CacheReader(project().cache) }

  private static let configuration = """
    {
      "profile": "quick",
      "datasets": {
        "shapes": {"kind": "shapes", "title": "Shapes", "classes": 4, "trainImages": 64, "testImages": 32, "seed": 3}
      },
      "policies": {
        "colour": {
          "cropScale": [0.3, 1], "cropRatio": [0.75, 1.333], "flip": 0.5,
          "normalisation": {"mean": [0.5, 0.5, 0.5], "standardDeviation": [0.25, 0.25, 0.25]}
        }
      },
      "methods": {"barlow-twins": {"title": "Barlow Twins", "loss": "barlow-twins", "lambda": 0.05}},
      "profiles": {
        "quick": {
          "description": "As small as it gets.",
          "encoder": {"width": 2, "side": 8},
          "seeds": [0],
          "theory": {
            "constructions": 40, "searchStarts": 1, "searchSteps": 10, "separationAttempts": 20, "classCounts": [4],
            "trainingSteps": 5
          },
          "evaluation": {
            "bankImages": 48, "queryImages": 32, "neighbours": 5, "boundImages": 48, "boundViews": 2, "boundBatch": 32
          },
          "sweeps": [
            {
              "dataset": "shapes", "policy": "colour", "trainImages": 64, "dimensions": [2, 4],
              "methods": {
                "barlow-twins": {
                  "epochs": 2, "recordEvery": 1, "batchSize": 32,
                  "optimiser": {"kind": "adamw", "learningRate": 0.002, "weightDecay": 0.01}
                }
              }
            }
          ]
        }
      },
      "figures": {"fig3": {"markerSize": 4}, "fig4": {"markerSize": 4}}
    }
    """
}
