import Foundation

/// The end of what an attempt printed, as the ledger keeps it: logs are cleared, and what is told of a result stays.
extension LogFile {
  /// Lines that are kept, and the bytes that they may take.
  static let keptLines = 12
  static let keptBytes = 2000

  /// The last lines of a log; nil where there is none, or nothing was printed.
  static func kept(of path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let size = Int(status.st_size)
    let start = max(0, size - keptBytes)
    var bytes = [UInt8](repeating: 0, count: size - start)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(start)) }
    return count > 0 ? kept(of: bytes.prefix(count), isCut: start > 0) : nil
  }

  /// - Parameter isCut: whether something stood before `bytes`: then they may begin within a line, and within a letter.
  static func kept(of bytes: ArraySlice<UInt8>, isCut: Bool) -> String? {
    let whole = isCut ? bytes.drop { $0 & 0xC0 == 0x80 } : bytes
    // Text ends at its first NUL for many who read it.
    let text = String(decoding: whole, as: UTF8.self).replacing("\0", with: "\u{FFFD}")
    var lines = text.split(whereSeparator: \.isNewline)
    if isCut, lines.count > 1 { lines.removeFirst() }
    var kept: [Substring] = []
    var size = 0
    for line in lines.reversed().prefix(keptLines) {
      size += line.utf8.count + 1
      // One line of bytes that are no text grows when it is read as such, threefold at most.
      guard size <= keptBytes + 1 || kept.isEmpty else { break }
      kept.append(line)
    }
    guard kept.contains(where: { !$0.allSatisfy(\.isWhitespace) }) else { return nil }
    return kept.reversed().joined(separator: "\n")
  }
}
