import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `NAME.part`, where a download grows until it is whole, and `NAME.part.json`, which says where it came from.
/// Both stay when the download is cut, whatever ends it, and are where the next attempt goes on.
final class PartialFile {
  /// What must be known to go on with a partial download.
  struct Origin: Codable, Equatable {
    let address: String
    /// A strong entity tag, else the date of last modification, as the server gave it.
    let validator: String?
  }

  let target: URL
  let url: URL
  private let originURL: URL
  private let descriptor: Int32
  /// Bytes that are in the file.
  private(set) var byteCount = 0
  private var isFinished = false

  /// Opens or makes the file, and its folder.
  /// - Throws: ``DownloadError`` when it cannot be written, or another process is writing it.
  init(for target: URL) throws {
    self.target = target
    url = target.appendingPathExtension("part")
    originURL = url.appendingPathExtension("json")
    let folder = target.deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw DownloadError(
        .fileSystem,
        "The folder \(folder.path) cannot be made (\(error.localizedDescription)); check its permissions or choose "
          + "another folder.")
    }
    descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.failure(errno, url) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw DownloadError(.fileSystem, "\(url.path) is being written by another process; wait until it has ended.")
    }
    byteCount = max(0, Int(lseek(descriptor, 0, SEEK_END)))
  }

  deinit {
    // While the lock is still held: nobody else's file is removed.
    if byteCount == 0, !isFinished {
      unlink(url.path)
      unlink(originURL.path)
    }
    close(descriptor)
  }

  /// Where the bytes in the file came from; nil when that is not known, so that they are of no use.
  var origin: Origin? {
    guard let data = try? Data(contentsOf: originURL) else { return nil }
    return try? JSONDecoder().decode(Origin.self, from: data)
  }

  /// Drops all bytes and notes where the next ones come from.
  func restart(from origin: Origin) throws {
    // Nothing is written before the old bytes are gone: a new origin beside old bytes would pass them off.
    if byteCount > 0, ftruncate(descriptor, 0) != 0 { throw Self.failure(errno, url) }
    lseek(descriptor, 0, SEEK_SET)
    byteCount = 0
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try encoder.encode(origin).write(to: originURL, options: .atomic)
    } catch {
      throw DownloadError(.fileSystem, "\(originURL.path) cannot be written: \(error.localizedDescription)")
    }
  }

  /// - Throws: ``DownloadError`` with reason `noSpace` when the disk is full; what was written stays.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var written = 0
    while written < bytes.count {
      let count = write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(errno, url) }
      written += count
      byteCount += count
    }
  }

  /// Makes the bytes durable and gives the file its name.
  func finish() throws {
    guard fsync(descriptor) == 0 else { throw Self.failure(errno, url) }
    guard rename(url.path, target.path) == 0 else { throw Self.failure(errno, target) }
    isFinished = true
    unlink(originURL.path)
    // The name itself is durable only once the folder is.
    let folder = open(target.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  /// Drops all bytes: they were found wrong.
  func discard() throws {
    unlink(originURL.path)
    guard ftruncate(descriptor, 0) == 0 else { throw Self.failure(errno, url) }
    lseek(descriptor, 0, SEEK_SET)
    byteCount = 0
  }

  private static func failure(_ code: Int32, _ url: URL) -> DownloadError {
    switch code {
    case ENOSPC, EDQUOT:
      DownloadError(
        .noSpace,
        "No space is left to write \(url.path); free some and start again: what was fetched so far is kept.")
    case EACCES, EPERM, EROFS:
      DownloadError(
        .fileSystem, "\(url.path) cannot be written: \(systemMessage(code)); choose a folder you may write to.")
    default:
      DownloadError(.fileSystem, "\(url.path) cannot be written: \(systemMessage(code)).")
    }
  }
}
