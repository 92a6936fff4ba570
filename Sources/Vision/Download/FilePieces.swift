import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reading a file front to back without holding it in memory.
enum FilePieces {
  /// Calls `body` with each piece of up to a megabyte and returns the number of bytes.
  /// - Throws: ``DownloadError`` when the file cannot be read, or what `body` throws.
  @discardableResult
  static func forEach(of url: URL, _ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Int {
    let file: RegularFile
    do { file = try RegularFile(url: url) } catch { throw DownloadError(.fileSystem, error.localizedDescription) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var total = 0
    while true {
      let count = buffer.withUnsafeMutableBytes { read(file.descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw DownloadError(.fileSystem, "\(url.path) cannot be read: \(systemMessage(errno)).")
      }
      guard count > 0 else { return total }
      total += count
      try buffer.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[0..<count])) }
    }
  }
}
