import CArchive
import Foundation

/// The decompressed bytes of a file (gzip, xz or none), piece by piece, counted and checked as they pass.
///
/// libarchive inflates gzip but skips the CRC-32 and length at its end, so a flipped bit in stored or literal data
/// would go unseen; they are compared here. (liblzma checks xz by itself.)
final class DecompressedStream {
  let url: URL
  private let file: RegularFile
  private let archive: OpaquePointer
  private let maximumBytes: Int
  private var checksum = CRC32()
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)
  private(set) var byteCount = 0
  /// How many of the last bytes were zero: a tar ends with at least 1,024 of them.
  private(set) var trailingZeros = 0
  private(set) var isFinished = false

  /// - Throws: ``ArchiveError`` when the file cannot be opened or its compression is not known.
  init(url: URL, maximumBytes: Int) throws {
    self.url = url
    self.maximumBytes = maximumBytes
    file = try RegularFile(url: url)
    guard let archive = archive_read_new() else {
      throw ArchiveError(.cannotOpen, "\(url.path): no memory to read it; close other programs and try again.")
    }
    self.archive = archive
    archive_read_support_filter_gzip(archive)
    archive_read_support_filter_xz(archive)
    archive_read_support_format_raw(archive)
    archive_read_support_format_empty(archive)
    var entry: OpaquePointer?
    guard archive_read_open_fd(archive, file.descriptor, 1 << 18) == ARCHIVE_OK else { throw damaged() }
    switch archive_read_next_header(archive, &entry) {
    case ARCHIVE_OK: break
    case ARCHIVE_EOF: throw ArchiveError(.damaged, "\(url.path) is empty; fetch it again.")
    default: throw damaged()
    }
    // The filter count includes the "none" at the bottom.
    guard archive_filter_count(archive) <= 2 else {
      throw ArchiveError(.damaged, "\(url.path) is compressed more than once, which is not read; unpack it first.")
    }
  }

  deinit { archive_read_free(archive) }

  /// Hands out the next piece, or nil at the end, where the checksum has been compared.
  /// The memory is valid until the next call.
  func next<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result? {
    guard !isFinished else { return nil }
    let archive = archive
    let read = buffer.withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, $0.count) }
    guard read >= 0 else { throw damaged() }
    guard read > 0 else {
      try checkGzipTrailer()
      isFinished = true
      return nil
    }
    byteCount += read
    guard byteCount <= maximumBytes else {
      throw ArchiveError(
        .tooLarge,
        "\(url.path) unpacks to more than \(maximumBytes) bytes, the limit; it is not the file it should be.")
    }
    return try buffer.withUnsafeBytes { whole in
      let piece = UnsafeRawBufferPointer(rebasing: whole[0..<read])
      checksum.update(piece)
      let zeros = piece.reversed().prefix { $0 == 0 }.count
      trailingZeros = zeros == read ? trailingZeros + read : zeros
      return try body(piece)
    }
  }

  private func checkGzipTrailer() throws {
    guard archive_filter_code(archive, 0) == ARCHIVE_FILTER_GZIP else { return }
    let trailer = try file.lastBytes(8)
    func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
      bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    guard trailer.count == 8, littleEndian(trailer[0..<4]) == checksum.value,
      littleEndian(trailer[4..<8]) == UInt32(truncatingIfNeeded: byteCount)
    else {
      throw ArchiveError(
        .damaged,
        "\(url.path) is damaged: its content does not match the checksum at the end of the gzip data; "
          + "delete it and fetch it again.")
    }
  }

  private func damaged() -> ArchiveError {
    let detail = archive_error_string(archive).map { String(cString: $0) } ?? "it cannot be decompressed"
    return ArchiveError(.damaged, "\(url.path) is damaged or cut short (\(detail)); delete it and fetch it again.")
  }
}

/// A compressed or plain file as a whole, in memory.
public enum CompressedFile {
  /// The decompressed content of a gzip or xz file, or the content as it is of any other.
  /// - Throws: ``ArchiveError`` when it cannot be read, is damaged, or holds more than `maximumBytes`.
  public static func read(at url: URL, maximumBytes: Int) throws -> [UInt8] {
    let stream = try DecompressedStream(url: url, maximumBytes: maximumBytes)
    var bytes: [UInt8] = []
    while try stream.next({ bytes.append(contentsOf: $0) }) != nil {}
    return bytes
  }
}
