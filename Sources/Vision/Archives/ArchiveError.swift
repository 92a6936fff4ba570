import Foundation

/// Why a compressed file or an archive was refused, in one sentence that names the file and the entry.
public struct ArchiveError: Error, Equatable, Sendable, CustomStringConvertible, LocalizedError {
  public enum Reason: Sendable, Equatable {
    /// The file is missing, not a regular file, or not readable.
    case cannotOpen
    /// Truncated, bit-flipped, or not in a format that is read here.
    case damaged
    /// An entry's path is absolute, climbs with `..`, or cannot be read as text.
    case unsafePath
    /// An entry is a symbolic or a hard link.
    case link
    /// An entry is a device, a FIFO or a socket.
    case specialFile
    /// Two entries have the same path.
    case duplicate
    /// A limit of ``ArchiveLimits`` is exceeded.
    case tooLarge
  }

  public let reason: Reason
  public let description: String
  public var errorDescription: String? { description }

  init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}

/// How much an archive may unpack to. A few kilobytes of gzip can hold gigabytes of zeros; these bounds are what
/// stops them. The defaults take the official CIFAR archives (186 MB unpacked, largest entry 154 MB).
public struct ArchiveLimits: Sendable, Equatable {
  public var entryBytes: Int
  public var totalBytes: Int
  public var entries: Int

  public init(entryBytes: Int = 256 << 20, totalBytes: Int = 1 << 30, entries: Int = 10_000) {
    self.entryBytes = entryBytes
    self.totalBytes = totalBytes
    self.entries = entries
  }
}

/// Text from a file that may be hostile, made fit for a message: control characters are escaped, length is bounded.
func quoted(_ text: String) -> String {
  var shown = ""
  for scalar in text.unicodeScalars.prefix(200) {
    if scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format {
      shown += scalar.escaped(asASCII: true)
    } else {
      shown.unicodeScalars.append(scalar)
    }
  }
  return "'\(shown)\(text.unicodeScalars.count > 200 ? "…" : "")'"
}
