import Foundation
import Pipeline

/// JSON artifacts: keys in order and numbers exact, so that the same values are the same bytes.
enum JSONFile {
  static func write(_ value: some Encodable, to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try (encoder.encode(value) + Data("\n".utf8)).write(to: url)
  }

  static func read<Value: Decodable>(_ type: Value.Type = Value.self, from url: URL) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    } catch {
      throw StageError("\(url.lastPathComponent) cannot be read as \(type): \(error)")
    }
  }
}
