import Foundation
import Synchronization

@testable import Pipeline

/// A disk whose clock stands still until it is told otherwise, so that a change may leave the stamp as it was.
final class FrozenFileSystem: FileSystem {
  private struct Clock {
    var now = 1_700_000_000_123_456_789
    var lastWrite = 1_700_000_000_123_456_789
    var reads = 0
  }

  private let clock = Mutex(Clock())
  private let hasty = HastyFileSystem()

  func advance(by nanoseconds: Int) { clock.withLock { $0.now += nanoseconds } }
  func touch(by nanoseconds: Int) { clock.withLock { $0.lastWrite = $0.now + nanoseconds } }
  var readCount: Int { clock.withLock { $0.reads } }

  func stamp(of path: String) throws(FileError) -> FileStamp? {
    guard let real = try hasty.stamp(of: path) else { return nil }
    let time = clock.withLock { $0.lastWrite }
    return FileStamp(inode: 1, size: real.size, modified: time, changed: time)
  }

  func now() -> Int { clock.withLock { $0.now } }

  func digest(of path: String) throws(FileError) -> Digest {
    clock.withLock { $0.reads += 1 }
    return try hasty.digest(of: path)
  }

  func isRegularFile(_ path: String) -> Bool { hasty.isRegularFile(path) }
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
}

/// A disk on which one operation fails, the `failing`-th of all that may.
final class FaultyFileSystem: FileSystem {
  private let remaining: Mutex<Int>
  private let failed = Atomic<Bool>(false)
  private let code: Int32
  private let hasty = HastyFileSystem()

  /// Whether a write that fails leaves half of the data behind.
  private let isShort: Bool

  init(failing: Int, code: Int32, isShort: Bool = false) {
    remaining = Mutex(failing)
    self.code = code
    self.isShort = isShort
  }

  var hasFailed: Bool { failed.load(ordering: .relaxed) }

  private func count(_ operation: String, _ path: String) throws(FileError) {
    let left = remaining.withLock { left in
      left -= 1
      return left
    }
    if left == -1 {
      failed.store(true, ordering: .relaxed)
      throw FileError(operation, path, code: code)
    }
  }

  func stamp(of path: String) throws(FileError) -> FileStamp? {
    try count("look at", path)
    return try hasty.stamp(of: path)
  }

  func digest(of path: String) throws(FileError) -> Digest {
    try count("read", path)
    return try hasty.digest(of: path)
  }

  func createFolder(_ path: String) throws(FileError) {
    try count("create the folder", path)
    try hasty.createFolder(path)
  }

  func synchronise(_ path: String) throws(FileError) { try count("write", path) }

  func rename(_ source: String, to target: String) throws(FileError) {
    try count("write", target)
    try hasty.rename(source, to: target)
  }

  func write(_ data: Data, to path: String) throws(FileError) {
    do {
      try count("write", path)
    } catch {
      if isShort { try hasty.write(data.prefix(data.count / 2), to: path) }
      throw error
    }
    try hasty.write(data, to: path)
  }

  func append(_ data: Data, to path: String) throws(FileError) {
    do {
      try count("write", path)
    } catch {
      if isShort { try hasty.append(data.prefix(data.count / 2), to: path) }
      throw error
    }
    try hasty.append(data, to: path)
  }

  func read(_ path: String) throws(FileError) -> Data {
    try count("read", path)
    return try hasty.read(path)
  }

  func copy(_ path: String, to target: String) throws(FileError) {
    try count("write", target)
    try hasty.copy(path, to: target)
  }

  func link(_ path: String, to target: String) throws(FileError) {
    try count("write", path)
    try hasty.link(path, to: target)
  }

  func makeReadOnly(_ path: String) throws(FileError) {
    try count("protect", path)
    try hasty.makeReadOnly(path)
  }

  func remove(_ path: String) throws(FileError) {
    try count("remove", path)
    try hasty.remove(path)
  }

  func list(_ folder: String) throws(FileError) -> [String] {
    try count("list", folder)
    return try hasty.list(folder)
  }

  func isRegularFile(_ path: String) -> Bool { hasty.isRegularFile(path) }
  func now() -> Int { hasty.now() }
}
