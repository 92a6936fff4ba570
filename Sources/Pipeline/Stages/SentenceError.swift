import Foundation

/// An error that is one clear sentence: what went wrong, where, and what to do.
public protocol SentenceError: Error, Sendable, CustomStringConvertible, LocalizedError {}

extension SentenceError {
  public var errorDescription: String? { description }
}

/// The sentence of any error: its own description where it has one, else Foundation's.
public func sentence(of error: any Error) -> String {
  if let localized = error as? any LocalizedError, let text = localized.errorDescription { return text }
  return String(describing: error)
}
