import CArchive
import Foundation

/// A tar archive, plain or compressed with gzip or xz, read into memory and never unpacked to disk.
///
/// Refused as a whole, with an ``ArchiveError``: absolute paths and paths with `..`, links, devices, the same path
/// twice, anything larger than the limits, and damage. Folders are passed over.
public struct TarArchive: Sendable {
  public struct Entry: Sendable, Equatable {
    /// Relative, without `.` and empty components.
    public let path: String
    public let bytes: [UInt8]
  }

  public let url: URL
  public let limits: ArchiveLimits

  public init(url: URL, limits: ArchiveLimits = ArchiveLimits()) {
    self.url = url
    self.limits = limits
  }

  /// Calls `body` with each regular file in the order of the archive.
  ///
  /// Damage may be found only at the end, in the checksum: throw away what `body` was given when this throws.
  /// - Throws: ``ArchiveError``, or what `body` throws.
  public func forEachEntry(_ body: (Entry) throws -> Void) throws {
    let stream = try DecompressedStream(url: url, maximumBytes: limits.totalBytes)
    let source = Source(stream: stream)
    guard let archive = archive_read_new() else {
      throw ArchiveError(.cannotOpen, "\(url.path): no memory to read it; close other programs and try again.")
    }
    defer { archive_read_free(archive) }
    archive_read_support_format_tar(archive)
    let opened = withExtendedLifetime(source) {
      archive_read_open(archive, Unmanaged.passUnretained(source).toOpaque(), nil, readPiece, nil)
    }
    guard opened == ARCHIVE_OK else { throw failure(archive, source) }
    try withExtendedLifetime(source) { try readEntries(archive, source, body) }

    // Whatever follows the end mark is read as well: the checksum stands after it.
    while try stream.next({ _ in }) != nil {}
    guard stream.trailingZeros >= 512 else {
      throw ArchiveError(.damaged, "\(url.path) is cut short: its end mark is missing; delete it and fetch it again.")
    }
  }

  private func readEntries(_ archive: OpaquePointer, _ source: Source, _ body: (Entry) throws -> Void) throws {
    var seen: Set<String> = []
    var totalBytes = 0
    while true {
      var header: OpaquePointer?
      switch archive_read_next_header(archive, &header) {
      case ARCHIVE_EOF: return
      case ARCHIVE_OK: break
      default: throw failure(archive, source)
      }
      guard let header else { throw failure(archive, source) }
      let path = try self.path(of: header)
      guard try isRegularFile(header, path: path) else {
        if !path.isEmpty { try note(path, in: &seen) }
        continue
      }
      guard !path.isEmpty else {
        throw ArchiveError(.unsafePath, "\(url.path) holds a file without a name; it is not read.")
      }
      try note(path, in: &seen)
      let bytes = try readData(archive, source, header: header, path: path)
      totalBytes += bytes.count
      // Holes of sparse files are filled here, so the decompressed length alone is no bound.
      guard totalBytes <= limits.totalBytes else {
        throw ArchiveError(.tooLarge, "\(url.path) unpacks to more than \(limits.totalBytes) bytes, the limit.")
      }
      try body(Entry(path: path, bytes: bytes))
    }
  }

  private func note(_ path: String, in seen: inout Set<String>) throws {
    guard seen.insert(path).inserted else {
      throw ArchiveError(.duplicate, "\(url.path) holds \(quoted(path)) twice; it is not read.")
    }
    guard seen.count <= limits.entries else {
      throw ArchiveError(.tooLarge, "\(url.path) holds more than \(limits.entries) entries, the limit.")
    }
  }

  /// The path without `.` and empty components; empty for the archive's own top folder.
  private func path(of header: OpaquePointer) throws -> String {
    // In the C locale libarchive gives no pathname for names beyond ASCII, but does give UTF-8.
    guard let name = archive_entry_pathname(header) ?? archive_entry_pathname_utf8(header),
      let path = String(validatingCString: name)
    else {
      throw ArchiveError(.unsafePath, "\(url.path) holds an entry whose name is not valid text; it is not read.")
    }
    guard !path.hasPrefix("/") else {
      throw ArchiveError(.unsafePath, "\(url.path) holds the absolute path \(quoted(path)); it is not read.")
    }
    let components = path.split(separator: "/").filter { $0 != "." }
    guard !components.contains("..") else {
      throw ArchiveError(
        .unsafePath, "\(url.path) holds \(quoted(path)), which climbs out of its folder with '..'; it is not read.")
    }
    return components.joined(separator: "/")
  }

  /// True for a regular file, false for a folder.
  private func isRegularFile(_ header: OpaquePointer, path: String) throws -> Bool {
    let target = archive_entry_hardlink(header) ?? archive_entry_symlink(header)
    let type = archive_entry_filetype(header)
    guard target == nil, type != fileTypeLink else {
      let target = target.flatMap { String(validatingCString: $0) } ?? "?"
      throw ArchiveError(
        .link, "\(url.path): \(quoted(path)) is a link to \(quoted(target)); links are not read.")
    }
    switch type {
    case fileTypeRegular: return true
    case fileTypeFolder: return false
    default:
      throw ArchiveError(
        .specialFile, "\(url.path): \(quoted(path)) is a device, a pipe or a socket; such entries are not read.")
    }
  }

  private func readData(
    _ archive: OpaquePointer, _ source: Source, header: OpaquePointer, path: String
  ) throws -> [UInt8] {
    let tooLarge = ArchiveError(
      .tooLarge, "\(url.path): \(quoted(path)) is larger than \(limits.entryBytes) bytes, the limit for one entry.")
    let announced = Int(archive_entry_size(header))
    guard announced >= 0, announced <= limits.entryBytes else { throw tooLarge }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let read = piece.withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, $0.count) }
      guard read >= 0 else { throw failure(archive, source, entry: path) }
      guard read > 0 else { break }
      guard bytes.count + read <= limits.entryBytes else { throw tooLarge }
      bytes.append(contentsOf: piece[0..<read])
    }
    guard bytes.count == announced else {
      throw ArchiveError(
        .damaged, "\(url.path): \(quoted(path)) has \(bytes.count) of \(announced) bytes; fetch the archive again.")
    }
    return bytes
  }

  private func failure(_ archive: OpaquePointer, _ source: Source, entry: String? = nil) -> any Error {
    if let failure = source.failure { return failure }
    let detail = archive_error_string(archive).map { String(cString: $0) } ?? "it is not a tar archive"
    let place = entry.map { ", in \(quoted($0))" } ?? ""
    return ArchiveError(
      .damaged, "\(url.path) is damaged or not a tar archive (\(detail)\(place)); delete it and fetch it again.")
  }

  /// What the C callback reads from, and where it leaves the error that cannot pass through C.
  fileprivate final class Source {
    let stream: DecompressedStream
    var failure: (any Error)?
    /// Holds a piece until libarchive asks for the next, as its contract demands.
    private let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)

    init(stream: DecompressedStream) { self.stream = stream }
    deinit { piece.deallocate() }

    func next() throws -> UnsafeRawBufferPointer {
      let count = try stream.next { bytes in
        piece.copyMemory(from: bytes)
        return bytes.count
      }
      return UnsafeRawBufferPointer(rebasing: piece[0..<(count ?? 0)])
    }
  }
}

// AE_IFREG, AE_IFLNK and AE_IFDIR are macros with casts, which Swift does not import.
private let fileTypeRegular: mode_t = 0o100000
private let fileTypeLink: mode_t = 0o120000
private let fileTypeFolder: mode_t = 0o040000

private func readPiece(
  _: OpaquePointer?, client: UnsafeMutableRawPointer?, target: UnsafeMutablePointer<UnsafeRawPointer?>?
) -> la_ssize_t {
  guard let client, let target else { return -1 }
  let source = Unmanaged<TarArchive.Source>.fromOpaque(client).takeUnretainedValue()
  do {
    let piece = try source.next()
    target.pointee = piece.baseAddress
    return piece.count
  } catch {
    source.failure = error
    return -1
  }
}
