import Foundation

/// One thing that is wrong in a configuration.
public struct ConfigurationProblem: Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// The file cannot be read.
    case file
    /// The text is not JSON.
    case syntax
    /// A key, a type or a value that the schema forbids.
    case content
    /// A name that is not defined, or two settings that contradict each other: beyond what a schema can say.
    case consistency
  }

  public let kind: Kind
  /// Where the offending text stands; `nil` where there is no text, as for a file that cannot be read.
  public let location: SourceLocation?
  /// What is wrong and what would be right, without the place.
  public let message: String

  public var description: String {
    guard let location else { return message }
    return "\(location): \(message)"
  }
}

/// A configuration that cannot be used. It lists every problem that was found, one a line.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
  /// What is wrong, in the order of the file; never empty.
  public let problems: [ConfigurationProblem]

  public var description: String { problems.map(\.description).joined(separator: "\n") }
  public var errorDescription: String? { description }

  init(_ problems: [ConfigurationProblem]) {
    self.problems = problems
  }

  init(_ kind: ConfigurationProblem.Kind, at location: SourceLocation?, _ message: String) {
    problems = [ConfigurationProblem(kind: kind, location: location, message: message)]
  }
}
