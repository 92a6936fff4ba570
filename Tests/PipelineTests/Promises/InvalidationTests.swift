import Foundation
import Testing

@testable import Pipeline

/// Others' users: “why was the cache invalidated? run twice with hash dumps” (nextflow 4894, 5857).
@Suite("Promise: why a node is stale is answered from stored components, old value and new")
struct InvalidationTests {
  @Test func everyKindOfChangeIsNamedWithBothValues() throws {
    let bench = try Workbench()
    let file = bench.root.appending(path: "raw.txt")
    func node(_ parameters: [String: ParameterValue], outputs: [String] = ["out"]) throws -> Graph {
      try Graph([
        Node(id: "n", stage: "join", parameters: parameters, inputs: [NodeInput("raw", .file(file))], outputs: outputs)
      ])
    }
    try Data("one".utf8).write(to: file)
    let nested: [String: ParameterValue] = ["text": "x", "optimiser": ["rate": 0.1, "steps": [1, 2]]]
    try bench.run(node(nested))
    func reasons(_ graph: Graph) throws -> [String] {
      try bench.status(graph, listsNodes: true).nodes?.first?.reasons.map(\.text) ?? []
    }
    #expect(try reasons(node(nested)) == [])
    #expect(
      try reasons(node(["text": "x", "optimiser": ["rate": 0.2, "steps": [1, 2]]]))
        == ["parameters.optimiser.rate changed from 0.1 to 0.2"])
    #expect(
      try reasons(node(["text": "x", "optimiser": ["rate": 0.1, "steps": [1, 3]]]))
        == ["parameters.optimiser.steps changed from [1, 2] to [1, 3]"])
    #expect(
      try reasons(node(["text": "x"])) == [
        "parameters.optimiser.rate is gone (was 0.1)", "parameters.optimiser.steps is gone (was [1, 2])",
      ])
    #expect(
      try reasons(node(nested, outputs: ["more", "out"]))
        == ["outputs changed from [\"out\"] to [\"more\", \"out\"]"])
    bench.versions["join"] = 3
    #expect(try reasons(node(nested)) == ["stage version changed from 1 to 3"])
    bench.versions = [:]
    try Data("two!".utf8).write(to: file)
    let (one, two) = (Digest(of: "one").short, Digest(of: "two!").short)
    #expect(try reasons(node(nested)) == ["inputs.raw changed from \(one) to \(two)"])
  }

  /// Nothing is run, nothing is read but the ledger, and it can be asked long after.
  @Test func itIsAnsweredLongAfterFromTheLedgerAlone() throws {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    _ = try bench.coordinator.run(diamond(a: ["text": "A"]), options: bench.options)
    for index in 0..<3 {
      _ = try bench.coordinator.run(diamond(a: ["text": "A"], c: ["text": .int(index)]), options: bench.options)
    }
    try FileManager.default.removeItem(atPath: bench.folder.objects)
    let trace = try CacheReader(bench.folder).changes(of: "b", since: 1)
    #expect(trace.firstCauses.map(\.node) == ["a"])
    #expect(trace.firstCauses.first?.change.from == "\"a\"" && trace.firstCauses.first?.change.to == "\"A\"")
  }
}
