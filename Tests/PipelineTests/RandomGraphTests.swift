import Foundation
import Testing

@testable import Pipeline

/// Random graphs under random edits: what is executed is what an oracle computes that knows nothing of keys, ledgers or
/// stores.
@Suite struct RandomGraphTests {
  /// What a node is, as the oracle sees it.
  struct Model {
    var version = 1
    var text: Int
    /// Outputs are taken modulo this: small ones make different inputs give the same bytes.
    var modulus: Int
    var inputs: [Int]
  }

  /// Remembers what came of each (version, parameters, inputs), and which outputs the store has.
  struct Oracle {
    var results: [String: String] = [:]
    var present: Set<String> = []

    /// - Returns: the nodes that have to be executed, and the outputs of all.
    mutating func run(_ nodes: [Model]) -> (executed: [Int], outputs: [String]) {
      var outputs: [String] = []
      var executed: [Int] = []
      for (index, node) in nodes.enumerated() {
        let inputs = node.inputs.map { outputs[$0] }
        let key = "\(index)|\(node.version)|\(node.text)|\(node.modulus)|\(inputs)"
        let output = RandomGraphTests.output(index: index, text: node.text, modulus: node.modulus, inputs: inputs)
        if results[key] == nil || !present.contains(output) { executed.append(index) }
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

  static func graph(_ nodes: [Model]) throws -> Graph {
    try Graph(
      nodes.enumerated().map { index, node in
        Node(
          id: try NodeID("n\(index)"), stage: "stage\(index)",
          parameters: ["index": .int(index), "text": .int(node.text), "modulus": .int(node.modulus)],
          inputs: try node.inputs.enumerated().map { position, source in
            NodeInput("in\(position)", .output(of: try NodeID("n\(source)"), named: "out"))
          }, outputs: ["out"], expectedCost: Double(node.text))
      }.shuffledForOrder(nodes.count))
  }

  /// - Parameter events: told when a node begins and ends.
  static func registry(_ nodes: [Model], events: Events) -> StageRegistry {
    StageRegistry(
      nodes.enumerated().map { index, node in
        StageDefinition(name: "stage\(index)", version: node.version, isLight: true) { context in
          events.add(context.node, isStart: true)
          defer { events.add(context.node, isStart: false) }
          let inputs = try context.inputs.map { try String(contentsOf: context.input($0), encoding: .utf8) }
          let text = RandomGraphTests.output(
            index: context.parameters["index"]?.intValue ?? 0, text: context.parameters["text"]?.intValue ?? 0,
            modulus: context.parameters["modulus"]?.intValue ?? 1, inputs: inputs)
          try Data(text.utf8).write(to: context.output("out"))
        }
      })
  }

  /// More of them on request: each is a graph of its own under twelve edits.
  static let seeds = 0..<(Int(ProcessInfo.processInfo.environment["PIPELINE_RANDOM_GRAPHS"] ?? "") ?? 40)

  @Test(arguments: seeds)
  func executedSetIsTheOracles(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let bench = try Workbench()
    var options = bench.options
    options.maxThreads = Int.random(in: 1...4, using: &generator)
    var oracle = Oracle()
    var nodes: [Model] = []
    for index in 0..<Int.random(in: 2...14, using: &generator) {
      let count = Int.random(in: 0...min(index, 3), using: &generator)
      let inputs = Set((0..<count).map { _ in Int.random(in: 0..<index, using: &generator) }).sorted()
      nodes.append(
        Model(
          text: .random(in: 0...3, using: &generator), modulus: [1, 2, 1000].randomElement(using: &generator) ?? 1,
          inputs: inputs))
    }
    for step in 0..<12 {
      let index = Int.random(in: 0..<nodes.count, using: &generator)
      var edit = "none"
      switch step == 0 ? 9 : Int.random(in: 0..<5, using: &generator) {
      case 0, 1:
        nodes[index].text = .random(in: 0...3, using: &generator)
        edit = "text of \(index)"
      case 2:
        nodes[index].version += 1
        edit = "version of \(index)"
      case 3 where nodes[index].inputs.count > 0:
        nodes[index].inputs.removeLast()
        edit = "input of \(index)"
      case 4:
        let path = try bench.objectPath(of: NodeID("n\(index)"))
        oracle.present.remove(try String(contentsOfFile: path, encoding: .utf8))
        try FileManager.default.removeItem(atPath: path)
        edit = "artifact of \(index)"
      default: break
      }
      let expected = oracle.run(nodes)
      let events = Events()
      let registry = Self.registry(nodes, events: events)
      let coordinator = Coordinator(
        folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry, files: bench.files),
        files: bench.files)
      let graph = try Self.graph(nodes)
      let summary = try coordinator.run(
        graph, targets: nil, ledger: bench.ledger, options: options, observer: SilentObserver())
      #expect(
        summary.executed.sorted() == expected.executed.map { NodeID(trusted: "n\($0)") }.sorted(),
        "seed \(seed), step \(step): \(edit), \(nodes)")
      #expect(summary.executed.count + summary.reused.count + summary.upToDateCount == nodes.count)
      for (index, output) in expected.outputs.enumerated() {
        #expect(try String(contentsOfFile: bench.objectPath(of: NodeID("n\(index)")), encoding: .utf8) == output)
      }
      // No node starts before all it needs has ended, and none twice.
      #expect(Self.violations(events, in: graph) == [])
    }
  }
}

extension RandomGraphTests {
  /// Nodes that began a second time, or before what they need had ended.
  fileprivate static func violations(_ events: Events, in graph: Graph) -> [NodeID] {
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
