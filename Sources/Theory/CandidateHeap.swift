import CVector

/// The `capacity` largest values seen, the lower index first among equals: a binary heap with the worst on top.
struct CandidateHeap {
  private let capacity: Int
  /// Value and index in one number, the larger the better: the value's bits in an order that agrees with its own,
  /// then the complement of the index.
  private var keys: [UInt64] = []

  init(capacity: Int) {
    precondition(capacity > 0, "a heap of at least one candidate")
    self.capacity = capacity
    keys.reserveCapacity(capacity)
  }

  /// The indices that are kept, in no particular order.
  var indices: [Int32] { keys.map { Int32(~UInt32(truncatingIfNeeded: $0)) } }

  /// Offers `row`, whose elements belong to the indices of `range`. Ranges come in ascending order.
  mutating func offer(_ row: UnsafeBufferPointer<Float>, from range: Range<Int>) {
    guard let values = row.baseAddress else { return }
    var position = 0
    while position < range.count, keys.count < capacity {
      keys.append(Self.key(values[position], range.lowerBound + position))
      siftUp()
      position += 1
    }
    // Nearly all values are below the worst that is kept: sixteen are dismissed by one comparison. An equal value has a
    // higher index than whatever is in the heap, and stays out.
    var worst = Self.value(keys[0])
    while position < range.count {
      let end = min(position + 16, range.count)
      if end == position + 16,
        v16_any_above(v16_load(values + position), worst) == 0
      {
        position = end
        continue
      }
      for index in position..<end where values[index] > worst {
        replaceTop(with: Self.key(values[index], range.lowerBound + index))
        worst = Self.value(keys[0])
      }
      position = end
    }
  }

  private static func key(_ value: Float, _ index: Int) -> UInt64 {
    // Adding zero makes −0 the same as 0.
    let bits = (value + 0).bitPattern
    let ordered = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
    return UInt64(ordered) << 32 | UInt64(~UInt32(truncatingIfNeeded: index))
  }

  private static func value(_ key: UInt64) -> Float {
    let ordered = UInt32(key >> 32)
    return Float(bitPattern: ordered >> 31 == 1 ? ordered & 0x7FFF_FFFF : ~ordered)
  }

  /// Moves the last key up to its place.
  private mutating func siftUp() {
    var child = keys.count - 1
    let moved = keys[child]
    while child > 0, moved < keys[(child - 1) / 2] {
      keys[child] = keys[(child - 1) / 2]
      child = (child - 1) / 2
    }
    keys[child] = moved
  }

  /// Puts `key` in the place of the worst and moves it down to its own.
  private mutating func replaceTop(with key: UInt64) {
    keys.withUnsafeMutableBufferPointer { keys in
      var parent = 0
      while 2 * parent + 1 < keys.count {
        var child = 2 * parent + 1
        if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
        guard keys[child] < key else { break }
        keys[parent] = keys[child]
        parent = child
      }
      keys[parent] = key
    }
  }
}
