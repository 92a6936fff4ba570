import Foundation

/// A number of classes that the generated dataset does not have.
public struct ShapesError: Error, Equatable, CustomStringConvertible, LocalizedError {
  public let classCount: Int

  public var description: String {
    "the Shapes dataset has 1 to \(Shapes.maximumClassCount) classes, not \(classCount): choose a number in that range"
  }

  public var errorDescription: String? { description }
}
