import CVector

/// Those of many values, with their indices, that are not farther than a slack below the `capacity`-th largest: where each
/// is off by up to half of it, all that may be among the largest.
///
/// Values above a bound are put down as they come. Where there is no room left, the bound rises to the slack below the
/// `capacity`-th largest and all that is below it goes: of many values, most cost a sixteenth of a comparison and a few a
/// store, and the bound is looked for once in `capacity` of those.
struct LargestValues {
  private let capacity: Int
  private let slack: Float
  /// The first `count` are those that are kept, in the order in which they came.
  private var values: [Float]
  private var kept: [Int32]
  private var count = 0
  /// No value up to it is needed.
  private var bound = -Float.infinity

  /// - Parameters:
  ///   - slack: at least zero.
  ///   - total: how many values there are.
  init(capacity: Int, slack: Double, of total: Int) {
    precondition(capacity > 0 && slack >= 0, "at least one value")
    self.capacity = capacity
    self.slack = Float(slack).nextUp
    let room = (min(max(total, capacity), 2 * capacity + 256) + 31) / 16 * 16
    values = [Float](repeating: 0, count: room)
    kept = [Int32](repeating: 0, count: room)
  }

  /// The indices of what is kept, in ascending order: none that the slack allows is missing, and none is there that is
  /// farther than it below the next largest after the `capacity`-th.
  var indices: [Int32] {
    var largest = self
    largest.drop()
    return Array(largest.kept.prefix(largest.count))
  }

  /// Offers finite values from `position` on, whose indices follow each other, `first` that of the first in the row.
  /// Indices come in ascending order. Returns how far it came: short of the end where the slack leaves so many that
  /// `restart` is called for.
  mutating func offer(_ row: UnsafeBufferPointer<Float>, at position: Int, from first: Int) -> Int {
    var position = put(row, at: position, from: first)
    while position < row.count {
      drop()
      // Less than a quarter of the room beyond the capacity is free.
      if (count - capacity) * 4 > (values.count - 16 - capacity) * 3 { return position }
      position = put(row, at: position, from: first)
    }
    return position
  }

  /// Forgets what is kept, and from now on keeps values above `bound` alone.
  mutating func restart(above bound: Float) {
    count = 0
    self.bound = max(self.bound, bound)
  }

  /// Puts down what is above the bound, from `position` on, as long as there is room; returns how far it came. A function
  /// of its own, as kernels are, for its numbers to stay in registers.
  @inline(never)
  private mutating func put(_ row: UnsafeBufferPointer<Float>, at position: Int, from first: Int) -> Int {
    guard let source = row.baseAddress else { return row.count }
    let (bound, room) = (bound, values.count - 16)
    var (position, count) = (position, count)
    values.withUnsafeMutableBufferPointer { values in
      kept.withUnsafeMutableBufferPointer { kept in
        while position < row.count, count <= room {
          let whole = position + 16 <= row.count
          let numbers = whole ? v16_load(source + position) : v16_load_first(source + position, row.count - position)
          var lanes = v16_lanes_above(numbers, bound) & (whole ? 0xFFFF : 1 << UInt32(row.count - position) - 1)
          while lanes != 0 {
            let index = position &+ lanes.trailingZeroBitCount
            values[count] = source[index]
            kept[count] = Int32(truncatingIfNeeded: first &+ index)
            count &+= 1
            lanes &= lanes &- 1
          }
          position = min(position + 16, row.count)
        }
      }
    }
    self.count = count
    return position
  }

  /// Drops what is below the slack.
  private mutating func drop() {
    guard count > capacity else { return }
    let least = max(bound, (leastOfTheLargest() - slack).nextDown)
    var place = 0
    values.withUnsafeMutableBufferPointer { values in
      kept.withUnsafeMutableBufferPointer { kept in
        for index in 0..<count {
          let value = values[index]
          values[place] = value
          kept[place] = kept[index]
          place += value > least ? 1 : 0
        }
      }
    }
    count = place
    bound = least
  }

  /// A number that at most `capacity` values are above and at least `capacity` are at or above, by halving.
  private mutating func leastOfTheLargest() -> Float {
    let vectors = (count + 15) / 16
    return values.withUnsafeMutableBufferPointer { values in
      for index in count..<vectors * 16 { values[index] = -.infinity }
      guard let start = values.baseAddress else { return bound }
      var (low, high) = (Self.rank(bound), Self.rank(.infinity))
      while high - low > 1 {
        let middle = low + (high - low) / 2
        let value = Self.value(middle)
        var counts = SIMD16<Int32>.zero
        for vector in 0..<vectors { counts = v16_count_from(counts, v16_load(start + vector &* 16), value) }
        let found = Int(counts.wrappedSum())
        if found < capacity { high = middle } else { low = middle }
        if found == capacity { break }
      }
      return Self.value(low)
    }
  }

  /// A number's place among all numbers, both zeros in one.
  private static func rank(_ value: Float) -> Int {
    (value < 0 ? -1 : 1) * Int(value.magnitude.bitPattern)
  }

  private static func value(_ rank: Int) -> Float {
    let magnitude = Float(bitPattern: UInt32(rank.magnitude))
    return rank < 0 ? -magnitude : magnitude
  }
}
