import Foundation

/// The seam between the build system and the disk, so that tests can make any single operation fail.
public protocol FileSystem: Sendable {
  /// Nil where nothing is there. Follows no symbolic link.
  func stamp(of path: String) throws(FileError) -> FileStamp?
  /// Whether a regular file (no link, no folder) is there.
  func isRegularFile(_ path: String) -> Bool
  /// Whether a folder (no link to one) is there.
  func isFolder(_ path: String) -> Bool
  func digest(of path: String) throws(FileError) -> Digest
  /// With those above it.
  func createFolder(_ path: String) throws(FileError)
  /// Makes sure that a file or a folder's entries outlive a power cut.
  func synchronise(_ path: String) throws(FileError)
  /// The same for many at once, which takes the disk hardly longer than one.
  func synchronise(all paths: [String]) throws(FileError)
  /// Replaces what is at `target`.
  func rename(_ source: String, to target: String) throws(FileError)
  /// A new file, on disk for good.
  func write(_ data: Data, to path: String) throws(FileError)
  /// Adds to the end of a file, which is made where there is none; not waited for until it is on disk.
  func append(_ data: Data, to path: String) throws(FileError)
  func read(_ path: String) throws(FileError) -> Data
  /// A new file with the same bytes, not waited for until it is on disk.
  func copy(_ path: String, to target: String) throws(FileError)
  func link(_ path: String, to target: String) throws(FileError)
  func makeReadOnly(_ path: String) throws(FileError)
  /// Nothing happens where nothing is.
  func remove(_ path: String) throws(FileError)
  /// Names in a folder, sorted; empty where there is none.
  func list(_ folder: String) throws(FileError) -> [String]
  /// Nanoseconds since 1970.
  func now() -> Int
}

extension FileSystem {
  public func synchronise(all paths: [String]) throws(FileError) {
    for path in paths { try synchronise(path) }
  }

  /// Replaces a file: whoever looks finds the old one or the whole new one, whatever happens.
  public func writeWhole(_ data: Data, to path: String) throws(FileError) {
    // Two processes may write it at the same time: what no lock is held for.
    let part = path + ".part-\(getpid())"
    try write(data, to: part)
    try rename(part, to: path)
  }

  /// Everything below a folder that is no folder itself, by its path from there, sorted.
  func leaves(below folder: String) throws(FileError) -> [(path: String, size: Int)] {
    var leaves: [(path: String, size: Int)] = []
    for name in try list(folder) {
      let path = folder + "/" + name
      if isFolder(path) {
        leaves += try self.leaves(below: path).map { (path: name + "/" + $0.path, size: $0.size) }
      } else {
        leaves.append((path: name, size: try stamp(of: path)?.size ?? 0))
      }
    }
    return leaves
  }
}

/// A file operation that failed.
public struct FileError: SentenceError, Hashable {
  public let operation: String
  public let path: String
  public let code: Int32

  public init(_ operation: String, _ path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  public var description: String {
    let advice =
      switch code {
      case ENOSPC, EDQUOT: "make room and run again"
      case EACCES, EPERM, EROFS: "check who may write there"
      case ENOTDIR: "one of its parents is a file, not a folder"
      case ENOENT where operation == "create the folder": "no folder can be made there: name another place"
      case ENOENT: "see what moved or removed it, and run again"
      default: "see what the system says of that disk"
      }
    return "Cannot \(operation) \(path): \(String(cString: strerror(code))); \(advice)."
  }
}
