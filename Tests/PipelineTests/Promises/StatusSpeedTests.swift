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
    let reader = CacheReader(folder, ledger: ledger, files: LocalFileSystem())
    // One of the nodes without inputs: hundreds of others follow.
    let edited = try Graph(
      graph.nodes.enumerated().map { index, node in
        guard index == 3 else { return node }
        return Node(
          id: node.id, stage: node.stage, parameters: node.parameters.merging(["rate": 0.04]) { _, new in new },
          inputs: node.inputs, outputs: node.outputs)
      })
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
    let changed = try fastest(edited)
    #expect(nothing.report.isUpToDate)
    #expect(changed.report.counts.stale == 1 && changed.report.counts.waiting > count / 20)
    print(
      "\(count) nodes: nothing to do \(nothing.seconds) s, \(changed.report.counts.waiting) wait \(changed.seconds) s")
    #expect(changed.seconds < nothing.seconds * 1.2 + 0.01)
  }
}
