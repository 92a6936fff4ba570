import Foundation

/// Why a file could not be had, in one sentence that names it and what was tried.
public struct DownloadError: Error, Equatable, Sendable, CustomStringConvertible, LocalizedError {
  public enum Reason: Sendable, Equatable {
    /// Every source failed; `description` says how, source by source.
    case allSourcesFailed
    /// The network would be needed, and `offline` was asked for.
    case offline
    /// The file is there but is not the expected one.
    case wrongContent
    /// A source does not answer, answers with an error, or was cut off.
    case unavailable
    /// The disk is full.
    case noSpace
    /// The target folder or file cannot be written, or a local source cannot be read.
    case fileSystem
  }

  public let reason: Reason
  public let description: String
  public var errorDescription: String? { description }

  public init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}
