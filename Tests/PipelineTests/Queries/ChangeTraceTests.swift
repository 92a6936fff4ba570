import Foundation
import Testing

@testable import Pipeline

@Suite struct ChangeTraceTests {
  @Test func changesAreFollowedToTheirFirstCause() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    try bench.run(diamond(a: ["text": "A"]))
    let trace = try bench.reader.changes(of: "d", since: 1)
    #expect(trace.fromRun == 1 && trace.toRun == 2)
    #expect(trace.steps.map(\.node) == ["a", "b", "c", "d"])
    #expect(trace.firstCauses.map(\.node) == ["a"])
    let cause = try #require(trace.firstCauses.first?.change)
    #expect(cause.component == "parameters.text" && cause.from == "\"a\"" && cause.to == "\"A\"")
    #expect(trace.steps.last?.changes.map(\.source) == ["b", "c"])
    #expect(trace.text.contains("parameters.text changed from \"a\" to \"A\"  ← first cause"))
    #expect(try bench.reader.changes(of: "d", since: 2).steps.isEmpty)
    #expect(try bench.reader.lastChange(of: "d")?.firstCauses.map(\.node) == ["a"])
  }

  /// Neither the graph nor the registry is asked: what is stored is enough, even about nodes that are gone.
  @Test func whatIsStoredIsEnough() throws {
    let bench = try Workbench()
    bench.versions["other"] = 1
    try bench.run(diamond())
    bench.versions["other"] = 2
    try bench.run(diamond(c: ["text": "C"]))
    try bench.run(Graph([join("else")]))
    let trace = try bench.reader.changes(of: "d", since: 1)
    #expect(trace.firstCauses.map { "\($0.node) \($0.change.component)" } == ["c version", "c parameters.text"])
  }

  @Test func rawFilesAreCauses() throws {
    let bench = try Workbench()
    let file = bench.root.appending(path: "raw.txt")
    let graph = try Graph([
      Node(id: "a", stage: "join", inputs: [NodeInput("raw", .file(file))], outputs: ["out"]), join("b", from: ["a"]),
    ])
    try Data("one".utf8).write(to: file)
    try bench.run(graph)
    try Data("other".utf8).write(to: file)
    try bench.run(graph)
    let cause = try #require(try bench.reader.changes(of: "b", since: 1).firstCauses.first)
    #expect(cause.node == "a" && cause.change.component == "inputs.raw" && cause.change.source == file.path)
    #expect(cause.change.from == Digest(of: "one").hex && cause.change.to == Digest(of: "other").hex)
  }

  @Test func foldersAndAllOutputsAreFollowed() throws {
    let bench = try Workbench()
    func graph(_ text: ParameterValue) throws -> Graph {
      try Graph([
        join("a", ["text": text]),
        Node(id: "all", stage: "join", inputs: [NodeInput("in", .allOutputs(of: "a"))], outputs: ["out"]),
      ])
    }
    try bench.run(graph("x"))
    try bench.run(graph("y"))
    #expect(try bench.reader.changes(of: "all", since: 1).firstCauses.map(\.node) == ["a"])
  }

  /// Records of earlier versions know no sources: the artifacts tell.
  @Test func recordsWithoutSourcesAreFollowedByDigest() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    try bench.run(diamond(a: ["text": "A"]))
    try bench.ledger.write { try $0.execute(sql: "UPDATE result_components SET source_id = NULL") }
    #expect(try bench.reader.changes(of: "d", since: 1).firstCauses.map(\.node) == ["a"])
  }

  @Test func whatWasNotBuiltThenIsSaid() throws {
    let bench = try Workbench()
    try bench.run(diamond(), targets: ["b"])
    try bench.run(diamond())
    #expect(try bench.reader.changes(of: "d", since: 1).text.contains("was not built yet after run 1"))
    #expect(throws: StageError.self) { try bench.reader.changes(of: "nothing", since: 1) }
  }

  /// The first causes are the edited nodes from which changed bytes reach the target: an oracle that follows the bytes finds
  /// the same in random graphs, with nodes that swallow what they read.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func firstCausesAreThoseOfAnOracle(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for round in 0..<12 {
      let count = 10
      let sources = (0..<count).map { index in
        (0..<index).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
      }
      let swallows = (0..<count).map { _ in Int.random(in: 0..<5, using: &generator) == 0 }
      var texts = (0..<count).map { "t\($0)" }
      func graph() throws -> Graph {
        try Graph(
          (0..<count).map { index in
            var parameters: [String: ParameterValue] = ["text": .string(texts[index])]
            if swallows[index] { parameters["constant"] = .string("c\(index)") }
            return join(try NodeID("n\(index)"), from: try sources[index].map { try NodeID("n\($0)") }, parameters)
          })
      }
      let bench = try Workbench()
      try bench.run(graph())
      var edited: Set<Int> = []
      for _ in 0..<3 {
        let index = Int.random(in: 0..<count, using: &generator)
        if edited.insert(index).inserted { texts[index] += "+" }
      }
      try bench.run(graph())
      // Which nodes give other bytes, and which edits made each node's own result another one.
      var changes = [Bool](repeating: false, count: count)
      var causes = [Set<Int>](repeating: [], count: count)
      for index in 0..<count {
        let reached = sources[index].filter { changes[$0] }
        causes[index] = reached.reduce(into: edited.contains(index) ? [index] : []) { $0.formUnion(causes[$1]) }
        changes[index] = !swallows[index] && (edited.contains(index) || !reached.isEmpty)
      }
      for index in 0..<count {
        let trace = try bench.reader.changes(of: try NodeID("n\(index)"), since: 1)
        let found = Set(trace.firstCauses.map(\.node))
        #expect(
          found == Set(causes[index].map { "n\($0)" }), "seed \(seed), round \(round), n\(index)")
      }
    }
  }

  @Test func runsAreNamed() throws {
    let bench = try Workbench()
    #expect(throws: StageError.self) { try bench.reader.run(#require(RunReference("last"))) }
    for text in ["x", "y", "z"] { try bench.run(diamond(a: ["text": .string(text)])) }
    #expect(try bench.reader.run(#require(RunReference("last"))).id == 3)
    #expect(try bench.reader.run(#require(RunReference("last~2"))).id == 1)
    #expect(try bench.reader.run(#require(RunReference("2"))).id == 2)
    #expect(throws: StageError.self) { try bench.reader.run(#require(RunReference("last~3"))) }
    #expect(throws: StageError.self) { try bench.reader.run(#require(RunReference("9"))) }
    for text in ["", "0", "-1", "last~", "last~x", "first", "last~-1"] { #expect(RunReference(text) == nil, "\(text)") }
  }
}
