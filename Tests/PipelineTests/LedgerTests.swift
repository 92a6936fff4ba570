import Foundation
import GRDB
import Testing

@testable import Pipeline

@Suite struct LedgerTests {
  private func withCache(_ body: (CacheFolder) throws -> Void) throws {
    let root = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    try body(CacheFolder(root))
  }

  @Test func aNewerLedgerIsRefused() throws {
    try withCache { folder in
      _ = try Ledger.open(folder)
      try DatabaseQueue(path: folder.ledger).write {
        try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99')")
      }
      #expect(throws: LedgerError.newer(path: folder.ledger)) { try Ledger.open(folder) }
      #expect(throws: LedgerError.newer(path: folder.ledger)) { try Ledger.openForReading(folder) }
    }
  }

  @Test func whatIsNoLedgerIsRefused() throws {
    try withCache { folder in
      #expect(throws: LedgerError.missing(path: folder.ledger)) { try Ledger.openForReading(folder) }
      try Data("this is no database, but long enough to be taken for one by its size".utf8)
        .write(to: URL(filePath: folder.ledger))
      #expect(throws: LedgerError.notALedger(path: folder.ledger)) { try Ledger.open(folder) }
      #expect(throws: LedgerError.notALedger(path: folder.ledger)) { try Ledger.openForReading(folder) }
      try FileManager.default.removeItem(atPath: folder.ledger)
      try DatabaseQueue(path: folder.ledger).write { try $0.execute(sql: "CREATE TABLE photos (id INTEGER)") }
      #expect(throws: LedgerError.notALedger(path: folder.ledger)) { try Ledger.open(folder) }
    }
  }

  /// What was finished is on disk before its progress folder goes: 2 is FULL.
  @Test func everyCommitIsPutDownForGood() throws {
    try withCache { folder in
      for _ in 0..<2 {
        let ledger = try Ledger.open(folder)
        #expect(try ledger.database.read { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
      }
    }
  }

  @Test func theMachineOfAnExecutionIsKept() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    #expect(try bench.ledger.executions(of: "a").map(\.environment) == [[:]])
    bench.machine = ["kernel": "Haswell \"2\"", "processor": "x"]
    try bench.run(diamond(a: ["text": "A"]))
    #expect(try bench.ledger.executions(of: "a").map(\.environment) == [bench.machine, [:]])
    let execution = try #require(try bench.ledger.currentExecutions()["a"])
    #expect(execution.environment == bench.machine)
    // The machine is no part of a key.
    bench.machine = [:]
    #expect(try bench.run(diamond(a: ["text": "A"])).executed == [])
  }

  @Test func nodesWithOneKeyShareTheExecution() throws {
    let bench = try Workbench()
    try bench.run(Graph([join("a", ["text": "same"]), join("b", ["text": "same"])]))
    let executions = try bench.ledger.currentExecutions()
    #expect(executions["a"]?.id != nil && executions["a"]?.id == executions["b"]?.id)
  }

  @Test func aLedgerOfTheFirstVersionIsBroughtUpToDate() throws {
    let queue = try DatabaseQueue()
    try LedgerSchema.migrator.migrate(queue, upTo: "1")
    try queue.write { db in
      try db.execute(sql: "INSERT INTO runs (id, started, status, host, pid, command) VALUES (1, 0, 'done', '', 0, '')")
      try db.execute(sql: "INSERT INTO nodes (id, name) VALUES (1, 'a')")
      try db.execute(
        sql: """
          INSERT INTO executions (run_id, node_id, key, attempt, started, duration, host, status)
          VALUES (1, 1, '', 1, 0, 2, 'h', 'done')
          """)
    }
    let executions = try Ledger(queue).executions(of: "a")
    #expect(executions.map(\.duration) == [2])
    #expect(executions.map(\.environment) == [[:]])
  }

  @Test func tablesAreStrictAndForeignKeysHold() throws {
    let ledger = try Ledger(DatabaseQueue())
    #expect(throws: DatabaseError.self) {
      try ledger.database.write {
        try $0.execute(sql: "INSERT INTO artifacts (digest, size, checked) VALUES ('x', 'y', 0)")
      }
    }
    #expect(throws: DatabaseError.self) {
      try ledger.database.write { try $0.execute(sql: "INSERT INTO nodes (name, result_id) VALUES ('x', 7)") }
    }
  }

  @Test func readersNeedNoLock() throws {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    let lock = try CacheLock(bench.folder, timeout: 0)
    let reader = try CacheReader(bench.folder)
    #expect(try reader.plan(diamond(), registry: bench.registry).isUpToDate)
    #expect(try reader.results().count == 4)
    // A write in the middle does not stop them either.
    let writer = try Ledger.open(bench.folder)
    try writer.database.unsafeReentrantWrite { db in
      try db.execute(sql: "BEGIN IMMEDIATE")
      try db.execute(sql: "DELETE FROM metrics")
      #expect(try reader.ledger.metrics(of: "a").count == 2)
      try db.execute(sql: "ROLLBACK")
    }
    _ = lock
  }

  @Test func tellsWhatANodeWasMadeFrom() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let components = try bench.ledger.components(of: "d")
    let inputs = try ["b", "c"].compactMap { try bench.ledger.lastResult(of: $0)?.outputs[0].artifact.digest.hex }
    #expect(
      components.map { "\($0.name)=\($0.value)" } == [
        "stage=join", "version=1", "outputs=[\"out\"]", "parameters.text=\"d\"", "inputs.in0=\(inputs[0])",
        "inputs.in1=\(inputs[1])",
      ])
    #expect(components[4].digest.hex == inputs[0])
    let metrics = try bench.ledger.metrics(of: "a")
    #expect(
      metrics == [Metric(name: "length", value: 3), Metric(name: "seconds", step: 3, value: 0.5, isVolatile: true)])
    #expect(try bench.ledger.currentExecutions().count == 4)
    #expect(try bench.ledger.executions(of: "a").map(\.status) == ["done"])
  }

  @Test func whyFollowsUpstreamToTheCause() throws {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    let reader = try CacheReader(bench.folder)
    let why = try reader.why("d", graph: diamond(b: ["more": 1]), registry: bench.registry)
    #expect(why.nodes.map(\.id) == ["b", "d"])
    #expect(why.firstCauses == ["b"])
    #expect(why.nodes[0].reasons.map(\.text) == ["parameters.more is new (1)", "parameters.text is gone (was \"b\")"])
    #expect(why.nodes[1].state == .waits && why.nodes[1].waitsFor == ["b"] && why.nodes[1].reasons == [])
    #expect(
      try CacheReader.why("d", graph: diamond(b: ["more": 1]), registry: bench.registry, folder: bench.folder)
        .nodes.map(\.id) == ["b", "d"])
    let none = CacheFolder(bench.root.appending(path: "no"))
    #expect(
      try CacheReader.why("b", graph: diamond(), registry: bench.registry, folder: none).nodes.map(\.id) == ["a", "b"])
    #expect(
      try CacheReader.plan(diamond(), registry: bench.registry, folder: CacheFolder(bench.root.appending(path: "no")))
        .stale == ["a"])
  }

  @Test func theMountOfAPathIsTheLongest() {
    let table = "/dev/a / ext4 rw 0 0\nserver:/x /data nfs4 rw 0 0\n/dev/b /data/local\\040disk xfs rw 0 0\n"
    #expect(Mount.kind(of: "/home", in: table) == "ext4")
    #expect(Mount.kind(of: "/data/cache", in: table) == "nfs4")
    #expect(Mount.kind(of: "/database", in: table) == "ext4")
    #expect(Mount.kind(of: "/data/local disk/x", in: table) == "xfs")
  }

  @Test(arguments: [
    ("ext4", true), ("xfs", true), ("btrfs", true), ("overlay", true), ("tmpfs", true), ("fuseblk", true),
    ("nfs", false), ("nfs4", false), ("cifs", false), ("autofs", false), ("fuse", false), ("fuse.sshfs", false),
    ("lustre", false), ("gpfs", false), ("beegfs", false),
  ])
  func sharedKindsAreNotLocal(kind: String, isLocal: Bool) {
    #expect(Mount.isLocal(kind: kind) == isLocal)
  }

  @Test func linksAreFollowedToTheirMount() throws {
    try withCache { folder in
      let real = Mount.resolved(folder.path)
      try FileManager.default.createDirectory(atPath: folder.path + "/there", withIntermediateDirectories: true)
      try LocalFileSystem().link(folder.path + "/here", to: folder.path + "/there")
      #expect(Mount.resolved(folder.path + "/here") == real + "/there")
      #expect(Mount.resolved(folder.path + "/here/not/yet") == real + "/there/not/yet")
    }
  }
}
