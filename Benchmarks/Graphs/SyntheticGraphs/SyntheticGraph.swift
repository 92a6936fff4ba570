import Foundation
import Pipeline

/// Graphs of any size for measuring the build system: shaped like a sweep of experiments, with work that costs nothing, so that
/// what is measured is the build system alone.
///
/// The same count gives the same graph, on every machine; `edges(count:)` gives its shape to the generators for other build
/// systems.
public enum SyntheticGraph {
  /// The nodes that each node reads: none for the first tenth, then up to three random ones before it.
  public static func edges(count: Int) -> [[Int]] {
    var generator = SplitMix(state: 7)
    let first = max(1, count / 10)
    return (0..<count).map { index in
      guard index >= first else { return [] }
      var sources: [Int] = []
      for _ in 0..<3 {
        let source = Int(generator.next() % UInt64(index))
        if !sources.contains(source) { sources.append(source) }
      }
      return sources.sorted()
    }
  }

  /// - Parameters:
  ///   - count: how many nodes.
  ///   - rate: a parameter of node `changed`, so that a changed graph can be asked for.
  ///   - isLight: whether nodes run inside the coordinator, or each in a worker.
  /// - Throws: `GraphError`; it never does.
  public static func make(
    count: Int, changed: Int? = nil, rate: Double = 0.03, isLight: Bool = true
  ) throws -> Graph {
    let names = try (0..<count).map { try NodeID("cell/dataset\($0 % 7)/n\($0)") }
    let nodes = edges(count: count).enumerated().map { index, sources in
      Node(
        id: names[index], stage: isLight ? lightStage : workerStage,
        parameters: [
          "index": .int(index), "rate": .double(index == changed ? rate : 0.03), "method": "barlow-twins",
          "epochs": 20, "optimiser": ["name": "sgd", "momentum": 0.9, "decay": 0.0005],
        ],
        inputs: sources.map { NodeInput("in\($0)", .output(of: names[$0], named: "out")) }, outputs: ["out"],
        resources: Resources(memoryMegabytes: 1), expectedCost: 0.001)
    }
    return try Graph(nodes)
  }

  private static let lightStage = "synthetic-light"
  private static let workerStage = "synthetic-worker"

  /// The stages of such a graph: each node writes its number and how much it read.
  public static let stages = [
    StageDefinition(name: lightStage, version: 1, isLight: true, run: work),
    StageDefinition(name: workerStage, version: 1, run: work),
  ]

  private static func work(_ context: StageContext) throws {
    var text = "node \(context.parameters["index"]?.intValue ?? -1) at \(context.parameters["rate"]?.text ?? "")"
    for name in context.inputs {
      text += try " \(name) " + String(contentsOf: context.input(name), encoding: .utf8).prefix(16)
    }
    try context.write(Data(text.utf8), to: "out")
  }

  private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}
