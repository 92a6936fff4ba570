import Foundation

/// Why a data set was refused, in one sentence that names the file, the place in it, and what to do.
public struct DatasetError: Error, Equatable, Sendable, CustomStringConvertible, LocalizedError {
  public enum Reason: Sendable, Equatable {
    /// A file that belongs to the data set is not there, or cannot be read or written.
    case missing
    /// A header promises what cannot be, or not what is there.
    case malformed
    /// A label names no class.
    case labelOutOfRange
    /// The content is well-formed, but not that of the named data set.
    case wrongContent
  }

  public let reason: Reason
  public let description: String
  public var errorDescription: String? { description }

  init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}
