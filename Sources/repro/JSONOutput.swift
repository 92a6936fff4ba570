import Foundation

/// JSON on standard output: keys in order, so that it can be compared.
enum JSONOutput {
  static func print(_ value: some Encodable) throws { Swift.print(try text(value)) }

  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
