import ExperimentSupport
import Foundation
import Pipeline

@testable import Reproduction

/// A checkout with an experiment of a second, run in this process.
final class SmallProject {
  private let place: ExperimentFolder
  var folder: URL { place.url }

  init() throws {
    place = try ExperimentFolder(SmallExperiment.tiny.configuration)
  }

  deinit {
    place.remove()
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
}
