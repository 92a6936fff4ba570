/// A checksum over what a result is: its key and its outputs. SQLite does not notice when a bit of its file changes; with the
/// seal, an entry that is not what was written is taken for none.
enum ResultSeal {
  /// FNV-1a over words of 64 bits: every step is one-to-one, so a change within one word always shows.
  static func value(key: Key, outputs: [OutputRecord]) -> Int {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    mix(key.digest, into: &state)
    mix(UInt64(outputs.count), into: &state)
    for output in outputs {
      for byte in output.name.utf8 { mix(UInt64(byte), into: &state) }
      mix(UInt64(output.name.utf8.count), into: &state)
      mix(output.artifact.digest, into: &state)
      mix(UInt64(bitPattern: Int64(output.artifact.size)), into: &state)
    }
    return Int(Int64(bitPattern: state))
  }

  private static func mix(_ digest: Digest, into state: inout UInt64) {
    mix(digest.words.0, into: &state)
    mix(digest.words.1, into: &state)
    mix(digest.words.2, into: &state)
    mix(digest.words.3, into: &state)
  }

  private static func mix(_ word: UInt64, into state: inout UInt64) {
    state = (state ^ word) &* 0x0000_0100_0000_01B3
    // The low bits of a product do not depend on the high bits of its factors.
    state ^= state >> 32
  }
}
