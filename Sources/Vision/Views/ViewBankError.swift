import Foundation

/// A view bank that cannot be read or written.
public struct ViewBankError: Error, Equatable, CustomStringConvertible, LocalizedError {
  public let path: String?
  public let problem: String

  public var description: String {
    "view bank\(path.map { " \($0)" } ?? ""): \(problem); delete the file and build it again"
  }

  public var errorDescription: String? { description }
}
