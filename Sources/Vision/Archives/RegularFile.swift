import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open, regular file. Devices and FIFOs, which may never end, and folders are refused.
final class RegularFile {
  let descriptor: Int32
  let byteCount: Int
  private let path: String

  /// - Throws: ``ArchiveError`` with reason `cannotOpen`.
  init(url: URL) throws {
    path = url.path
    // Without O_NONBLOCK, opening a FIFO that nobody writes to waits for ever.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw ArchiveError(.cannotOpen, "\(path) cannot be opened: \(systemMessage(errno)).")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw ArchiveError(.cannotOpen, "\(path) is not a regular file; name the file itself.")
    }
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Up to `count` bytes from the end, without moving the read position.
  func lastBytes(_ count: Int) throws -> ArraySlice<UInt8> {
    var bytes = [UInt8](repeating: 0, count: count)
    let start = max(0, byteCount - count)
    let read = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, count, off_t(start)) }
    guard read >= 0 else { throw ArchiveError(.cannotOpen, "\(path) cannot be read: \(systemMessage(errno)).") }
    return bytes[0..<read]
  }
}

/// What the system says about an error number, starting in lower case to fit into a sentence.
func systemMessage(_ code: Int32) -> String {
  let message = String(cString: strerror(code))
  return message.prefix(1).lowercased() + message.dropFirst()
}
