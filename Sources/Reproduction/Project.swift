import Foundation
import Pipeline

/// A checkout of the project: its configuration, the graph of the chosen profile and the stages that build it.
public struct Project: Sendable {
  public let root: URL
  /// The configuration's file, `pipeline.json` as a rule.
  public let file: URL
  public let configuration: Configuration
  /// `path=value`: what was changed in the configuration's file before it was read.
  public let overrides: [String]
  public let paper: PaperGraph
  public let registry: StageRegistry
  public let cache: CacheFolder
  public let outputs: Outputs

  public var graph: Graph { paper.graph }

  /// - Parameters:
  ///   - file: `pipeline.json`; relative paths in it count from its folder, and `paper/` stands beside it.
  ///   - overrides: `path=value`, applied before anything is read.
  ///   - cache, outputs: folders; beside the file where nil.
  ///   - isOffline: whether downloads are refused.
  /// - Throws: `ConfigurationError`, `GraphError` or `PaperGraph.Problem`.
  public init(
    file: URL, overrides: [String] = [], cache: URL? = nil, outputs: URL? = nil, isOffline: Bool = false
  ) throws {
    root = file.deletingLastPathComponent()
    self.file = file
    self.overrides = overrides
    configuration = try Configuration.load(file: file, overrides: overrides)
    paper = try PaperGraph(configuration: configuration, paperFolder: root.appending(path: "paper"))
    var sources: [String: [Configuration.Dataset.Source]] = [:]
    var archiveBytes: [String: Int] = [:]
    for dataset in configuration.datasets {
      switch dataset.content {
      case .fashionMNIST(let listed): sources[dataset.name] = listed
      case .shapes: break
      case .cifar10(let archive), .cifar100(let archive, _):
        sources[dataset.name] = archive.sources
        archiveBytes[dataset.name] = archive.bytes
      }
    }
    registry = Self.stages(
      DownloadStage.Places(sources: sources, archiveBytes: archiveBytes, baseFolder: root, isOffline: isOffline))
    self.cache = CacheFolder(cache ?? root.appending(path: ".repro"))
    self.outputs = Outputs(folder: outputs ?? root.appending(path: "outputs"))
  }

  /// The stages as a worker process knows them: it has its job file, and needs no configuration.
  public static let workerStages = stages(
    DownloadStage.Places(sources: [:], archiveBytes: [:], baseFolder: URL(filePath: "/"), isOffline: true))

  /// Views of the ledger in the words of this paper.
  public static var views: [LedgerView] { CellViews.all }

  static func stages(_ places: DownloadStage.Places) -> StageRegistry {
    var registry = StageRegistry(
      [
        DownloadStage.definition(places), AugmentStage.definition, TrainStage.definition,
        // With other kernels, sums round otherwise, and a query or two of a thousand falls to another class.
        ProbeStage.definition.within(Tolerance(relative: 0.01, absolute: 0.002)),
        BoundStage.definition.within(Tolerance(relative: 1e-4, absolute: 1e-6)),
        TableStage.definition, ReportStage.definition, ClaimStage.definition,
      ] + FigureStages.definitions + TheoryStages.definitions, environment: Machine.environment)
    registry.views = CellViews.all
    return registry
  }
}
