import Foundation
import Numerics

/// The environment variables by which users choose how results are computed.
public enum EnvironmentVariables {
  /// Looks at those of this process, before anything is computed.
  ///
  /// - Throws: `EnvironmentError` for a value that means nothing: it would be as if the variable were not set.
  public static func check() throws(EnvironmentError) { try check(tiles: MatrixTiles.Setting.text) }

  /// - Parameter tiles: what `REPRO_TILES` says; nil where it is not set.
  static func check(tiles: String?) throws(EnvironmentError) {
    guard let tiles, MatrixTiles.Setting(rawValue: tiles) == nil else { return }
    throw EnvironmentError(
      variable: MatrixTiles.Setting.variable, value: tiles, choices: MatrixTiles.Setting.allCases.map(\.rawValue))
  }
}

/// An environment variable has a value that it cannot have.
public struct EnvironmentError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
  public let variable: String
  public let value: String
  public let choices: [String]

  public var description: String {
    let choice = choices.map { "'\($0)'" }.joined(separator: " or ")
    return
      "The environment variable \(variable) is \(value.isEmpty ? "empty" : "'\(value)'"); set it to \(choice), or unset it."
  }
  public var errorDescription: String? { description }
}
