import Foundation
import Pipeline
import Report

/// Lays the results out for people: copies of artifacts under names that say what they are, in `outputs/`.
public struct Outputs: Sendable {
  /// The folder that is filled, `outputs` as a rule.
  public let folder: URL

  public init(folder: URL) {
    self.folder = folder
  }

  /// Where the report stands.
  public var report: URL { folder.appending(path: Self.reportPath) }

  static let reportPath = "report/index.html"

  /// The root of the seal of the report that was just laid out, by which the page can be told from every other wherever it
  /// is; nil where there is none.
  public var rootOfReport: String? {
    (try? String(contentsOf: report, encoding: .utf8)).flatMap { PageSeal.shownRoot(of: $0) }
  }

  /// The files of one figure or table, by their paths below the folder.
  static func files(of node: Node) -> [(output: String, path: String)] {
    switch node.stage {
    case StageName.table: node.outputs.map { ($0, "tables/\($0)") }
    case StageName.accuracyFigure, StageName.figure1, StageName.figure2, StageName.figure3, StageName.figure4,
      StageName.figure5,
      StageName.theoryFigure:
      node.outputs.map { ($0, "figures/\($0)") }
    case StageName.audit, StageName.separation, StageName.dynamics, StageName.simulation, StageName.checkpoints,
      StageName.study:
      node.outputs.map { ($0, "theory/\(node.id.text)/\($0)") }
    case StageName.download: [(OutputName.classSheet, "\(datasetPath(node))/classes.png")]
    case StageName.augment:
      [
        (OutputName.viewSheet, "\(datasetPath(node))/views.png"),
        (OutputName.viewStatistics, "\(datasetPath(node))/views.json"),
      ]
    case StageName.probe, StageName.bound:
      node.outputs.map { ($0, "cells/\(node.id.text.split(separator: "/").dropFirst().joined(separator: "/"))/\($0)") }
    default: []
    }
  }

  private static func datasetPath(_ node: Node) -> String {
    "datasets/" + node.id.text.split(separator: "/").dropFirst().joined(separator: "/")
  }

  /// Writes everything that nodes of `ids` have to show, and returns what was written or was there already.
  ///
  /// - Parameter isEverything: whether `ids` are all nodes. Then the folder is to hold what they show and nothing that an
  ///   earlier run of everything left: `manifest.json` says what that was. What is in no manifest is never removed, nor
  ///   what was changed since: `onKept` gets a sentence for each of these.
  /// - Throws: `StageError` or `FileError` where an artifact is missing or the folder cannot be written.
  @discardableResult
  public func lay(
    out ids: [NodeID], of graph: Graph, from cache: CacheReader, executed: Set<NodeID>, isEverything: Bool = false,
    onKept: (String) -> Void = { _ in }
  ) throws -> [URL] {
    var paths: [String] = []
    var manifest = OutputsManifest()
    func note(_ path: String, _ node: Node, _ output: String, _ digest: Digest, root: String? = nil) {
      paths.append(path)
      manifest.files[path] = OutputsManifest.Entry(node: node.id, output: output, digest: digest, root: root)
    }
    for id in ids {
      guard let node = graph[id] else { continue }
      for (output, path) in Self.files(of: node) {
        note(path, node, output, try cache.materialise(output, of: id, to: folder.appending(path: path)))
      }
      if node.stage == StageName.train {
        let cell = "cells/\(node.id.text.split(separator: "/").dropFirst().joined(separator: "/"))"
        let history = "\(cell)/history.csv"
        note(
          history, node, OutputName.history,
          try cache.materialise(OutputName.history, of: id, to: folder.appending(path: history)))
        if let speed = try speed(of: node, cache) {
          let path = "\(cell)/speed.csv"
          note(path, node, OutputName.history, try write(Data(speed.utf8), to: path))
        }
        // Checkpoints sort by their epoch: the last is the trained encoder.
        if let trained = try cache.lastResult(of: id)?.outputs.map(\.name)
          .filter({ $0.hasPrefix(OutputName.checkpoints) }).max()
        {
          let path = "\(cell)/encoder.safetensors"
          note(path, node, trained, try cache.materialise(trained, of: id, to: folder.appending(path: path)))
        }
      }
      if node.stage == StageName.report {
        let (page, root) = try filledReport(graph, cache)
        note(
          Self.reportPath, node, OutputName.report, try write(Data(page.utf8), to: Self.reportPath), root: root)
        for name in [OutputName.numbers, OutputName.claims] {
          note(name, node, name, try cache.materialise(name, of: id, to: folder.appending(path: name)))
        }
      }
    }
    if isEverything {
      // Removed before they are forgotten: if this is cut off, the next run removes the rest.
      let left = try OutputsManifest.load(from: folder).files(in: folder).remove { manifest.files[$0] != nil }
      for path in left {
        onKept(
          "\(path) of an earlier run was changed since it was laid out, and is left as it is; it is not of this run")
      }
      try write(manifest.encoded(), to: OutputsManifest.fileName)
    }
    return paths.map { folder.appending(path: $0) }
  }

  /// How fast a training went, by epoch, as the ledger has it; nil where it was not recorded. In a file of its own, for it
  /// differs from run to run, and results do not.
  private func speed(of node: Node, _ cache: CacheReader) throws -> String? {
    let names = [TrainStage.pairsPerSecond, TrainStage.viewsShare]
    var byEpoch: [Int: [String: Double?]] = [:]
    for metric in try cache.ledger.metrics(of: node.id) where names.contains(metric.name) {
      if let epoch = metric.step { byEpoch[epoch, default: [:]][metric.name] = metric.value }
    }
    guard !byEpoch.isEmpty else { return nil }
    var table = MeasurementTable(columns: ["epoch"] + names)
    for (epoch, values) in byEpoch.sorted(by: { $0.key < $1.key }) {
      table.append(values.merging(["epoch": Double(epoch)]) { first, _ in first })
    }
    return table.csv
  }

  /// Leaves a file alone that has these bytes already.
  ///
  /// - Returns: their digest.
  @discardableResult
  func write(_ data: Data, to path: String) throws -> Digest {
    let target = folder.appending(path: path)
    let digest = Digest(of: data)
    if (try? Data(contentsOf: target)) == data { return digest }
    do {
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: target, options: .atomic)
    } catch {
      throw StageError.cannotWrite(target.path, error)
    }
    return digest
  }
}
