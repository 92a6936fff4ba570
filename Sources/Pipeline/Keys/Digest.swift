import Crypto
import Foundation

/// A SHA-256 digest, kept as 64 lower-case hexadecimal digits: the form in which it names artifacts, stands in the ledger
/// and enters keys, so that it is never converted back and forth.
public struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let hex: String

  /// Nil unless `hex` is 64 lower-case hexadecimal digits.
  public init?(hex: String) {
    guard hex.utf8.count == 64, hex.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
      return nil
    }
    self.hex = hex
  }

  /// For digits that come out of the ledger, whose table checks them.
  init(trusted hex: String) {
    self.hex = hex
  }

  init(_ digest: SHA256.Digest) {
    hex = digest.withUnsafeBytes { bytes in
      String(unsafeUninitializedCapacity: 64) { digits in
        var position = 0
        for byte in bytes {
          let high = byte >> 4
          let low = byte & 15
          digits[position] = high < 10 ? 48 + high : 87 + high
          digits[position + 1] = low < 10 ? 48 + low : 87 + low
          position += 2
        }
        return 64
      }
    }
  }

  /// The digest of the UTF-8 bytes of `text`.
  public init(of text: String) {
    var text = text
    var hasher = SHA256()
    text.withUTF8 { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    self.init(hasher.finalize())
  }

  public init(of data: Data) {
    self.init(SHA256.hash(data: data))
  }

  public var description: String { hex }

  /// The first twelve digits, for people.
  public var short: String { String(hex.prefix(12)) }

  public static func < (left: Digest, right: Digest) -> Bool { left.hex < right.hex }
}

extension Digest: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let digest = Digest(hex: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "“\(text)” is not a SHA-256 digest")
    }
    self = digest
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }
}
