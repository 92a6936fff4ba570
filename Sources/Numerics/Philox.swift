/// Philox4x32-10: a counter-based random function, 128 bits out for 128 bits of counter and 64 bits of key.
///
/// Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011). Any block can be made alone,
/// in any order and on any thread, which is what makes a view a function of (seed, sample, epoch, view) and nothing
/// else.
public enum Philox {
  /// The block of four random words at `counter` under `key`.
  @inline(__always)
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for round in 0..<10 {
      if round > 0 { key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85) }
      let first = UInt64(counter.x) &* 0xD251_1F53
      let second = UInt64(counter.z) &* 0xCD9E_8D57
      counter = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ counter.y ^ key.x,
        UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ counter.w ^ key.y,
        UInt32(truncatingIfNeeded: first))
    }
    return counter
  }
}

/// A stream of random numbers named by a seed and three integers: the same name gives the same numbers, on any thread,
/// in any order, on any machine.
///
/// The name (purpose, a, b) fills three words of Philox's counter, the fourth counts blocks of the stream, and the
/// seed is the key; a stream holds 2³² blocks of four words.
public struct RandomStream: RandomNumberGenerator, Sendable {
  private var counter: SIMD4<UInt32>
  private let key: SIMD2<UInt32>
  private var block = SIMD4<UInt32>()
  private var used = 4

  /// - Parameters:
  ///   - seed: the experiment's seed.
  ///   - purpose: what the numbers are for, so that two uses never share a stream.
  ///   - a, b: for instance the sample's index, and epoch and view.
  public init(seed: UInt64, purpose: UInt32, _ a: UInt32 = 0, _ b: UInt32 = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = SIMD4(0, a, b, purpose)
  }

  /// The next 32 random bits.
  public mutating func nextWord() -> UInt32 {
    if used == 4 {
      block = Philox.block(counter: counter, key: key)
      counter.x &+= 1
      used = 0
    }
    defer { used += 1 }
    return block[used]
  }

  public mutating func next() -> UInt64 {
    let low = UInt64(nextWord())
    return UInt64(nextWord()) << 32 | low
  }

  /// Uniform in [0, 1), 24 random bits.
  public mutating func uniform() -> Float {
    Float(nextWord() >> 8) * 0x1p-24
  }

  /// Uniform in [`low`, `high`).
  public mutating func uniform(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * uniform()
  }

  /// Uniform in 0..<`count` by Lemire's multiplication, with rejection: exactly uniform.
  public mutating func integer(below count: Int) -> Int {
    precondition(count > 0 && count <= Int(UInt32.max), "a range of 1 to 2³² − 1 values")
    let range = UInt32(count)
    var product = UInt64(nextWord()) * UInt64(range)
    if UInt32(truncatingIfNeeded: product) < range {
      let threshold = (0 &- range) % range
      while UInt32(truncatingIfNeeded: product) < threshold { product = UInt64(nextWord()) * UInt64(range) }
    }
    return Int(product >> 32)
  }

  /// A permutation of 0..<`count` by Fisher and Yates.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for index in stride(from: count - 1, to: 0, by: -1) { order.swapAt(index, integer(below: index + 1)) }
    return order
  }
}
