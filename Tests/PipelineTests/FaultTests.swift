import Foundation
import GRDB
import Testing

@testable import Pipeline

/// Each operation of the disk fails once, in each of the ways in which disks fail.
@Suite struct FaultTests {
  enum Fault: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case full, broken, forbidden
    /// Half of what is written arrives before the disk is full.
    case short

    var code: Int32 {
      switch self {
      case .full, .short: ENOSPC
      case .broken: EIO
      case .forbidden: EACCES
      }
    }

    var testDescription: String { rawValue }
  }

  /// As small as a graph can be that has an input: every operation of the disk that a node takes is in it.
  private func pair() throws -> Graph {
    try Graph([join("b", from: ["a"], ["text": "b"]), join("a", ["text": "a"])])
  }

  @Test(arguments: Fault.allCases)
  func aClearErrorAndACacheThatTheNextRunCompletesFrom(fault: Fault) throws {
    var failures = 0
    // All for one fault; of the others every third, each kind its own.
    let step = fault == .full ? 1 : 3
    for number in stride(from: step == 1 ? 0 : Int(fault.code) % step, to: 300, by: step) {
      let bench = try Workbench()
      let faulty = FaultyFileSystem(failing: number, code: fault.code, isShort: fault == .short)
      bench.files = faulty
      var sentence: String?
      do {
        sentence = try bench.run(pair()).failed.first?.sentence
      } catch {
        sentence = Pipeline.sentence(of: error)
      }
      guard faulty.hasFailed else { break }
      failures += 1
      if let sentence { #expect(sentence.hasPrefix("Cannot ") && sentence.hasSuffix("."), "\(number): \(sentence)") }
      bench.files = HastyFileSystem()
      let done = try bench.ledger.currentResults()
      let next = try bench.run(pair())
      #expect(next.isSuccess, "\(number)")
      // What was recorded as done is not done again.
      #expect(Set(next.executed).isDisjoint(with: done.keys), "\(number)")
      let text = try String(contentsOfFile: bench.objectPath(of: "b"), encoding: .utf8)
      #expect(text == "\"b\"(\"a\")", "\(number)")
      #expect(try bench.plan(pair()).isUpToDate)
    }
    #expect(failures > 20 / step && failures < 300 / step, "up to the last operation")
  }

  /// SQLite's own file finds no room at any size: nothing that was told to be done is lost.
  @Test func aLedgerThatCannotGrow() throws {
    var failures = 0
    let note: [String: ParameterValue] = ["note": .string(String(repeating: "long ", count: 4000))]
    func graph() throws -> Graph {
      try diamond(
        a: note.merging(["text": "a"]) { $1 }, b: note.merging(["text": "b"]) { $1 },
        c: note.merging(["text": "c", "other": .string("x" + note.description)]) { $1 })
    }
    for room in 0..<40 {
      let bench = try Workbench()
      try bench.ledger.install(bench.registry.views)
      let ledger = bench.ledger
      let pages = try ledger.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
      try ledger.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages + room)") }
      var error: LedgerError?
      do { try bench.run(graph()) } catch let problem as LedgerError { error = problem }
      guard let error else { break }
      failures += 1
      #expect(error.description.hasSuffix("make room on the disk and run again."), "\(room)")
      try ledger.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
      let done = Set(try ledger.currentResults().keys)
      let next = try bench.run(graph())
      #expect(next.isSuccess && done.isDisjoint(with: next.executed), "\(room)")
    }
    #expect(failures > 0 && failures < 40)
  }

  /// A cache that may only be read: what is there can be used, and what is missing is one sentence.
  @Test func aCacheThatMayOnlyBeRead() throws {
    let bench = try Workbench()
    // A second later the stamps are old enough to be trusted: nothing is read, and nothing has to be noted.
    bench.files = ShiftedClock(seconds: 1)
    try bench.run(diamond())
    bench.files = ReadOnlyFileSystem()
    #expect(try bench.run(diamond()).upToDateCount == 4)
    #expect(try bench.status(diamond()).isUpToDate)
    let failed = try bench.run(diamond(d: ["text": "D"])).failed.first?.sentence ?? ""
    #expect(failed.contains("Read-only file system") && failed.contains("check who may write there"), "\(failed)")
  }

  /// The disk stays full: nothing is lost, and the sentence says what to do.
  @Test func aDiskThatStaysFull() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    bench.files = FullFileSystem()
    let failed: String
    do {
      failed = try bench.run(diamond(a: ["text": "A"])).failed.first?.sentence ?? ""
    } catch {
      failed = Pipeline.sentence(of: error)
    }
    #expect(failed.contains("No space left") && failed.contains("make room"))
    bench.files = HastyFileSystem()
    #expect(try bench.run(diamond()).executed == [])
    #expect(try bench.run(diamond(a: ["text": "A"])).isSuccess)
  }

  /// The clock jumps back and forth: nothing is executed again, and damage is still noticed.
  @Test(arguments: [-86_400, 86_400, -400_000_000])
  func aClockThatJumps(seconds: Int) throws {
    let bench = try Workbench()
    try bench.run(diamond())
    bench.files = ShiftedClock(seconds: seconds)
    #expect(try bench.run(diamond()).upToDateCount == 4)
    let path = try bench.objectPath(of: "b")
    chmod(path, 0o644)
    var data = try Data(contentsOf: URL(filePath: path))
    data[0] ^= 1
    try data.write(to: URL(filePath: path))
    #expect(try bench.run(diamond()).executed == ["b"])
    bench.files = HastyFileSystem()
    #expect(try bench.run(diamond()).upToDateCount == 4)
  }
}

/// A disk without room.
private struct FullFileSystem: DiskDouble {
  func createFolder(_ path: String) throws(FileError) { throw FileError("create the folder", path, code: ENOSPC) }
  func write(_ data: Data, to path: String) throws(FileError) { throw FileError("write", path, code: ENOSPC) }
  func append(_ data: Data, to path: String) throws(FileError) { throw FileError("write", path, code: ENOSPC) }
  func copy(_ path: String, to target: String) throws(FileError) { throw FileError("write", target, code: ENOSPC) }
  func link(_ path: String, to target: String) throws(FileError) { throw FileError("write", path, code: ENOSPC) }
}

/// A disk that may not be written.
private struct ReadOnlyFileSystem: DiskDouble {
  func createFolder(_ path: String) throws(FileError) { throw FileError("create the folder", path, code: EROFS) }
  func rename(_ source: String, to target: String) throws(FileError) { throw FileError("write", target, code: EROFS) }
  func write(_ data: Data, to path: String) throws(FileError) { throw FileError("write", path, code: EROFS) }
  func append(_ data: Data, to path: String) throws(FileError) { throw FileError("write", path, code: EROFS) }
  func copy(_ path: String, to target: String) throws(FileError) { throw FileError("write", target, code: EROFS) }
  func link(_ path: String, to target: String) throws(FileError) { throw FileError("write", path, code: EROFS) }
  func makeReadOnly(_ path: String) throws(FileError) { throw FileError("protect", path, code: EROFS) }
  func remove(_ path: String) throws(FileError) { throw FileError("remove", path, code: EROFS) }
}
