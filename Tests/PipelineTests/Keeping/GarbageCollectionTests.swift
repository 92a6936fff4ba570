import Foundation
import GRDB
import Testing

@testable import Pipeline

@Suite struct GarbageCollectionTests {
  private func collect(_ bench: Workbench, dryRun: Bool = false, _ change: (inout Keeping) -> Void = { _ in }) throws
    -> Collected
  {
    var keeping = Keeping()
    change(&keeping)
    return try bench.coordinator.collect(keeping: keeping, dryRun: dryRun, ledger: bench.ledger, options: bench.options)
  }

  private func objects(_ bench: Workbench) throws -> Set<String> {
    Set(try Store(folder: bench.folder).objects().map(\.digest))
  }

  /// Entries and objects are the same set, and every entry that is left can be read.
  private func expectConsistent(_ bench: Workbench) throws {
    #expect(try objects(bench) == bench.ledger.knownDigests())
    #expect(try bench.ledger.database.read { try Row.fetchAll($0, sql: "PRAGMA foreign_key_check") }.isEmpty)
    let records = try ResultJournal(folder: bench.folder, files: bench.files).read().records
    #expect(Set(records.map(\.key)) == (try bench.ledger.allKeys()))
  }

  @Test func whatLaterResultsReplacedGoes() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    try bench.run(diamond(b: ["text": "B"]))
    #expect(try objects(bench).count == 6)
    let dry = try collect(bench, dryRun: true)
    #expect(dry.results.map(\.node).sorted() == ["b", "d"] && dry.artifacts == 2 && dry.keptResults == 4)
    #expect(try objects(bench).count == 6)
    let wet = try collect(bench)
    #expect(wet.results == dry.results && wet.bytes == dry.bytes)
    #expect(try objects(bench).count == 4)
    try expectConsistent(bench)
    #expect(try bench.run(diamond(b: ["text": "B"])).executed == [])
    // What went is made again when it is wanted again.
    #expect(try bench.run(diamond()).executed == ["b", "d"])
    try expectConsistent(bench)
  }

  @Test func keepsByRun() throws {
    let bench = try Workbench()
    let first = try bench.run(diamond())
    try bench.run(diamond(a: ["text": "A"]))
    let collected = try collect(bench) {
      $0.lastResults = false
      $0.runs = [first.run ?? 0]
    }
    #expect(collected.results.count == 4 && collected.keptResults == 4)
    try expectConsistent(bench)
    #expect(try bench.run(diamond()).executed == [])
  }

  /// What was up to date in a run belongs to it, too.
  @Test func keepsWhatARunDidNotExecute() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let second = try bench.run(diamond(d: ["text": "D"]))
    #expect(second.executed == ["d"])
    let collected = try collect(bench) {
      $0.lastResults = false
      $0.runs = [second.run ?? 0]
    }
    #expect(collected.results.map(\.node) == ["d"] && collected.keptResults == 4)
    #expect(try bench.run(diamond(d: ["text": "D"])).executed == [])
  }

  @Test func anUnknownRunRemovesNothing() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let error = #expect(throws: StageError.self) {
      try collect(bench) {
        $0.lastResults = false
        $0.runs = [99]
      }
    }
    #expect(error?.description.contains("There is no run 99") == true)
    #expect(try bench.run(diamond()).executed == [])
  }

  @Test func keepsByGraphAndByAge() throws {
    let bench = try Workbench()
    let versions = try (0..<3).map { try diamond(a: ["text": .int($0)]) }
    for graph in versions { try bench.run(graph) }
    try bench.ledger.database.write { try $0.execute(sql: "UPDATE runs SET started = 1000 * id") }
    let byAge = try collect(bench, dryRun: true) {
      $0.lastResults = false
      // What the second run left was there then.
      $0.since = 2500
    }
    #expect(byAge.keptResults == 8 && byAge.results.count == 4)
    let byGraph = try collect(bench) {
      $0.lastResults = false
      $0.graphs = [versions[1]]
    }
    // The graph's own four, and the last results of its nodes, which may fit again.
    #expect(byGraph.keptResults == 8 && byGraph.results.count == 4)
    #expect(try bench.run(versions[1]).executed == [])
    #expect(try bench.run(versions[2]).executed == [])
    #expect(try bench.run(versions[0]).executed.sorted() == ["a", "b", "c", "d"])
    try expectConsistent(bench)
  }

  @Test func whatTwoResultsShareStaysWithOne() throws {
    let bench = try Workbench()
    try bench.run(diamond(b: ["text": "b", "constant": "same"]))
    try bench.run(diamond(b: ["text": "c", "constant": "same"]))
    let collected = try collect(bench)
    #expect(collected.results.map(\.node) == ["b"] && collected.artifacts == 0)
    #expect(try objects(bench).count == 4)
    try expectConsistent(bench)
  }

  @Test func straysAndQuarantineGo() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    try Data("stray".utf8).write(
      to: URL(filePath: "\(bench.objectPath(of: "a").dropLast(62))" + String(repeating: "0", count: 62)))
    try LocalFileSystem().createFolder(bench.folder.quarantine)
    try Data("bad".utf8).write(to: URL(filePath: bench.folder.quarantine + "/x"))
    let collected = try collect(bench)
    #expect(collected.strays == 2 && collected.strayBytes == 8 && collected.results.isEmpty)
    #expect(try LocalFileSystem().list(bench.folder.quarantine) == [])
    try expectConsistent(bench)
  }

  /// What was interrupted may go on; what is done, made otherwise since, or nobody's, may not.
  @Test func progressGoesOnceNothingGoesOnFromIt() throws {
    let bench = try Workbench()
    let registry = StageRegistry([
      StageDefinition(name: "train", version: 1, isLight: true) { context in
        try Data(repeating: 7, count: 100).write(to: #require(context.progressFolder).appending(path: "state"))
        if context.parameters["fail"] != nil { throw StageError("The power went out.") }
        try context.write(Data("trained".utf8), to: "out")
      }
    ])
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    func run(_ id: NodeID, _ parameters: [String: ParameterValue]) throws {
      let node = Node(id: id, stage: "train", parameters: parameters, outputs: ["out"], ownsProgress: true)
      _ = try coordinator.run(
        Graph([node]), targets: nil, ledger: bench.ledger, options: bench.options, observer: SilentObserver())
    }
    try run("open", ["fail": true])
    try run("changed", ["fail": true, "rate": 1])
    try run("changed", ["rate": 2])
    try LocalFileSystem().createFolder(bench.folder.progress + "/nobody")
    try Data("left".utf8).write(to: URL(filePath: bench.folder.progress + "/nobody/x"))
    let key = try #require(try bench.ledger.lastResult(of: "changed")?.key)
    try LocalFileSystem().createFolder(bench.folder.progress(of: key))
    let before = try LocalFileSystem().list(bench.folder.progress)
    #expect(before.count == 4)
    let dry = try collect(bench, dryRun: true)
    #expect(dry.progress.map(\.node).sorted() == ["", "", "changed"] && dry.progress.contains { $0.bytes == 4 })
    #expect(dry.progress.first { $0.node == "changed" }.map { $0.bytes > 100 } == true)
    #expect(try LocalFileSystem().list(bench.folder.progress) == before)
    #expect(try collect(bench).progress == dry.progress)
    let open = try #require(try bench.ledger.executions(of: "open").first?.key)
    #expect(try LocalFileSystem().list(bench.folder.progress) == [open.hex])
  }

  /// A log stays with its result, and that of a failure while it is the last word.
  @Test func logsGoWithWhatTheyTellOf() throws {
    let bench = try Workbench()
    let registry = StageRegistry([
      StageDefinition(name: "talk", version: 1, isLight: true) { context in
        context.log("hello")
        if context.parameters["fail"] != nil { throw StageError("It broke.") }
        try context.write(Data("\(context.parameters)".utf8), to: "out")
      }
    ])
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    bench.options.keepsGoing = true
    func run(_ nodes: [(NodeID, [String: ParameterValue])]) throws {
      let nodes = nodes.map { Node(id: $0, stage: "talk", parameters: $1, outputs: ["out"]) }
      _ = try coordinator.run(
        Graph(nodes), targets: nil, ledger: bench.ledger, options: bench.options, observer: SilentObserver())
    }
    try run([("a/b", ["text": 1]), ("mended", ["fail": true]), ("broken", ["fail": 2])])
    try run([("a/b", ["text": 2]), ("mended", ["text": 3])])
    try LocalFileSystem().createFolder(bench.folder.logs + "/9")
    try Data("killed".utf8).write(to: URL(filePath: bench.folder.logs + "/9/killed.1.log"))
    let dry = try collect(bench, dryRun: true)
    #expect(dry.logs.map(\.name) == ["1/a/b.1.log", "1/mended.1.log", "9/killed.1.log"])
    #expect(dry.logs.map(\.bytes) == [6, 6, 6])
    #expect(try collect(bench).logs == dry.logs)
    let left = try LocalFileSystem().leaves(below: bench.folder.logs).map(\.path)
    #expect(left == ["1/broken.1.log", "2/a/b.1.log", "2/mended.1.log"])
    #expect(try LocalFileSystem().list(bench.folder.logs) == ["1", "2"])
  }
}
