/// The `capacity` largest values seen, the lower index first among equals: a binary heap with the worst on top.
struct CandidateHeap {
  private let capacity: Int
  private(set) var indices: [Int32] = []
  private var values: [Float] = []

  init(capacity: Int) {
    self.capacity = capacity
    indices.reserveCapacity(capacity)
    values.reserveCapacity(capacity)
  }

  /// Offers `row`, whose elements belong to the indices of `range`. Ranges come in ascending order.
  mutating func offer(_ row: UnsafeBufferPointer<Float>, from range: Range<Int>) {
    for position in 0..<range.count {
      let value = row[position]
      if values.count < capacity {
        values.append(value)
        indices.append(Int32(range.lowerBound + position))
        siftUp(values.count - 1)
      } else if value > values[0] {
        // An equal value has a higher index than whatever is in the heap, and stays out.
        values[0] = value
        indices[0] = Int32(range.lowerBound + position)
        siftDown()
      }
    }
  }

  /// Whether the element at `first` is to go before the one at `second`.
  private func isWorse(_ first: Int, _ second: Int) -> Bool {
    values[first] == values[second] ? indices[first] > indices[second] : values[first] < values[second]
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard isWorse(child, parent) else { return }
      swap(child, parent)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var worst = parent
      for child in 2 * parent + 1...2 * parent + 2 where child < values.count && isWorse(child, worst) {
        worst = child
      }
      guard worst != parent else { return }
      swap(parent, worst)
      parent = worst
    }
  }

  private mutating func swap(_ first: Int, _ second: Int) {
    values.swapAt(first, second)
    indices.swapAt(first, second)
  }
}
