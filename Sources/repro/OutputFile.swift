import Foundation
import Pipeline

/// A file that somebody asked for by name.
enum OutputFile {
  /// - Throws: `StageError` where it cannot be written.
  static func write(_ data: Data, to path: String) throws {
    do {
      try data.write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw StageError.cannotWrite(path, error)
    }
  }
}
