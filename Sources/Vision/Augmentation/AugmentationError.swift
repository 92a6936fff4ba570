import Foundation

/// An augmentation policy, or a side, that the images cannot be augmented with.
public struct AugmentationError: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// The field at fault, as it is written in a configuration.
  public let field: String
  public let problem: String

  public var description: String { "augmentation: \(field) \(problem)" }
  public var errorDescription: String? { description }
}
