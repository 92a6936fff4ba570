import Foundation
import Testing

@testable import Pipeline

/// Random graphs under random edits, on a disk and by a clock in memory: what is executed is what an oracle computes that
/// knows nothing of keys, ledgers or stores.
@Suite struct RandomGraphTests {
  /// What a node is, as the oracle sees it.
  struct Model {
    /// Part of its output, so that two nodes never share a result by chance.
    let index: Int
    var name: String
    var version = 1
    var text: Int
    /// Outputs are taken modulo this: small ones make different inputs give the same bytes.
    var modulus: Int
    var inputs: [Int]
    /// Content of the raw file that it reads; none where nil.
    var raw: Int?

    var id: NodeID { NodeID(trusted: name) }
  }

  /// Remembers what came of each (version, parameters, inputs), and which outputs the store has.
  struct Oracle {
    var results: [String: String] = [:]
    var present: Set<String> = []

    /// - Returns: the nodes among `wanted` that have to be executed, and the outputs of all.
    mutating func run(_ nodes: [Model], wanted: Set<Int>) -> (executed: [Int], outputs: [String]) {
      var outputs: [String] = []
      var executed: [Int] = []
      for (position, node) in nodes.enumerated() {
        guard wanted.contains(position) else {
          outputs.append("")
          continue
        }
        let inputs = (node.raw.map { ["raw \($0)"] } ?? []) + node.inputs.map { outputs[$0] }
        let key = "\(node.index)|\(node.version)|\(node.text)|\(node.modulus)|\(inputs)"
        let output = RandomGraphTests.output(index: node.index, text: node.text, modulus: node.modulus, inputs: inputs)
        if results[key] == nil || !present.contains(output) { executed.append(position) }
        results[key] = output
        present.insert(output)
        outputs.append(output)
      }
      return (executed, outputs)
    }
  }

  static func output(index: Int, text: Int, modulus: Int, inputs: [String]) -> String {
    var hash = text
    for input in inputs { for byte in input.utf8 { hash = (hash &* 31 &+ Int(byte)) % 1_000_003 } }
    return "node \(index) gives \(hash % modulus)"
  }

  static func rawPath(_ node: Model) -> String { "/raw/\(node.index)" }

  static func graph(_ nodes: [Model]) throws -> Graph {
    try Graph(
      nodes.map { node in
        var inputs = node.inputs.enumerated().map { position, source in
          NodeInput("in\(position)", .output(of: nodes[source].id, named: "out"))
        }
        if node.raw != nil { inputs.insert(NodeInput("a raw file", .file(URL(filePath: rawPath(node)))), at: 0) }
        return Node(
          id: node.id, stage: "stage\(node.index)",
          parameters: ["index": .int(node.index), "text": .int(node.text), "modulus": .int(node.modulus)],
          inputs: inputs, outputs: ["out"], expectedCost: Double(node.text))
      }.shuffledForOrder(nodes.count))
  }

  static func executor(_ disk: MemoryDisk, _ events: Events) -> MemoryExecutor {
    MemoryExecutor(
      disk: disk,
      work: { job, inputs in
        output(
          index: job.parameters["index"]?.intValue ?? 0, text: job.parameters["text"]?.intValue ?? 0,
          modulus: job.parameters["modulus"]?.intValue ?? 1, inputs: inputs)
      }, events: events)
  }

  static func randomNodes(_ generator: inout SeededGenerator, disk: MemoryDisk) -> [Model] {
    var nodes: [Model] = []
    for index in 0..<Int.random(in: 2...14, using: &generator) {
      let count = Int.random(in: 0...min(index, 3), using: &generator)
      let inputs = Set((0..<count).map { _ in Int.random(in: 0..<index, using: &generator) }).sorted()
      let node = Model(
        index: index, name: "n\(index)", text: .random(in: 0...3, using: &generator),
        modulus: [1, 2, 1000].randomElement(using: &generator) ?? 1, inputs: inputs,
        raw: Int.random(in: 0..<4, using: &generator) == 0 ? 0 : nil)
      if let raw = node.raw { disk.put("raw \(raw)", at: rawPath(node)) }
      nodes.append(node)
    }
    return nodes
  }

  /// Changes a node, or the world around it.
  /// - Returns: what was done, for whoever reads of a failure.
  private func edit(
    _ nodes: inout [Model], _ oracle: inout Oracle, bench: Workbench, disk: MemoryDisk,
    _ generator: inout SeededGenerator
  ) throws -> String {
    let index = Int.random(in: 0..<nodes.count, using: &generator)
    switch Int.random(in: 0..<11, using: &generator) {
    case 0, 1:
      nodes[index].text = .random(in: 0...3, using: &generator)
      return "text of \(index)"
    case 2:
      nodes[index].version = .random(in: 1...3, using: &generator)
      return "version of \(index)"
    case 3 where !nodes[index].inputs.isEmpty:
      nodes[index].inputs.removeLast()
      return "one input of \(index) less"
    case 4 where index > 0:
      let source = Int.random(in: 0..<index, using: &generator)
      guard !nodes[index].inputs.contains(source), nodes[index].inputs.count < 9 else { return "nothing" }
      nodes[index].inputs.append(source)
      return "\(index) reads \(source) as well"
    case 5, 6:
      let artifact = try bench.ledger.lastResult(of: nodes[index].id)?.outputs.first?.artifact
      guard let path = artifact.map({ Store(folder: bench.folder).path(of: $0.digest) }), let text = disk.text(at: path)
      else { return "nothing" }
      oracle.present.remove(text)
      if Bool.random(using: &generator) {
        try disk.remove(path)
        return "artifact of \(index) removed"
      }
      disk.damage(path)
      // Damaged once more before a run looked at it, it is what it was.
      if let now = disk.text(at: path), Digest(of: now) == artifact?.digest { oracle.present.insert(now) }
      return "artifact of \(index) damaged"
    case 7:
      nodes[index].name += "x"
      return "\(index) renamed"
    case 8 where nodes[index].raw != nil:
      // Sometimes what it was before: a file that was touched.
      let raw = Int.random(in: 0...2, using: &generator)
      nodes[index].raw = raw
      disk.put("raw \(raw)", at: Self.rawPath(nodes[index]))
      return "raw file of \(index)"
    case 9:
      let days = Int.random(in: -400...400, using: &generator)
      disk.tick(seconds: Double(days) * 86_400)
      return "the clock jumps by \(days) days"
    default: return "nothing"
    }
  }

  /// More of them on request: each is a graph of its own under twelve edits.
  static let seeds = 0..<(Int(ProcessInfo.processInfo.environment["PIPELINE_RANDOM_GRAPHS"] ?? "") ?? 150)

  @Test(arguments: seeds)
  func executedSetIsTheOracles(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let bench = try Workbench()
    let disk = MemoryDisk()
    bench.files = disk
    var options = bench.options
    options.maxThreads = Int.random(in: 1...4, using: &generator)
    var oracle = Oracle()
    var nodes = Self.randomNodes(&generator, disk: disk)
    for step in 0..<12 {
      let change = step == 0 ? "nothing" : try edit(&nodes, &oracle, bench: bench, disk: disk, &generator)
      disk.tick(seconds: .random(in: 0.001...10, using: &generator))
      let graph = try Self.graph(nodes)
      // Sometimes only a part is asked for.
      let target = Int.random(in: 0..<5, using: &generator) == 0 ? nodes.randomElement(using: &generator)?.id : nil
      let targets = target.map { [$0] }
      let wanted = Set(graph.closure(of: targets ?? graph.ids))
      let expected = oracle.run(nodes, wanted: Set(nodes.indices.filter { wanted.contains(nodes[$0].id) }))
      let events = Events()
      let registry = StageRegistry(
        nodes.map { StageDefinition(name: "stage\($0.index)", version: $0.version) { _ in } })
      let coordinator = Coordinator(
        folder: bench.folder, registry: registry, executor: Self.executor(disk, events), files: disk)
      let summary = try coordinator.run(
        graph, targets: targets, ledger: bench.ledger, options: options, observer: SilentObserver())
      #expect(summary.failed.isEmpty, "seed \(seed), step \(step): \(change)")
      #expect(
        summary.executed.sorted() == expected.executed.map { nodes[$0].id }.sorted(),
        "seed \(seed), step \(step): \(change), \(nodes)")
      #expect(summary.executed.count + summary.reused.count + summary.upToDateCount == wanted.count)
      for (node, output) in zip(nodes, expected.outputs) where wanted.contains(node.id) {
        #expect(try disk.text(at: bench.objectPath(of: node.id)) == output, "seed \(seed), step \(step): \(change)")
      }
      // No node starts before all it needs has ended, and none twice.
      #expect(Self.violations(events, in: graph) == [], "seed \(seed), step \(step): \(change)")
    }
  }

  /// The power is cut at any moment: what stands in the ledger as done is whole, and is not done again.
  @Test(arguments: 0..<(seeds.count / 5))
  func aPowerCutLosesNothingThatWasDone(seed: Int) throws {
    var generator = SeededGenerator(seed: 1_000_000 + UInt64(seed))
    let bench = try Workbench()
    let disk = MemoryDisk()
    bench.files = disk
    bench.options.maxThreads = 2
    let nodes = Self.randomNodes(&generator, disk: disk)
    let graph = try Self.graph(nodes)
    let registry = StageRegistry(nodes.map { StageDefinition(name: "stage\($0.index)", version: $0.version) { _ in } })
    func run() throws -> RunSummary {
      try Coordinator(
        folder: bench.folder, registry: registry, executor: Self.executor(disk, Events()), files: disk
      ).run(graph, targets: nil, ledger: bench.ledger, options: bench.options, observer: SilentObserver())
    }
    for cut in 0..<5 {
      let before = Set(try bench.ledger.currentResults().keys)
      disk.cutPower(after: .random(in: 1...60, using: &generator))
      if let summary = try? run() {
        #expect(before.isDisjoint(with: summary.executed), "seed \(seed), cut \(cut)")
      }
      disk.start()
      disk.tick(seconds: 1)
      let store = Store(folder: bench.folder, files: disk)
      for (node, result) in try bench.ledger.currentResults() {
        for output in result.outputs {
          guard case .intact = store.check(output.artifact) else {
            Issue.record("seed \(seed), cut \(cut): \(node) is done, and its artifact is not whole")
            continue
          }
        }
      }
    }
    let done = Set(try bench.ledger.currentResults().keys)
    let summary = try run()
    #expect(summary.isSuccess && done.isDisjoint(with: summary.executed), "seed \(seed)")
    // The records beside the ledger are as good: nothing that is done is missing there.
    let records = try ResultJournal(folder: bench.folder, files: disk).read().records
    #expect(Set(records.map(\.node)) == Set(nodes.map(\.id)), "seed \(seed)")
  }

  /// Nodes that began a second time, or before what they need had ended.
  private static func violations(_ events: Events, in graph: Graph) -> [NodeID] {
    var started: Set<NodeID> = []
    var ended: Set<NodeID> = []
    let all = Set(events.list.filter(\.isStart).map(\.node))
    return events.list.compactMap { node, isStart in
      if !isStart {
        ended.insert(node)
        return nil
      }
      let isFirst = started.insert(node).inserted
      return isFirst && graph.inputs(of: node).allSatisfy { ended.contains($0) || !all.contains($0) } ? nil : node
    }
  }
}

extension Array {
  /// An order other than the topological, the same every time.
  fileprivate func shuffledForOrder(_ seed: Int) -> [Element] {
    var generator = SeededGenerator(seed: UInt64(seed))
    return shuffled(using: &generator)
  }
}
