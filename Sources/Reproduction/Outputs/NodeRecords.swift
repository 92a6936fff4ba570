import Foundation
import Pipeline
import Report

/// What the ledger knows of every node of a graph, as the report shows it.
struct NodeRecords {
  /// In the graph's order.
  let records: [NodeRecord]

  init(_ graph: Graph, _ cache: CacheReader, acceptances: [Acceptance]) throws {
    let executions = try cache.ledger.currentExecutions()
    let results = try cache.results()
    let commands = Dictionary(try cache.ledger.runs(limit: 1_000_000).map { ($0.id, $0.command) }) { first, _ in first }
    let accepted = Dictionary(grouping: acceptances.filter(\.isInEffect), by: \.node)
    let seeds = Self.seeds(of: graph)
    let lastRun = graph.nodes.compactMap { executions[$0.id]?.run }.max()
    records = try graph.nodes.map { node in
      let execution = executions[node.id]
      let result = results[node.id]
      let notes = accepted[node.id.text] ?? []
      let state: NodeRecord.State =
        result == nil ? .missing : !notes.isEmpty ? .accepted : execution?.run == lastRun ? .fresh : .kept
      let components = try cache.ledger.components(of: node.id)
      let digests = Dictionary(components.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      return NodeRecord(
        name: node.id.text, stage: node.stage, version: digests["version"].flatMap { Int($0) }, state: state,
        key: result?.key.hex ?? "", group: Self.group(of: node),
        otherSeeds: (seeds[Self.seedless(node) ?? ""] ?? []).filter { $0 != node.id.text },
        parameters: components.filter { $0.name.hasPrefix("parameters.") }.map {
          NodeRecord.Component(String($0.name.dropFirst("parameters.".count)), $0.value)
        },
        inputs: node.inputs.map { input in
          NodeRecord.Input(
            name: input.name, digest: digests["inputs.\(input.name)"], node: input.source.node?.text)
        },
        outputs: (result?.outputs ?? []).map {
          NodeRecord.File(name: $0.name, digest: $0.artifact.digest.hex, size: $0.artifact.size)
        },
        rawFiles: try Self.rawFiles(of: node, digests, result != nil, cache),
        execution: execution.map(Self.execution),
        command: execution.flatMap { commands[$0.run] }.flatMap { RunCommand($0).again(node.id) } ?? "",
        note: notes.map { "kept across a change: \($0.reason)" }.joined(separator: "; "))
    }
  }

  /// What the trainings, the probes and the bounds of one cell have in common, whatever their seed: the tables and figures
  /// tell of their mean. Other nodes stand for themselves.
  private static func group(of node: Node) -> String {
    seedless(node)?.split(separator: "/").dropFirst().joined(separator: "/") ?? node.id.text
  }

  /// The name of a node of a cell without its last part, the seed; nil for other nodes.
  private static func seedless(_ node: Node) -> String? {
    guard [StageName.train, StageName.probe, StageName.bound].contains(node.stage) else { return nil }
    return node.id.text.split(separator: "/").dropLast().joined(separator: "/")
  }

  /// The nodes of cells by their names without the seed, in the graph's order.
  private static func seeds(of graph: Graph) -> [String: [String]] {
    var seeds: [String: [String]] = [:]
    for node in graph.nodes {
      if let name = seedless(node) { seeds[name, default: []].append(node.id.text) }
    }
    return seeds
  }

  /// Files that a stage took in while it ran, and files of the project that it reads.
  private static func rawFiles(
    of node: Node, _ digests: [String: String], _ isBuilt: Bool, _ cache: CacheReader
  ) throws -> [NodeRecord.File] {
    var files: [NodeRecord.File] = node.inputs.compactMap { input in
      guard case .file(let url) = input.source else { return nil }
      return NodeRecord.File(
        name: url.lastPathComponent, digest: digests["inputs.\(input.name)"], size: nil,
        origin: "\(url.deletingLastPathComponent().lastPathComponent)/ of the project")
    }
    if node.stage == StageName.download, isBuilt {
      files += try cache.provenance(of: node.id).rawFiles.map {
        // A path of this machine tells nobody else anything.
        NodeRecord.File(
          name: $0.name, digest: $0.digest, size: $0.size,
          origin: $0.origin.map { $0.hasPrefix("/") ? "a file of the machine" : $0 })
      }
    }
    return files
  }

  private static func execution(_ record: ExecutionRecord) -> NodeRecord.Execution {
    NodeRecord.Execution(
      run: Int(record.run), attempt: record.attempt, started: record.started, seconds: record.duration,
      peakMemory: record.peakMemoryBytes, machine: Machine.describe([record]),
      log: (record.logTail ?? "").split(separator: "\n").map(String.init))
  }
}
