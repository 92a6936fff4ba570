import CArchive
import Crypto
import Foundation

/// Part of a cache in one file, that another machine can take in: a tar archive (pax, compressed with gzip if its name ends in
/// `.gz`) with `repro-cache.json`, which says what it is, `records.jsonl`, one record a line with its SHA-256 digest before
/// it, and the artifacts as `objects/`, two digits of the digest, `/`, the others. Every byte can be checked against a digest.
enum CacheArchive {
  static let manifestName = "repro-cache.json"
  static let recordsName = "records.jsonl"
  static let format = 1

  struct Manifest: Codable, Equatable {
    var format = CacheArchive.format
    let results: Int
    let artifacts: Int
    /// Of all artifacts together.
    let bytes: Int
  }

  static func name(of digest: Digest) -> String {
    let hex = digest.hex
    return "objects/\(hex.prefix(2))/\(hex.dropFirst(2))"
  }

  /// Nil for what is no artifact's name.
  static func digest(of name: String) -> Digest? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "objects", parts[1].utf8.count == 2 else { return nil }
    return Digest(hex: String(parts[1] + parts[2]))
  }
}

/// An archive that cannot be written or taken in.
public struct CacheArchiveError: SentenceError, Hashable {
  public let description: String
}

/// Writes the entries of an archive.
final class CacheArchiveWriter {
  private let archive: OpaquePointer
  private let path: String
  /// Entries have the same time, so that the same results give the same archive.
  private static let time = 0

  init(_ path: String) throws {
    self.path = path
    guard let archive = archive_write_new() else {
      throw CacheArchiveError(description: "There is no memory for writing \(path).")
    }
    self.archive = archive
    archive_write_set_format_pax_restricted(archive)
    if path.hasSuffix(".gz") || path.hasSuffix(".tgz") {
      archive_write_add_filter_gzip(archive)
      // Without the time that gzip would put into its header.
      archive_write_set_filter_option(archive, "gzip", "timestamp", nil)
    }
    guard archive_write_open_filename(archive, path) == ARCHIVE_OK else { throw failure() }
  }

  deinit { archive_write_free(archive) }

  func add(_ name: String, size: Int, _ pieces: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
    guard let entry = archive_entry_new() else { throw failure() }
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, name)
    archive_entry_set_size(entry, Int64(size))
    archive_entry_set_filetype(entry, 0o100000)
    archive_entry_set_perm(entry, 0o644)
    archive_entry_set_mtime(entry, Self.time, 0)
    guard archive_write_header(archive, entry) == ARCHIVE_OK else { throw failure() }
    try pieces { bytes in
      guard archive_write_data(archive, bytes.baseAddress, bytes.count) == bytes.count else { throw failure() }
    }
  }

  func add(_ name: String, _ data: Data) throws {
    try add(name, size: data.count) { write in try data.withUnsafeBytes { if $0.count > 0 { try write($0) } } }
  }

  func finish() throws {
    guard archive_write_close(archive) == ARCHIVE_OK else { throw failure() }
  }

  private func failure() -> CacheArchiveError {
    let detail = archive_error_string(archive).map { String(cString: $0) } ?? "no reason is given"
    return CacheArchiveError(description: "Cannot write \(path): \(detail); make room or name another place.")
  }
}

/// Reads the entries of an archive, one after another.
final class CacheArchiveReader {
  private let archive: OpaquePointer
  private let path: String
  private var entry: OpaquePointer?

  init(_ path: String) throws {
    self.path = path
    guard let archive = archive_read_new() else {
      throw CacheArchiveError(description: "There is no memory for reading \(path).")
    }
    self.archive = archive
    archive_read_support_format_tar(archive)
    archive_read_support_filter_gzip(archive)
    guard archive_read_open_filename(archive, path, 1 << 18) == ARCHIVE_OK else { throw failure() }
  }

  deinit { archive_read_free(archive) }

  /// The name and size of the next regular file; nil at the end.
  func next() throws -> (name: String, size: Int)? {
    switch archive_read_next_header(archive, &entry) {
    case ARCHIVE_EOF: return nil
    case ARCHIVE_OK: break
    default: throw failure()
    }
    guard let entry, archive_entry_filetype(entry) == 0o100000, archive_entry_hardlink(entry) == nil,
      let pointer = archive_entry_pathname(entry), let name = String(validatingCString: pointer)
    else { throw CacheArchiveError(description: "\(path) holds something that is no plain file: it is not taken in.") }
    return (name, Int(archive_entry_size(entry)))
  }

  /// The content of the entry, piece by piece.
  func read(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
      guard count >= 0 else { throw failure() }
      if count == 0 { return }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  func data(limit: Int) throws -> Data {
    var data = Data()
    try read { bytes in
      data.append(contentsOf: bytes)
      guard data.count <= limit else {
        throw CacheArchiveError(description: "\(path) holds a list that is too long: it is not taken in.")
      }
    }
    return data
  }

  private func failure() -> CacheArchiveError {
    let detail = archive_error_string(archive).map { String(cString: $0) } ?? "no reason is given"
    return CacheArchiveError(description: "Cannot read \(path): \(detail); is it whole, and of `repro export`?")
  }
}
