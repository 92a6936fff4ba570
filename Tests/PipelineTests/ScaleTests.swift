import Foundation
import GRDB
import Testing

@testable import Pipeline

/// Ten thousand nodes: nothing may be done once per node in SQL.
@Suite struct ScaleTests {
  /// A tenth has no inputs, the others read three nodes before them; parameters as a training has them.
  static func graph(count: Int) throws -> Graph {
    var generator = SeededGenerator(seed: 7)
    var nodes: [Node] = []
    nodes.reserveCapacity(count)
    for index in 0..<count {
      let sources = index < count / 10 ? [] : (0..<3).map { _ in Int.random(in: 0..<index, using: &generator) }
      nodes.append(
        Node(
          id: try NodeID("cell/dataset\(index % 7)/n\(index)"), stage: "fast",
          parameters: [
            "index": .int(index), "rate": 0.03, "method": "barlow-twins", "epochs": 20,
            "optimizer": ["name": "sgd", "momentum": 0.9, "decay": 0.0005],
          ],
          inputs: try Set(sources).sorted().map { source in
            NodeInput("in\(source)", .output(of: try NodeID("cell/dataset\(source % 7)/n\(source)"), named: "out"))
          }, outputs: ["out"]))
    }
    return try Graph(nodes)
  }

  /// Writes results for all nodes directly, as a run would have.
  static func fill(_ ledger: Ledger, _ graph: Graph, registry: StageRegistry, store: Store) throws {
    var evaluator = try Evaluator(graph: graph, registry: registry, ledger: ledger, store: store)
    var results = [ResultRecord?](repeating: nil, count: graph.nodes.count)
    for prefix in 0..<256 {
      try store.files.createFolder(store.folder.objects + "/" + (prefix < 16 ? "0" : "") + String(prefix, radix: 16))
    }
    for position in graph.nodes.indices {
      guard case .stale(let material, let key, _) = try evaluator.evaluate(position, results: results) else { continue }
      let digest = Digest(of: "\(position)")
      let path = store.path(of: digest)
      try Data("\(position)".utf8).write(to: URL(filePath: path))
      let stamp = try #require(try store.files.stamp(of: path))
      let artifact = Artifact(digest: digest, size: stamp.size, stamp: stamp, checkedAt: .max)
      results[position] = ResultRecord(
        id: Int64(position + 1), key: key, outputs: [OutputRecord(name: "out", artifact: artifact)])
      _ = material
    }
    try ledger.fillForTest(graph, results: results.compactMap { $0 })
  }

  @Test func thousandsOfNodesAreCheckedAtOnce() throws {
    let root = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    let folder = CacheFolder(root)
    let registry = StageRegistry([StageDefinition(name: "fast", version: 1, isLight: true) { _ in }])
    let ledger = try Ledger.open(folder)
    let count = Int(ProcessInfo.processInfo.environment["PIPELINE_SCALE"] ?? "") ?? 2000
    let graph = try Self.graph(count: count)
    try Self.fill(ledger, graph, registry: registry, store: Store(folder: folder))
    let coordinator = Coordinator(folder: folder, registry: registry, executor: InProcessExecutor(registry: registry))
    let summary = try coordinator.run(graph)
    #expect(summary.upToDateCount == count && summary.executed.isEmpty)
  }
}

extension Ledger {
  fileprivate func fillForTest(_ graph: Graph, results: [ResultRecord]) throws {
    try database.write { db in
      try db.execute(sql: "INSERT INTO runs (id, started, status, host, pid, command) VALUES (1, 0, 'done', '', 0, '')")
      for (node, result) in zip(graph.nodes, results) {
        let output = result.outputs[0].artifact
        try db.execute(
          sql: "INSERT INTO results (id, key, stage, stage_version, seal) VALUES (?, ?, 'fast', 1, ?)",
          arguments: [result.id, result.key.hex, ResultSeal.value(key: result.key, outputs: result.outputs)])
        try db.execute(
          sql: "INSERT INTO nodes (id, name, result_id) VALUES (?, ?, ?)",
          arguments: [result.id, node.id.text, result.id])
        try db.execute(
          sql:
            "INSERT INTO artifacts (id, digest, size, inode, modified, changed, checked) VALUES (?, ?, ?, ?, ?, ?, ?)",
          arguments: [
            result.id, output.digest.hex, output.size, output.stamp?.inode, output.stamp?.modified,
            output.stamp?.changed, output.checkedAt,
          ])
        try db.execute(
          sql: "INSERT INTO outputs (result_id, name, artifact_id) VALUES (?, 'out', ?)",
          arguments: [result.id, result.id])
      }
    }
  }
}
