import Foundation
import GRDB
import Testing

@testable import Pipeline

/// A cache in a folder that goes away with it, a ledger in memory, and a stage whose outputs can be foretold.
final class Workbench {
  let root: URL
  let folder: CacheFolder
  let ledger: Ledger
  var files: any FileSystem = HastyFileSystem()
  var versions: [String: Int] = [:]
  var options = RunOptions()
  var machine: [String: String] = [:]

  init() throws {
    root = try temporaryFolder()
    folder = CacheFolder(root.appending(path: "cache"))
    ledger = try Ledger(DatabaseQueue())
    options.maxThreads = 1
  }

  deinit {
    try? FileManager.default.removeItem(at: root)
  }

  var registry: StageRegistry {
    let machine = machine
    return StageRegistry(
      ["join", "other", "work"].map { name in
        StageDefinition(name: name, version: versions[name] ?? 1, isLight: true, run: Self.join)
      }, environment: { machine })
  }

  /// Writes its `text` and what it reads; `constant` instead, where given; fails with `fail`.
  static func join(_ context: StageContext) throws {
    if let sentence = context.parameters["fail"]?.stringValue {
      context.log("about to fail")
      throw StageError(sentence)
    }
    var text = context.parameters["text"]?.text ?? ""
    for name in context.inputs {
      for (_, url) in try context.inputFiles(name).sorted(by: { $0.key < $1.key }) {
        text += try "(" + String(contentsOf: url, encoding: .utf8) + ")"
      }
    }
    if let constant = context.parameters["constant"]?.stringValue { text = constant }
    context.metric("length", Double(text.utf8.count))
    context.metric("seconds", 0.5, step: 3, isVolatile: true)
    try Data(text.utf8).write(to: context.output("out"))
  }

  var coordinator: Coordinator {
    Coordinator(
      folder: folder, registry: registry, executor: InProcessExecutor(registry: registry, files: files), files: files)
  }

  @discardableResult
  func run(_ graph: Graph, targets: [NodeID]? = nil, observer: any RunObserver = SilentObserver()) throws -> RunSummary
  {
    try coordinator.run(graph, targets: targets, ledger: ledger, options: options, observer: observer)
  }

  func plan(_ graph: Graph, targets: [NodeID]? = nil) throws -> Plan {
    try Planner(
      graph: graph, targets: targets, registry: registry, ledger: ledger, store: Store(folder: folder, files: files)
    ).plan()
  }

  func objectPath(of node: NodeID, output: String = "out") throws -> String {
    let result = try #require(try ledger.lastResult(of: node))
    let record = try #require(result.outputs.first { $0.name == output })
    return Store(folder: folder).path(of: record.artifact.digest)
  }
}

func temporaryFolder() throws -> URL {
  let url = FileManager.default.temporaryDirectory.appending(path: "pipeline-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  return url
}

/// A node of the stage `join` that reads the output of others.
func join(
  _ id: NodeID, from inputs: [NodeID] = [], stage: String = "join", _ parameters: [String: ParameterValue] = [:]
) -> Node {
  Node(
    id: id, stage: stage, parameters: parameters,
    inputs: inputs.enumerated().map { NodeInput("in\($0)", .output(of: $1, named: "out")) }, outputs: ["out"])
}

/// A diamond: a → b, c → d.
func diamond(
  a: [String: ParameterValue] = ["text": "a"], b: [String: ParameterValue] = ["text": "b"],
  c: [String: ParameterValue] = ["text": "c"], d: [String: ParameterValue] = ["text": "d"]
) throws -> Graph {
  try Graph([
    join("d", from: ["b", "c"], d), join("b", from: ["a"], b), join("c", from: ["a"], stage: "other", c), join("a", a),
  ])
}

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension Workbench {
  /// Questions to the ledger in memory.
  var reader: CacheReader { CacheReader(folder, ledger: ledger, files: files) }

  func status(_ graph: Graph, listsNodes: Bool = false) throws -> StatusReport {
    StatusReport(try plan(graph), running: try reader.runInProgress(), listsNodes: listsNodes)
  }

  func compare(_ from: Int64, _ to: Int64) throws -> RunComparison {
    try reader.compare(try #require(try ledger.run(from)), try #require(try ledger.run(to)))
  }

  func accept(_ nodes: [NodeID], of graph: Graph, reason: String = "cosmetic", including: Set<String> = [])
    throws -> [Acceptance]
  {
    try coordinator.accept(
      nodes, of: graph, reason: reason, including: including, ledger: ledger, command: "repro accept")
  }
}
