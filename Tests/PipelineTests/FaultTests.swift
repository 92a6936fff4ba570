import Foundation
import Synchronization
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

  @Test(arguments: Fault.allCases)
  func aClearErrorAndACacheThatTheNextRunCompletesFrom(fault: Fault) throws {
    var failures = 0
    for number in 0..<300 {
      let bench = try Workbench()
      let faulty = FaultyFileSystem(failing: number, code: fault.code, isShort: fault == .short)
      bench.files = faulty
      var sentence: String?
      do {
        sentence = try bench.run(diamond()).failed.first?.sentence
      } catch {
        sentence = Pipeline.sentence(of: error)
      }
      guard faulty.hasFailed else { break }
      failures += 1
      if let sentence { #expect(sentence.hasPrefix("Cannot ") && sentence.hasSuffix("."), "\(number): \(sentence)") }
      bench.files = HastyFileSystem()
      let done = try bench.ledger.currentResults()
      let next = try bench.run(diamond())
      #expect(next.isSuccess, "\(number)")
      // What was recorded as done is not done again.
      #expect(Set(next.executed).isDisjoint(with: done.keys), "\(number)")
      let text = try String(contentsOfFile: bench.objectPath(of: "d"), encoding: .utf8)
      #expect(text == "\"d\"(\"b\"(\"a\"))(\"c\"(\"a\"))", "\(number)")
      #expect(try bench.plan(diamond()).isUpToDate)
    }
    #expect(failures > 40)
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
private struct FullFileSystem: FileSystem {
  let hasty = HastyFileSystem()
  func stamp(of path: String) throws(FileError) -> FileStamp? { try hasty.stamp(of: path) }
  func isRegularFile(_ path: String) -> Bool { hasty.isRegularFile(path) }
  func digest(of path: String) throws(FileError) -> Digest { try hasty.digest(of: path) }
  func createFolder(_ path: String) throws(FileError) { throw FileError("create the folder", path, code: ENOSPC) }
  func synchronise(_ path: String) throws(FileError) {}
  func rename(_ source: String, to target: String) throws(FileError) { try hasty.rename(source, to: target) }
  func write(_ data: Data, to path: String) throws(FileError) { throw FileError("write", path, code: ENOSPC) }
  func append(_ data: Data, to path: String) throws(FileError) { throw FileError("write", path, code: ENOSPC) }
  func read(_ path: String) throws(FileError) -> Data { try hasty.read(path) }
  func copy(_ path: String, to target: String) throws(FileError) { throw FileError("write", target, code: ENOSPC) }
  func link(_ path: String, to target: String) throws(FileError) { throw FileError("write", path, code: ENOSPC) }
  func makeReadOnly(_ path: String) throws(FileError) { try hasty.makeReadOnly(path) }
  func remove(_ path: String) throws(FileError) { try hasty.remove(path) }
  func list(_ folder: String) throws(FileError) -> [String] { try hasty.list(folder) }
  func now() -> Int { hasty.now() }
}

/// A clock that is wrong.
private struct ShiftedClock: FileSystem {
  let hasty = HastyFileSystem()
  let seconds: Int
  func stamp(of path: String) throws(FileError) -> FileStamp? { try hasty.stamp(of: path) }
  func isRegularFile(_ path: String) -> Bool { hasty.isRegularFile(path) }
  func digest(of path: String) throws(FileError) -> Digest { try hasty.digest(of: path) }
  func createFolder(_ path: String) throws(FileError) { try hasty.createFolder(path) }
  func synchronise(_ path: String) throws(FileError) {}
  func rename(_ source: String, to target: String) throws(FileError) { try hasty.rename(source, to: target) }
  func write(_ data: Data, to path: String) throws(FileError) { try hasty.write(data, to: path) }
  func append(_ data: Data, to path: String) throws(FileError) { try hasty.append(data, to: path) }
  func read(_ path: String) throws(FileError) -> Data { try hasty.read(path) }
  func copy(_ path: String, to target: String) throws(FileError) { try hasty.copy(path, to: target) }
  func link(_ path: String, to target: String) throws(FileError) { try hasty.link(path, to: target) }
  func makeReadOnly(_ path: String) throws(FileError) { try hasty.makeReadOnly(path) }
  func remove(_ path: String) throws(FileError) { try hasty.remove(path) }
  func list(_ folder: String) throws(FileError) -> [String] { try hasty.list(folder) }
  func now() -> Int { hasty.now() + seconds * 1_000_000_000 }
}
