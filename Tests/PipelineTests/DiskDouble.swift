import Foundation

@testable import Pipeline

/// A disk that does most things as the real one does, without waiting for it: nothing is put down for good.
protocol DiskDouble: FileSystem {}

extension DiskDouble {
  var disk: LocalFileSystem { LocalFileSystem() }

  func stamp(of path: String) throws(FileError) -> FileStamp? { try disk.stamp(of: path) }
  func isRegularFile(_ path: String) -> Bool { disk.isRegularFile(path) }
  func isFolder(_ path: String) -> Bool { disk.isFolder(path) }
  func digest(of path: String) throws(FileError) -> Digest { try disk.digest(of: path) }
  func createFolder(_ path: String) throws(FileError) { try disk.createFolder(path) }
  func synchronise(_ path: String) throws(FileError) {}
  func rename(_ source: String, to target: String) throws(FileError) { try disk.rename(source, to: target) }
  func write(_ data: Data, to path: String) throws(FileError) { try disk.replace(path, with: data) }
  func append(_ data: Data, to path: String) throws(FileError) { try disk.append(data, to: path) }
  func read(_ path: String) throws(FileError) -> Data { try disk.read(path) }
  func copy(_ path: String, to target: String) throws(FileError) { try disk.copy(path, to: target) }
  func link(_ path: String, to target: String) throws(FileError) { try disk.link(path, to: target) }
  func makeReadOnly(_ path: String) throws(FileError) { try disk.makeReadOnly(path) }
  func remove(_ path: String) throws(FileError) { try disk.remove(path) }
  func list(_ folder: String) throws(FileError) -> [String] { try disk.list(folder) }
  func now() -> Int { disk.now() }
}

struct HastyFileSystem: DiskDouble {}

/// A clock that is wrong; or later, for whoever would otherwise have to wait until stamps are old enough to be trusted.
struct ShiftedClock: DiskDouble {
  let seconds: Int
  func now() -> Int { disk.now() + seconds * 1_000_000_000 }
}
