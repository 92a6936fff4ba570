import Foundation
import Testing

@testable import Pipeline

/// Others' users: “status takes minutes on many files” (dvc 7607; snakemake 2920).
@Suite("Promise: status on many nodes costs what a no-op costs", .serialized)
struct StatusSpeedTests {
  /// One parameter changes, and what hangs on it waits: no more than the no-op and a fifth of it (and room for the clock's
  /// noise, as the fastest of several tries).
  @Test func statusAfterAChangeIsAsFastAsNothingToDo() throws {
    let root = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    let folder = CacheFolder(root)
    let registry = StageRegistry([StageDefinition(name: "fast", version: 1, isLight: true) { _ in }])
    let ledger = try Ledger.open(folder)
    let count = Int(ProcessInfo.processInfo.environment["PIPELINE_SCALE"] ?? "") ?? 3000
    let graph = try ScaleTests.graph(count: count)
    let store = Store(folder: folder)
    try ScaleTests.fill(ledger, graph, registry: registry, store: store)
    try Self.fillComponents(ledger, graph)
    let reader = CacheReader(folder, ledger: ledger, files: LocalFileSystem())
    func edited(where isEdited: (Int) -> Bool) throws -> Graph {
      try Graph(
        graph.nodes.enumerated().map { index, node in
          guard isEdited(index) else { return node }
          return Node(
            id: node.id, stage: node.stage, parameters: node.parameters.merging(["rate": 0.04]) { _, new in new },
            inputs: node.inputs, outputs: node.outputs)
        })
    }
    func fastest(_ graph: Graph) throws -> (seconds: Double, report: StatusReport) {
      var best = Double.infinity
      var report = StatusReport(try reader.plan(graph, registry: registry))
      for _ in 0..<5 {
        let start = ContinuousClock.now
        report = StatusReport(try reader.plan(graph, registry: registry), running: try reader.runInProgress())
        _ = report.text()
        best = min(best, (ContinuousClock.now - start).seconds)
      }
      return (best, report)
    }
    let nothing = try fastest(graph)
    #expect(nothing.report.isUpToDate)
    // The parameter of one node, of those without inputs the one that most others hang on; and one that all nodes share.
    let first = try #require(
      (0..<40).max { graph.descendants(of: graph.nodes[$0].id).count < graph.descendants(of: graph.nodes[$1].id).count }
    )
    for (change, graph) in [("one node's", try edited { $0 == first }), ("every node's", try edited { _ in true })] {
      let changed = try fastest(graph)
      let open = changed.report.counts.stale + changed.report.counts.waiting
      print(
        "\(count) nodes: nothing to do \(nothing.seconds) s; \(change) parameter, \(open) open: \(changed.seconds) s")
      #expect(open > 50)
      // Where all nodes changed by themselves, the stored components of all are read.
      let allowance = open < count ? 1.2 : 3
      #expect(changed.seconds < nothing.seconds * allowance + 0.01, "\(change) parameter")
    }
  }

  /// What the keys were made of, as a run would have written it.
  private static func fillComponents(_ ledger: Ledger, _ graph: Graph) throws {
    let results = try ledger.currentResults()
    try ledger.write { db in
      for node in graph.nodes {
        let digests = node.inputs.map { input in
          input.source.node.flatMap { results[$0]?.outputs.first?.artifact.digest } ?? Digest(of: "")
        }
        guard let result = results[node.id] else { continue }
        try Ledger.replaceComponents(
          db, result: result.id, KeyMaterial(node: node, stageVersion: 1, inputDigests: digests))
      }
    }
  }
}
