import Foundation
import Testing

@testable import Pipeline

/// Exactly which nodes are executed.
@Suite struct IncrementalTests {
  @Test func firstRunExecutesAllAndSecondNothing() throws {
    let bench = try Workbench()
    let first = try bench.run(diamond())
    #expect(first.executed == ["a", "b", "c", "d"])
    let second = try bench.run(diamond())
    #expect(second.executed == [] && second.reused == [] && second.upToDateCount == 4)
    #expect(second.run == nil)
    let text = try String(contentsOfFile: bench.objectPath(of: "d"), encoding: .utf8)
    #expect(text == "\"d\"(\"b\"(\"a\"))(\"c\"(\"a\"))")
  }

  /// What is done with results is done before another run can change them.
  @Test func successIsToldUnderTheLock() throws {
    let bench = try Workbench()
    var told: [[NodeID]] = []
    for _ in 0..<2 {
      _ = try bench.coordinator.run(diamond(), options: bench.options) { summary, cache in
        told.append(summary.executed)
        let results = try cache.results()
        #expect(results.count == 4)
        #expect(throws: LockError.self) { try CacheLock(bench.folder, timeout: 0) }
      }
    }
    #expect(told == [["a", "b", "c", "d"], []])
    let failing = try diamond(b: ["fail": "It has to."])
    let summary = try bench.coordinator.run(failing, options: bench.options) { _, _ in told.append([]) }
    #expect(!summary.isSuccess)
    #expect(told.count == 2)
  }

  @Test func aChangedParameterExecutesWhatHangsOnIt() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let plan = try bench.plan(diamond(b: ["text": "B"]))
    #expect(plan.stale == ["b"])
    guard case .stale(_, let reasons) = plan.state(of: "b") else { throw StageError("b should be stale") }
    #expect(reasons == [.changed(component: "parameters.text", from: "\"b\"", to: "\"B\"")])
    #expect(plan.state(of: "d") == .waits(for: ["b"], own: []))
    #expect(try bench.run(diamond(b: ["text": "B"])).executed == ["b", "d"])
  }

  @Test func aStageVersionExecutesItsNodes() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    bench.versions["other"] = 2
    guard case .stale(_, let reasons) = try bench.plan(diamond()).state(of: "c") else {
      throw StageError("c should be stale")
    }
    #expect(reasons.map(\.description) == ["stage version changed from 1 to 2"])
    // The same bytes come out: d is found again without being executed.
    let summary = try bench.run(diamond())
    #expect(summary.executed == ["c"])
    #expect(summary.upToDateCount == 3)
  }

  @Test func theSameBytesStopTheWave() throws {
    let bench = try Workbench()
    let before = try diamond(b: ["text": "b", "constant": "same"])
    let after = try diamond(b: ["text": "other", "constant": "same"])
    try bench.run(before)
    let summary = try bench.run(after)
    #expect(summary.executed == ["b"])
    #expect(summary.upToDateCount == 3)
    #expect(try bench.plan(after).isUpToDate)
  }

  @Test func goingBackExecutesNothing() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    try bench.run(diamond(a: ["text": "A"]))
    let back = try bench.run(diamond())
    #expect(back.executed == [])
    #expect(back.reused == ["a", "b", "c", "d"])
    #expect(try bench.run(diamond()).upToDateCount == 4)
  }

  @Test func nodesWithTheSameKeyAreExecutedOnce() throws {
    let bench = try Workbench()
    bench.options.maxThreads = 4
    let graph = try Graph((0..<5).map { join(try NodeID("twin/\($0)"), ["text": "same"]) })
    let summary = try bench.run(graph)
    #expect(summary.executed == ["twin/0"])
    #expect(summary.reused.sorted() == ["twin/1", "twin/2", "twin/3", "twin/4"])
    #expect(try bench.plan(graph).isUpToDate)
  }

  @Test func aSelectionRunsWithWhatItNeeds() throws {
    let bench = try Workbench()
    let graph = try diamond()
    #expect(try bench.run(graph, targets: graph.select(["b"])).executed == ["a", "b"])
    #expect(try bench.run(graph).executed == ["c", "d"])
  }

  @Test func aMissingArtifactIsMadeAgain() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    try FileManager.default.removeItem(atPath: bench.objectPath(of: "b"))
    guard case .stale(_, let reasons) = try bench.plan(diamond()).state(of: "b") else {
      throw StageError("b should be stale")
    }
    #expect(reasons == [.artifactMissing(output: "out")])
    #expect(try bench.run(diamond()).executed == ["b"])
    #expect(try bench.plan(diamond()).isUpToDate)
  }

  @Test func aRawFileCountsByContent() throws {
    let bench = try Workbench()
    let raw = bench.root.appending(path: "raw.txt")
    let graph = try Graph([
      Node(id: "a", stage: "join", inputs: [NodeInput("raw", .file(raw))], outputs: ["out"])
    ])
    let missing = try bench.run(graph)
    #expect(missing.failed.map(\.node) == ["a"])
    #expect(missing.failed.first?.sentence.contains("raw.txt") == true)
    try Data("one".utf8).write(to: raw)
    #expect(try bench.run(graph).executed == ["a"])
    try Data("one".utf8).write(to: raw)
    #expect(try bench.run(graph).executed == [])
    try Data("two".utf8).write(to: raw)
    #expect(try bench.run(graph).executed == ["a"])
  }

  @Test func foldersOfOutputsAreDiscovered() throws {
    let bench = try Workbench()
    let many = StageDefinition(name: "many", version: 1, isLight: true) { context in
      for index in 0..<(context.parameters["count"]?.intValue ?? 0) {
        try Data("\(index)".utf8).write(to: context.output("parts/p\(index).txt"))
      }
    }
    var registry = bench.registry
    registry.add(many)
    func graph(count: Int) throws -> Graph {
      try Graph([
        Node(id: "many", stage: "many", parameters: ["count": .int(count)], outputs: ["parts/"]),
        Node(
          id: "all", stage: "join", inputs: [NodeInput("p", .output(of: "many", named: "parts/"))], outputs: ["out"]),
        Node(
          id: "one", stage: "join", inputs: [NodeInput("p", .output(of: "many", named: "parts/p1.txt"))],
          outputs: ["out"]),
      ])
    }
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    func run(_ count: Int) throws -> RunSummary {
      try coordinator.run(
        graph(count: count), targets: nil, ledger: bench.ledger, options: bench.options, observer: SilentObserver())
    }
    #expect(try run(3).executed == ["many", "all", "one"])
    #expect(try String(contentsOfFile: bench.objectPath(of: "all"), encoding: .utf8) == "(0)(1)(2)")
    #expect(try run(4).executed == ["many", "all"])
    let less = try run(1)
    #expect(less.failed.map(\.node) == ["one"])
    #expect(less.failed.first?.sentence.contains("parts/p1.txt") == true)
  }
}
