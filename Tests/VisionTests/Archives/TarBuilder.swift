import CArchive
import Foundation

/// Tar archives made by hand, block by block: the well-formed ones are POSIX ustar, and everything a library
/// refuses to write can be written as well.
struct TarBuilder {
  private(set) var bytes: [UInt8] = []

  /// - Parameters:
  ///   - type: the type flag: "0" file, "1" hard link, "2" symbolic link, "3" device, "5" folder, "6" FIFO.
  ///   - announced: the size in the header, if it is to differ from the content's.
  mutating func add(
    _ path: String, _ content: [UInt8] = [], type: Character = "0", link: String = "", announced: Int? = nil
  ) {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) {
      for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
    }
    func octal(_ number: Int, digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(path, at: 0)
    put(octal(0o644, digits: 7), at: 100)
    put(octal(0, digits: 7), at: 108)
    put(octal(0, digits: 7), at: 116)
    put(octal(announced ?? content.count, digits: 11), at: 124)
    put(octal(0, digits: 11), at: 136)
    put("        ", at: 148)
    put(String(type), at: 156)
    put(link, at: 157)
    put("ustar\u{0}00", at: 257)
    put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\u{0} ", at: 148)
    bytes += header + content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  /// With the two empty blocks that end an archive.
  var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}

enum Compression {
  case gzip, xz

  /// Compresses with libarchive.
  func callAsFunction(_ content: [UInt8]) -> [UInt8] {
    var target = [UInt8](repeating: 0, count: content.count + content.count / 8 + 65_536)
    var used = 0
    let archive = archive_write_new()
    defer { archive_write_free(archive) }
    switch self {
    case .gzip: archive_write_add_filter_gzip(archive)
    case .xz: archive_write_add_filter_xz(archive)
    }
    archive_write_set_format_raw(archive)
    target.withUnsafeMutableBytes { buffer in
      archive_write_open_memory(archive, buffer.baseAddress, buffer.count, &used)
      let entry = archive_entry_new()
      archive_entry_set_filetype(entry, 0o100000)
      archive_write_header(archive, entry)
      archive_entry_free(entry)
      content.withUnsafeBytes { _ = archive_write_data(archive, $0.baseAddress, $0.count) }
      archive_write_close(archive)
    }
    return Array(target[0..<used])
  }
}

/// A folder that is there for the length of `body`.
func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vision-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

extension URL {
  /// A file in this folder with this content.
  func file(_ name: String, _ content: [UInt8]) throws -> URL {
    let url = appendingPathComponent(name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(content).write(to: url)
    return url
  }
}
