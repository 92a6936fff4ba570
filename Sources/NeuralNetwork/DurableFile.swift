import Foundation

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Files that are there whole or not at all.
enum DurableFile {
  /// Writes `data` beside `file`, flushes it to the disk and renames it into place.
  static func write(_ data: Data, to file: URL) throws(TrainingError) {
    func failure() -> TrainingError {
      .progressNotWritten(path: file.path, reason: String(cString: strerror(errno)))
    }
    let temporary = file.path + ".tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw failure() }
    var failed: TrainingError?
    data.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count, let base = bytes.baseAddress {
        let count = Foundation.write(descriptor, base + written, bytes.count - written)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else {
          failed = failure()
          return
        }
        written += count
      }
    }
    if failed == nil && fsync(descriptor) != 0 { failed = failure() }
    close(descriptor)
    if failed == nil && rename(temporary, file.path) != 0 { failed = failure() }
    if let failed {
      unlink(temporary)
      throw failed
    }
    // The folder's entry too.
    flush(folder: file.deletingLastPathComponent())
  }

  /// Flushes the entries of `folder` to the disk. Not every file system lets a folder be flushed; what is in it is whole either
  /// way.
  static func flush(folder: URL) {
    let descriptor = open(folder.path, O_RDONLY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
