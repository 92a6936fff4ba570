import Foundation
import Testing

@testable import Pipeline

@Suite struct AcceptTests {
  @Test func aResultIsKeptAcrossAVersion() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    bench.versions["other"] = 2
    #expect(try bench.plan(diamond()).stale == ["c"])
    let accepted = try bench.accept(["c"], of: diamond(), reason: "renamed variables")
    #expect(accepted.map(\.node) == ["c"] && accepted[0].reason == "renamed variables")
    #expect(accepted[0].changes == [.init(component: "version", from: "1", to: "2")])
    #expect(try bench.plan(diamond()).isUpToDate)
    #expect(try bench.run(diamond()).executed == [])
    // Times, machine and metrics stay those of the execution.
    let made = try bench.reader.provenance(of: "c" as NodeID)
    #expect(made.version == 2 && made.execution?.run == 1 && made.acceptances == accepted)
    #expect(made.text().contains("renamed variables"))
    #expect(try bench.reader.changes(of: "c", since: 1).firstCauses.map(\.change.component) == ["version"])
    // Once more says nothing new.
    #expect(try bench.accept(["c"], of: diamond()).isEmpty)
  }

  @Test func acceptancesAddUpAndEndWithAnExecution() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    for version in 2...4 {
      bench.versions["other"] = version
      _ = try bench.accept(["c"], of: diamond(), reason: "version \(version)")
    }
    #expect(
      try bench.reader.provenance(of: "c" as NodeID).acceptances.map(\.reason) == [
        "version 2", "version 3", "version 4",
      ])
    #expect(try bench.reader.acceptances().allSatisfy(\.isInEffect))
    bench.versions["other"] = 5
    #expect(try bench.run(diamond()).executed == ["c"])
    let after = try bench.reader.acceptances()
    #expect(after.count == 3 && after.allSatisfy { !$0.isInEffect })
    #expect(try bench.reader.provenance(of: "c" as NodeID).acceptances.isEmpty)
    // Back at an accepted version they count again.
    bench.versions["other"] = 3
    #expect(try bench.run(diamond()).executed == [])
    #expect(try bench.reader.acceptances().map(\.isInEffect) == [true, true, false])
  }

  @Test func whatIsMoreThanCosmeticIsRefused() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    bench.versions["other"] = 2
    func refusal(_ nodes: [NodeID], _ graph: Graph, reason: String = "x", including: Set<String> = []) -> String {
      do {
        _ = try bench.accept(nodes, of: graph, reason: reason, including: including)
        return ""
      } catch {
        return sentence(of: error)
      }
    }
    #expect(
      refusal(["c"], try diamond(c: ["text": "C"])).contains("more changed than its stage's version: parameters.text"))
    #expect(refusal(["d"], try diamond()).contains("reads from c, which is not up to date"))
    #expect(refusal(["c"], try diamond(), reason: " \n").contains("needs a reason"))
    #expect(refusal(["new"], try Graph([join("new")])).contains("never built"))
    try FileManager.default.removeItem(atPath: bench.objectPath(of: "c"))
    #expect(refusal(["c"], try diamond()).contains("missing or damaged"))
    #expect(try bench.reader.acceptances().isEmpty && bench.reader.runList(limit: 9).runs.count == 1)
  }

  @Test func whatIsNamedMayDiffer() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let spelledOut = try diamond(b: ["text": "b", "epsilon": 1e-8])
    let accepted = try bench.accept(["b"], of: spelledOut, including: ["parameters.epsilon"])
    #expect(accepted[0].changes == [.init(component: "parameters.epsilon", from: nil, to: "1e-08")])
    #expect(try bench.plan(spelledOut).isUpToDate)
  }

  /// A chain is accepted from its beginning on, all of it or nothing.
  @Test func manyAreAcceptedTogether() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    bench.versions["join"] = 2
    #expect(throws: AcceptError.self) {
      try bench.accept(["a", "b", "d"], of: diamond(d: ["text": "D"]))
    }
    #expect(try bench.reader.acceptances().isEmpty)
    #expect(try bench.accept(["a", "b", "d"], of: diamond()).map(\.node) == ["a", "b", "d"])
    #expect(try bench.plan(diamond()).isUpToDate)
  }

  @Test func nobodyAcceptsWhileARunHoldsTheCache() throws {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    bench.versions["other"] = 2
    let lock = try CacheLock(bench.folder, timeout: 0)
    var options = bench.options
    options.lockTimeout = 0
    #expect(throws: LockError.self) {
      try bench.coordinator.accept(["c"], of: diamond(), reason: "x", options: options)
    }
    _ = lock
  }

  /// A cache on disk in which `c` was accepted twice.
  private func accepted() throws -> Workbench {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    for version in 2...3 {
      bench.versions["other"] = version
      _ = try bench.coordinator.accept(["c"], of: diamond(), reason: "version \(version)", options: bench.options)
    }
    return bench
  }

  /// A ledger that is made anew knows what was accepted, when, why, and in which run.
  @Test func aLostLedgerDoesNotForgetThem() throws {
    let bench = try accepted()
    let before = try CacheReader(bench.folder)
    let (acceptances, made) = (try before.acceptances(), try before.provenance(of: "c" as NodeID))
    #expect(acceptances.map(\.reason) == ["version 2", "version 3"] && made.acceptances == acceptances)
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: bench.folder.ledger + suffix) }
    let summary = try bench.coordinator.run(diamond(), options: bench.options)
    #expect(summary.executed == [] && summary.reused == [] && summary.upToDateCount == 4)
    let after = try CacheReader(bench.folder)
    #expect(try after.acceptances() == acceptances)
    let again = try after.provenance(of: "c" as NodeID)
    #expect(again.acceptances == acceptances && again.execution?.run == made.execution?.run)
    // It was executed once, whatever is told of it.
    #expect(try after.ledger.executions(of: "c").count == 1)
    // And it ends as it would have ended.
    bench.versions["other"] = 4
    #expect(try bench.coordinator.run(diamond(), options: bench.options).executed == ["c"])
    #expect(try CacheReader(bench.folder).acceptances().allSatisfy { !$0.isInEffect })
  }

  @Test func anotherMachineIsToldOfThem() throws {
    let source = try accepted()
    let archive = source.root.appending(path: "cache.tar").path
    _ = try CacheReader(source.folder).export(to: archive)
    let target = try Workbench()
    target.versions["other"] = 3
    _ = try target.coordinator.take(archive: archive, options: target.options)
    #expect(try target.coordinator.run(diamond(), options: target.options).upToDateCount == 4)
    let reader = try CacheReader(target.folder)
    let there = try CacheReader(source.folder).acceptances()
    let here = try reader.acceptances()
    #expect(here.map(\.reason) == ["version 2", "version 3"] && here.allSatisfy(\.isInEffect))
    #expect(here.map(\.changes) == there.map(\.changes) && here.map(\.accepted) == there.map(\.accepted))
    #expect(try reader.provenance(of: "c" as NodeID).acceptances == here)
    // Taken in twice, they are told once.
    _ = try target.coordinator.take(archive: archive, options: target.options)
    #expect(try CacheReader(target.folder).acceptances() == here)
  }

  /// What could not be written down was not accepted, and does not come back with a ledger that is made anew.
  @Test func whatCannotBeWrittenDownIsNotAccepted() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    bench.versions["other"] = 2
    let records = try ResultJournal(folder: bench.folder, files: bench.files).read().records
    bench.files = RecordsAreFull()
    let error = #expect(throws: FileError.self) { try bench.accept(["c"], of: diamond()) }
    #expect(error?.code == ENOSPC)
    bench.files = HastyFileSystem()
    #expect(try bench.reader.acceptances().isEmpty && bench.ledger.runs().count == 1)
    #expect(try ResultJournal(folder: bench.folder, files: bench.files).read().records == records)
    #expect(try bench.plan(diamond()).stale == ["c"])
  }
}

/// A disk that has no room when records are to be put down for good.
private struct RecordsAreFull: DiskDouble {
  func synchronise(_ path: String) throws(FileError) { throw FileError("write", path, code: ENOSPC) }
}
