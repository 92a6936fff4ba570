import Foundation
import GRDB
import Testing

@testable import Pipeline

/// A ledger that is lost, and what is left of it.
@Suite struct RecoveryTests {
  private func filled() throws -> Workbench {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    return bench
  }

  private func overwrite(_ path: String, _ change: (inout Data) -> Void) throws {
    var data = try Data(contentsOf: URL(filePath: path))
    change(&data)
    try data.write(to: URL(filePath: path))
  }

  private func removeLog(_ bench: Workbench) {
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: bench.folder.ledger + suffix) }
  }

  /// Its whole header gone, or its pages: nothing is executed again.
  @Test(arguments: ["header", "pages"])
  func aDamagedLedgerIsMadeAnewFromTheRecords(kind: String) throws {
    let bench = try filled()
    let before = try CacheReader(bench.folder).ledger.components(of: "d")
    removeLog(bench)
    try overwrite(bench.folder.ledger) { data in
      if kind == "header" {
        data.replaceSubrange(0..<100, with: Data(repeating: 0x5A, count: 100))
      } else {
        for page in stride(from: 4096, to: data.count, by: 4096) {
          data.replaceSubrange(page..<min(page + 64, data.count), with: Data(repeating: 0xA5, count: 64))
        }
      }
    }
    let observer = MessageObserver()
    let summary = try bench.coordinator.run(diamond(), options: bench.options, observer: observer)
    #expect(summary.executed == [] && summary.upToDateCount == 4)
    let message = try #require(observer.messages.first)
    #expect(message.contains("was damaged") && message.contains("4 results of 4 nodes") && message.contains("Lost are"))
    #expect(try LocalFileSystem().list(bench.folder.quarantine).contains { $0.hasPrefix("ledger-") })
    let reader = try CacheReader(bench.folder)
    #expect(try reader.ledger.components(of: "d") == before)
    #expect(
      try reader.ledger.metrics(of: "a") == [
        Metric(name: "length", value: 3), Metric(name: "seconds", step: 3, value: 0.5, isVolatile: true),
      ])
    #expect(try reader.verify().isSound)
  }

  /// Deleted, or emptied, or made anew without its records: as damaged as any other.
  @Test(arguments: ["gone", "empty", "blank"])
  func aLostLedgerIsMadeAnewFromTheRecords(kind: String) throws {
    let bench = try filled()
    removeLog(bench)
    try FileManager.default.removeItem(atPath: bench.folder.ledger)
    if kind == "empty" { try Data().write(to: URL(filePath: bench.folder.ledger)) }
    if kind == "blank" { _ = try Ledger.open(bench.folder) }
    let observer = MessageObserver()
    let summary = try bench.coordinator.run(diamond(), options: bench.options, observer: observer)
    #expect(summary.executed == [] && summary.upToDateCount == 4)
    #expect(observer.messages.first?.contains("4 results of 4 nodes") == true)
    #expect(try CacheReader(bench.folder).verify().isSound)
  }

  @Test func whatTheStoreLacksIsToldAndMadeAgain() throws {
    let bench = try filled()
    try FileManager.default.removeItem(
      atPath: Store(folder: bench.folder).path(
        of: try #require(CacheReader(bench.folder).lastResult(of: "c")?.outputs.first?.artifact.digest)))
    let records = try LocalFileSystem().list(bench.folder.records)
    #expect(records.count == 1)
    // One record is damaged as well.
    let record = bench.folder.records + "/" + records[0]
    try overwrite(record) { data in
      if let range = data.range(of: Data("\"node\":\"b\"".utf8)) { data[range.lowerBound + 3] ^= 1 }
    }
    removeLog(bench)
    try Data("gone".utf8).write(to: URL(filePath: bench.folder.ledger))
    let observer = MessageObserver()
    let summary = try bench.coordinator.run(diamond(), options: bench.options, observer: observer)
    #expect(Set(summary.executed) == ["b", "c"])
    #expect(observer.messages.first?.contains("1 artifact of them is not in the store") == true)
    #expect(observer.messages.first?.contains("1 record could not be read") == true)
  }

  /// A file that is no ledger, where there are no records, is somebody else's.
  @Test func whatIsNotOursIsLeftAlone() throws {
    let bench = try Workbench()
    try LocalFileSystem().createFolder(bench.folder.path)
    let text = Data("These are my notes, which have nothing to do with any ledger.".utf8)
    try text.write(to: URL(filePath: bench.folder.ledger))
    #expect(throws: LedgerError.notALedger(path: bench.folder.ledger)) {
      try bench.coordinator.run(diamond(), options: bench.options)
    }
    #expect(try Data(contentsOf: URL(filePath: bench.folder.ledger)) == text)
  }

  /// A cache that was filled before there were records gets one for each result.
  @Test func resultsOfBeforeGetTheirRecords() throws {
    let bench = try filled()
    try FileManager.default.removeItem(atPath: bench.folder.records)
    #expect(try bench.coordinator.run(diamond(), options: bench.options).executed == [])
    let records = try ResultJournal(folder: bench.folder, files: bench.files).read().records
    #expect(Set(records.map(\.node)) == ["a", "b", "c", "d"])
    removeLog(bench)
    try Data("gone".utf8).write(to: URL(filePath: bench.folder.ledger))
    #expect(try bench.coordinator.run(diamond(), options: bench.options).executed == [])
  }

  @Test func aLineThatWasCutOffHarmsNoOther() throws {
    let bench = try filled()
    let journal = ResultJournal(folder: bench.folder, files: bench.files)
    let path = try #require(LocalFileSystem().list(bench.folder.records).first.map { bench.folder.records + "/" + $0 })
    try overwrite(path) { $0.removeLast(20) }
    let (whole, damaged) = try journal.read()
    #expect(whole.count == 3 && damaged == 1)
    _ = try journal.append(whole.prefix(1).map { $0 }, run: 1)
    #expect(try journal.read().records.count == 4)
  }

  /// An entry that is not what was written is taken from its record: nothing is executed again.
  @Test(arguments: [
    "UPDATE results SET seal = seal + 1 WHERE key = (SELECT key FROM node_results WHERE node = 'b')",
    "UPDATE artifacts SET size = size + 1 WHERE digest = (SELECT digest FROM node_outputs WHERE node = 'b')",
    "UPDATE outputs SET name = 'other' WHERE result_id = (SELECT result_id FROM nodes WHERE name = 'b')",
    "UPDATE results SET key = replace(key, substr(key, 1, 8), 'ffffffff') WHERE id = (SELECT result_id FROM nodes WHERE name = 'b')",
  ])
  func aDamagedEntryIsTakenFromItsRecord(damage: String) throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let before = try bench.ledger.components(of: "b")
    try bench.ledger.database.write { try $0.execute(sql: damage) }
    #expect(try bench.ledger.currentAndUnsound().unsound == ["b"])
    let observer = MessageObserver()
    let summary = try bench.run(diamond(), observer: observer)
    #expect(summary.executed == [] && summary.isSuccess)
    #expect(observer.messages == ["The entry of b in the ledger was damaged; it was written anew from its record."])
    #expect(try bench.ledger.currentAndUnsound().unsound == [] && bench.ledger.components(of: "b") == before)
    #expect(try bench.ledger.executions(of: "b").count == 1)
    #expect(try bench.run(diamond()).upToDateCount == 4)
  }

  /// So is one of an earlier time that fits again, also where that is only known once its inputs are there.
  @Test func aDamagedEntryOfTheHistoryIsTakenFromItsRecord() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    try bench.run(diamond(a: ["text": "A"]))
    let current = try bench.ledger.currentResults()
    let ids = current.values.map { String($0.id) }.joined(separator: ",")
    try bench.ledger.database.write {
      try $0.execute(sql: "UPDATE results SET seal = seal + 1 WHERE id NOT IN (\(ids))")
    }
    let summary = try bench.run(diamond())
    #expect(summary.executed == [] && summary.reused == ["a", "b", "c", "d"])
    #expect(try bench.run(diamond(a: ["text": "A"])).executed == [])
  }

  /// Without a record it counts as none, and that is told.
  @Test func aDamagedEntryWithoutARecordCountsAsNone() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    try bench.ledger.database.write {
      try $0.execute(
        sql: "UPDATE results SET seal = seal + 1 WHERE id = (SELECT result_id FROM nodes WHERE name = 'b')")
    }
    for name in try LocalFileSystem().list(bench.folder.records) {
      try Data("\n".utf8).write(to: URL(filePath: bench.folder.records + "/" + name))
    }
    let observer = MessageObserver()
    #expect(try bench.run(diamond(), observer: observer).executed == ["b"])
    #expect(observer.messages == ["The entry of b in the ledger is damaged and has no record; it counts as none."])
  }

  /// A coordinator that was killed after the record and before the entry: the result is there, and is not made again.
  @Test func whatIsRecordedIsNoOrphan() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let last = try #require(try bench.ledger.lastResult(of: "d"))
    let path = try bench.objectPath(of: "d")
    try bench.ledger.remove(results: [last.id], artifacts: Set(last.outputs.map(\.artifact.digest)))
    try bench.ledger.database.write {
      try $0.execute(sql: "DELETE FROM executions WHERE key = ?", arguments: [last.key.hex])
    }
    _ = try bench.ledger.beginRun(command: "killed", at: 0)
    let summary = try bench.run(diamond())
    #expect(summary.executed == [] && summary.reused == ["d"])
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(try bench.ledger.executions(of: "d").map(\.run) == [1])
  }

  /// Whoever removes orphans leaves what a record names, whole or not.
  @Test func orphansAreWhatNeitherLedgerNorRecordsName() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let last = try #require(try bench.ledger.lastResult(of: "d"))
    let path = try bench.objectPath(of: "d")
    try bench.ledger.remove(results: [last.id], artifacts: Set(last.outputs.map(\.artifact.digest)))
    let store = Store(folder: bench.folder, files: bench.files)
    let stray = store.path(of: Digest(of: "stray"))
    try bench.files.createFolder(String(stray.dropLast(63)))
    try Data("stray".utf8).write(to: URL(filePath: stray))
    try bench.coordinator.removeOrphans(ledger: bench.ledger, store: store)
    #expect(FileManager.default.fileExists(atPath: path) && !FileManager.default.fileExists(atPath: stray))
    // A collection tells of it before it removes it.
    var keeping = Keeping()
    keeping.lastResults = true
    let collected = try bench.coordinator.collect(
      keeping: keeping, dryRun: true, ledger: bench.ledger, options: bench.options)
    #expect(collected.results.map(\.node) == ["d"] && collected.strays == 0)
  }

  @Test func readersSayWhatToDo() throws {
    let bench = try filled()
    removeLog(bench)
    try overwrite(bench.folder.ledger) { $0.replaceSubrange(100..<4096, with: Data(repeating: 0xFF, count: 3996)) }
    do {
      _ = try CacheReader(bench.folder).plan(diamond(), registry: bench.registry)
      Issue.record("a damaged ledger was read")
    } catch let error as LedgerError {
      #expect(error.description.contains("makes it anew from the records"))
    }
  }
}
