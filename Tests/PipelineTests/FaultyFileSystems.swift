import Foundation
import Synchronization

@testable import Pipeline

/// A disk whose clock stands still until it is told otherwise, so that a change may leave the stamp as it was.
final class FrozenFileSystem: DiskDouble {
  private struct Clock {
    var now = 1_700_000_000_123_456_789
    var lastWrite = 1_700_000_000_123_456_789
    var reads = 0
  }

  private let clock = Mutex(Clock())

  func advance(by nanoseconds: Int) { clock.withLock { $0.now += nanoseconds } }
  func touch(by nanoseconds: Int) { clock.withLock { $0.lastWrite = $0.now + nanoseconds } }
  var readCount: Int { clock.withLock { $0.reads } }

  func stamp(of path: String) throws(FileError) -> FileStamp? {
    guard let real = try disk.stamp(of: path) else { return nil }
    let time = clock.withLock { $0.lastWrite }
    return FileStamp(inode: 1, size: real.size, modified: time, changed: time)
  }

  func now() -> Int { clock.withLock { $0.now } }

  func digest(of path: String) throws(FileError) -> Digest {
    clock.withLock { $0.reads += 1 }
    return try disk.digest(of: path)
  }
}

/// A disk on which one operation fails, the `failing`-th of all that may.
final class FaultyFileSystem: DiskDouble {
  private let remaining: Mutex<Int>
  private let failed = Atomic<Bool>(false)
  private let code: Int32

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
    return try disk.stamp(of: path)
  }

  func digest(of path: String) throws(FileError) -> Digest {
    try count("read", path)
    return try disk.digest(of: path)
  }

  func createFolder(_ path: String) throws(FileError) {
    try count("create the folder", path)
    try disk.createFolder(path)
  }

  func synchronise(_ path: String) throws(FileError) { try count("write", path) }

  func rename(_ source: String, to target: String) throws(FileError) {
    try count("write", target)
    try disk.rename(source, to: target)
  }

  func write(_ data: Data, to path: String) throws(FileError) {
    do {
      try count("write", path)
    } catch {
      if isShort { try disk.write(data.prefix(data.count / 2), to: path) }
      throw error
    }
    try disk.write(data, to: path)
  }

  func append(_ data: Data, to path: String) throws(FileError) {
    do {
      try count("write", path)
    } catch {
      if isShort { try disk.append(data.prefix(data.count / 2), to: path) }
      throw error
    }
    try disk.append(data, to: path)
  }

  func read(_ path: String) throws(FileError) -> Data {
    try count("read", path)
    return try disk.read(path)
  }

  func copy(_ path: String, to target: String) throws(FileError) {
    try count("write", target)
    try disk.copy(path, to: target)
  }

  func link(_ path: String, to target: String) throws(FileError) {
    try count("write", path)
    try disk.link(path, to: target)
  }

  func makeReadOnly(_ path: String) throws(FileError) {
    try count("protect", path)
    try disk.makeReadOnly(path)
  }

  func remove(_ path: String) throws(FileError) {
    try count("remove", path)
    try disk.remove(path)
  }

  func list(_ folder: String) throws(FileError) -> [String] {
    try count("list", folder)
    return try disk.list(folder)
  }
}
