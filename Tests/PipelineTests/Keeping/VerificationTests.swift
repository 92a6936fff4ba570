import Foundation
import GRDB
import Synchronization
import Testing

@testable import Pipeline

@Suite struct VerificationTests {
  @Test func everyArtifactIsRead() throws {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    let reader = try CacheReader(bench.folder)
    let sound = try reader.verify()
    #expect(sound.isSound && sound.artifacts == 4 && sound.bytes > 0)
    let digests = try ["b", "c"].map { try #require(reader.lastResult(of: $0)?.outputs.first?.artifact.digest) }
    let paths = digests.map { Store(folder: bench.folder).path(of: $0) }
    chmod(paths[0], 0o644)
    var data = try Data(contentsOf: URL(filePath: paths[0]))
    data[1] ^= 2
    try data.write(to: URL(filePath: paths[0]))
    try FileManager.default.removeItem(atPath: paths[1])
    let bad = try reader.verify().bad
    #expect(Set(bad.map(\.problem)) == [.damaged, .missing])
    #expect(Set(bad.flatMap(\.outputs)) == ["out of b", "out of c"])
  }

  /// The seal of an entry covers its key and outputs; all else that the ledger says is held against the record.
  @Test(arguments: [
    "UPDATE executions SET duration = duration + 1 WHERE node_id = (SELECT id FROM nodes WHERE name = 'b')",
    "UPDATE executions SET host = 'another' WHERE node_id = (SELECT id FROM nodes WHERE name = 'b')",
    "UPDATE results SET stage_version = 99 WHERE id = (SELECT result_id FROM nodes WHERE name = 'b')",
    "DELETE FROM result_components WHERE position > 1 AND result_id = (SELECT result_id FROM nodes WHERE name = 'b')",
  ]) func theLedgerIsHeldAgainstItsRecords(edit: String) throws {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    try DatabaseQueue(path: bench.folder.ledger).write { try $0.execute(sql: edit) }
    let verified = try CacheReader(bench.folder).verify()
    #expect(!verified.isSound && verified.contradicted == ["b"] && verified.damagedEntries.isEmpty)
    // What `verify` advises.
    for name in try LocalFileSystem().list(bench.folder.path) where name.hasPrefix("ledger.sqlite") {
      try FileManager.default.removeItem(atPath: bench.folder.path + "/" + name)
    }
    #expect(try bench.coordinator.run(diamond(), options: bench.options).executed.isEmpty)
    #expect(try CacheReader(bench.folder).verify().isSound)
  }

  @Test func aRecordThatIsDamagedIsWrittenAnewByCollecting() throws {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    let path = try #require(LocalFileSystem().list(bench.folder.records).map { bench.folder.records + "/" + $0 }.first)
    var data = try Data(contentsOf: URL(filePath: path))
    let line = try #require(data.firstRange(of: Data("\"node\":\"b\"".utf8)))
    data[line.lowerBound + 9] ^= 1
    try data.write(to: URL(filePath: path))
    let verified = try CacheReader(bench.folder).verify()
    #expect(!verified.isSound && verified.damagedRecords == 1 && verified.unrecorded == ["b"])
    let coordinator = bench.coordinator
    _ = try coordinator.collect(keeping: Keeping(), dryRun: false, options: bench.options)
    #expect(try CacheReader(bench.folder).verify().isSound)
  }

  /// Damage that leaves size and times as they were is not noticed by a run, which does not read what has not moved; once it
  /// is found by reading, the next run looks.
  @Test(arguments: ["verify", "copy"]) func damageThatLeavesNoTraceIsMendedOnceItIsFound(by: String) throws {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    let digest = try #require(CacheReader(bench.folder).lastResult(of: "b")?.outputs.first?.artifact.digest)
    let path = Store(folder: bench.folder).path(of: digest)
    chmod(path, 0o644)
    var data = try Data(contentsOf: URL(filePath: path))
    data[1] ^= 2
    try data.write(to: URL(filePath: path))
    let stamp = try #require(try LocalFileSystem().stamp(of: path))
    try DatabaseQueue(path: bench.folder.ledger).write {
      try $0.execute(
        sql: "UPDATE artifacts SET inode = ?, modified = ?, changed = ?, checked = ? WHERE digest = ?",
        arguments: [stamp.inode, stamp.modified, stamp.changed, stamp.modified + 10_000_000_000, digest.hex])
    }
    #expect(try bench.coordinator.run(diamond(), options: bench.options).upToDateCount == 4)
    let target = bench.root.appending(path: "copy")
    if by == "verify" {
      #expect(try CacheReader(bench.folder).verify().bad.map(\.problem) == [.damaged])
    } else {
      #expect(throws: StageError.self) { try CacheReader(bench.folder).materialise("out", of: "b", to: target) }
      #expect(try LocalFileSystem().list(bench.root.path) == ["cache"])
    }
    #expect(try bench.coordinator.run(diamond(), options: bench.options).executed == ["b"])
    #expect(try CacheReader(bench.folder).verify().isSound)
  }

  /// A queue of outputs that stages take from.
  private final class Queue: Sendable {
    let values: Mutex<[String]>
    init(_ values: [String]) { self.values = Mutex(values) }
    func take() -> String { values.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
  }

  private func verdict(_ outputs: [String], tolerance: Tolerance?) throws -> Reexecuted.Verdict {
    let bench = try Workbench()
    let queue = Queue(outputs)
    let registry = StageRegistry([
      StageDefinition(name: "drift", version: 1, isLight: true, tolerance: tolerance) { context in
        try context.write(Data(queue.take().utf8), to: "out.csv")
      }
    ])
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    let graph = try Graph([Node(id: "n", stage: "drift", outputs: ["out.csv"])])
    _ = try coordinator.run(graph, options: bench.options)
    let before = try CacheReader(bench.folder).results()
    let verdicts = try coordinator.rerun(["n"], of: graph, options: bench.options)
    #expect(try CacheReader(bench.folder).results() == before)
    #expect(try LocalFileSystem().list(bench.folder.work) == [])
    return try #require(verdicts.first).verdict
  }

  @Test func bitsFirstThenTolerance() throws {
    let tight = Tolerance(relative: 1e-6)
    #expect(try verdict(["a,1.5", "a,1.5"], tolerance: nil) == .sameBits)
    #expect(try verdict(["a,1.5", "a,1.5000001"], tolerance: nil) == .differs(output: "out.csv", relative: .infinity))
    guard case .withinTolerance(let relative) = try verdict(["a,1.5", "a,1.5000001"], tolerance: tight) else {
      throw StageError("should be within tolerance")
    }
    #expect(relative > 1e-8 && relative < 1e-6)
    guard case .differs("out.csv", let far) = try verdict(["a,1.5", "a,1.6"], tolerance: tight) else {
      throw StageError("should differ")
    }
    #expect(abs(far - 0.0625) < 1e-12)
    // Other words are never within a tolerance.
    #expect(
      try verdict(["a,1.5", "b,1.5"], tolerance: Tolerance(relative: 1))
        == .differs(output: "out.csv", relative: .infinity))
    #expect(try verdict(["x nan", "x nan"], tolerance: nil) == .sameBits)
  }

  @Test func theFirstThatDiffersIsNamed() throws {
    let bench = try Workbench()
    let queue = Queue(["1", "2"])
    let registry = StageRegistry([
      StageDefinition(name: "steady", version: 1, isLight: true) { try $0.write(Data("same".utf8), to: "out") },
      StageDefinition(name: "drift", version: 1, isLight: true) { try $0.write(Data(queue.take().utf8), to: "out") },
    ])
    let graph = try Graph([
      join("z", stage: "steady"), join("m", from: ["z"], stage: "drift"), join("a", from: ["m"], stage: "steady"),
    ])
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    #expect(throws: StageError.self) { try coordinator.rerun(["m"], of: graph, options: bench.options) }
    _ = try coordinator.run(graph, options: bench.options)
    let verdicts = try coordinator.rerun(["a", "m", "z"], of: graph, options: bench.options)
    #expect(verdicts.map(\.node) == ["z", "m", "a"])
    #expect(verdicts.map(\.isAlike) == [true, false, true])
  }

  /// That a node is stale is said before another is executed for hours.
  @Test func allMustBeUpToDateBeforeAnyIsExecuted() throws {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    var verdicts: [NodeID] = []
    let error = #expect(throws: StageError.self) {
      try bench.coordinator.rerun(["a", "b", "d"], of: diamond(b: ["text": "B"]), options: bench.options) {
        verdicts.append($0.node)
      }
    }
    #expect(error?.description == "b, d are not up to date: build first, then verify.")
    #expect(verdicts == [])
  }

  @Test func aNodeThatTakesTooLongIsEnded() throws {
    let bench = try Workbench()
    let isBuilt = Mutex(false)
    let registry = StageRegistry([
      StageDefinition(name: "slow", version: 1, isLight: true) { context in
        try context.write(Data("x".utf8), to: "out")
        // Until it is asked to stop.
        while isBuilt.withLock({ $0 }) {
          try context.checkCancellation()
          usleep(1000)
        }
      }
    ])
    let graph = try Graph([Node(id: "s", stage: "slow", outputs: ["out"])])
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    _ = try coordinator.run(graph, options: bench.options)
    isBuilt.withLock { $0 = true }
    bench.options.timeout = 0.01
    let verdicts = try coordinator.rerun(["s"], of: graph, options: bench.options)
    #expect(verdicts.map(\.verdict) == [.failed("It ran longer than the 0.01 s it may take.")])
  }

  @Test func numbersOfTextStandAlone() throws {
    let numbers = try #require(Tolerance.text("t.csv", Data("d4,1.5,-2e-3\n#ff0000 v1.2.3 nan".utf8)))
    #expect(numbers.values == [1.5, -0.002])
    #expect(numbers.rest == "d4,#,#\n#ff0000 v1.2.3 nan")
    #expect(Tolerance.text("model.bin", Data())?.values == nil)
  }
}
