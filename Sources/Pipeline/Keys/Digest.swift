import Crypto
import Foundation

/// A SHA-256 digest. It names artifacts and enters keys in its text form, 64 lower-case hexadecimal digits; in memory it is
/// four numbers, which cost nothing to copy, to compare and to look up.
public struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The bytes from the first on, eight in each, the first the most significant.
  let words: (UInt64, UInt64, UInt64, UInt64)

  /// Nil unless `hex` is 64 lower-case hexadecimal digits.
  public init?(hex: String) {
    var hex = hex
    guard let digest = hex.withUTF8({ Digest(hexDigits: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = digest
  }

  /// For digits that come out of the ledger. What is no digest there becomes one that names nothing, so that what it
  /// stands for is not found and is made again.
  init(trusted hex: String) {
    self = Digest(hex: hex) ?? Digest(words: (0, 0, 0, 0))
  }

  init?(hexDigits: UnsafeRawBufferPointer) {
    guard hexDigits.count == 64, let first = Self.word(hexDigits, 0), let second = Self.word(hexDigits, 16),
      let third = Self.word(hexDigits, 32), let fourth = Self.word(hexDigits, 48)
    else { return nil }
    words = (first, second, third, fourth)
  }

  /// Sixteen digits as a number, eight at a time: this is done for every digest of a ledger.
  private static func word(_ digits: UnsafeRawBufferPointer, _ offset: Int) -> UInt64? {
    guard let high = half(digits.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
      let low = half(digits.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
    else { return nil }
    return high << 32 | low
  }

  /// Eight digits, one a byte, the first in the lowest.
  private static func half(_ text: UInt64) -> UInt64? {
    let text = UInt64(littleEndian: text)
    let ones: UInt64 = 0x0101_0101_0101_0101
    // Digits are 0x30 to 0x39, letters 0x61 to 0x66: bit 6 tells them apart.
    let isLetter = (text >> 6) & ones
    let values = (text & (ones &* 0x0F)) &+ isLetter &* 9
    // Six more carry a ten, and nothing below it, into bit 4: letters are ten to fifteen, digits are not.
    let carries = ((values &+ ones &* 6) >> 4) & ones
    guard values & (ones &* 0xF0) == 0, carries == isLetter else { return nil }
    // Back to text: only what gives the same bytes again was made of these digits.
    let again = values &+ ones &* 0x30 &+ isLetter &* 0x27
    guard again == text else { return nil }
    // Neighbours join, two and two.
    let pairs = (values << 4 | values >> 8) & 0x00FF_00FF_00FF_00FF
    let quads = (pairs << 8 | pairs >> 16) & 0x0000_FFFF_0000_FFFF
    return (quads << 16 | quads >> 32) & 0xFFFF_FFFF
  }

  private init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  init(_ digest: SHA256.Digest) {
    words = digest.withUnsafeBytes { bytes in
      func word(_ index: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
      }
      return (word(0), word(1), word(2), word(3))
    }
  }

  /// The digest of the UTF-8 bytes of `text`.
  public init(of text: String) {
    var text = text
    self = text.withUTF8 { Digest(of: UnsafeRawBufferPointer($0)) }
  }

  public init(of data: Data) {
    self.init(SHA256.hash(data: data))
  }

  init(of bytes: UnsafeRawBufferPointer) {
    var hasher = SHA256()
    hasher.update(bufferPointer: bytes)
    self.init(hasher.finalize())
  }

  public var hex: String {
    String(unsafeUninitializedCapacity: 64) { digits in
      writeHex(to: UnsafeMutableRawBufferPointer(digits))
      return 64
    }
  }

  /// Writes the 64 digits to the start of `target`.
  func writeHex(to target: UnsafeMutableRawBufferPointer) {
    var position = 0
    for word in [words.0, words.1, words.2, words.3] {
      var shift = 60
      while shift >= 0 {
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
        target[position] = digit < 10 ? 48 + digit : 87 + digit
        position += 1
        shift -= 4
      }
    }
  }

  public var description: String { hex }

  /// The first twelve digits, for people.
  public var short: String { String(hex.prefix(12)) }

  public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }
  public static func < (left: Digest, right: Digest) -> Bool { left.words < right.words }

  /// The bytes are as good as random: some are as good for finding as all.
  public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
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
