/// Where the boxes of a diagram stand: in columns, each to the right of all that lead to it, ordered so that few arrows
/// cross and moved so that they are short (Sugiyama, Tagawa & Toda, 1981).
struct DiagramLayout {
  /// A box, or a place that a long arrow passes in a column between.
  struct Slot {
    let box: Int?
    let column: Int
    let height: Double
    var y = 0.0
  }

  /// The slots that an arrow touches, from the left to the right; its direction is that of the arrow unless `isReversed`,
  /// where it closes a circle.
  struct Route {
    let slots: [Int]
    let isReversed: Bool
  }

  private(set) var slots: [Slot] = []
  /// In the order of the arrows.
  private(set) var routes: [Route] = []
  /// Slots of each column from the top.
  private(set) var columns: [[Int]] = []
  private var before: [[Int]] = []
  private var after: [[Int]] = []

  /// - Parameter heights: of the boxes.
  init(heights: [Double], arrows: [(from: Int, to: Int)], gap: Double) {
    let reversed = Self.backArrows(count: heights.count, arrows)
    let forward = zip(arrows, reversed).map { $1 ? (from: $0.to, to: $0.from) : $0 }
    let ranks = Self.ranks(count: heights.count, forward)
    columns = Array(repeating: [], count: (ranks.max() ?? -1) + 1)
    for (box, height) in heights.enumerated() { addSlot(box: box, column: ranks[box], height: height) }
    for (arrow, isReversed) in zip(forward, reversed) {
      var chain = [arrow.from]
      for column in (ranks[arrow.from] + 1)..<max(ranks[arrow.from] + 1, ranks[arrow.to]) {
        chain.append(addSlot(box: nil, column: column, height: 0))
      }
      chain.append(arrow.to)
      for (left, right) in zip(chain, chain.dropFirst()) {
        after[left].append(right)
        before[right].append(left)
      }
      routes.append(Route(slots: chain, isReversed: isReversed))
    }
    order()
    place(gap: gap)
  }

  @discardableResult
  private mutating func addSlot(box: Int?, column: Int, height: Double) -> Int {
    slots.append(Slot(box: box, column: column, height: height))
    columns[column].append(slots.count - 1)
    before.append([])
    after.append([])
    return slots.count - 1
  }

  /// Which arrows lead back to a box that they came from: those that close a circle in a depth-first walk.
  private static func backArrows(count: Int, _ arrows: [(from: Int, to: Int)]) -> [Bool] {
    var leaving = [[Int]](repeating: [], count: count)
    for (index, arrow) in arrows.enumerated() { leaving[arrow.from].append(index) }
    var isBack = [Bool](repeating: false, count: arrows.count)
    // 0 not seen, 1 on the way, 2 done.
    var state = [UInt8](repeating: 0, count: count)
    for start in 0..<count where state[start] == 0 {
      var path = [(box: start, next: 0)]
      state[start] = 1
      while let (box, next) = path.last {
        guard next < leaving[box].count else {
          state[box] = 2
          path.removeLast()
          continue
        }
        path[path.count - 1].next += 1
        let arrow = leaving[box][next]
        let target = arrows[arrow].to
        if state[target] == 1 { isBack[arrow] = true }
        if state[target] == 0 {
          state[target] = 1
          path.append((target, 0))
        }
      }
    }
    return isBack
  }

  /// The column of each box: the number of arrows on the longest way to it.
  private static func ranks(count: Int, _ arrows: [(from: Int, to: Int)]) -> [Int] {
    var missing = [Int](repeating: 0, count: count)
    var leaving = [[Int]](repeating: [], count: count)
    for arrow in arrows {
      missing[arrow.to] += 1
      leaving[arrow.from].append(arrow.to)
    }
    var ranks = [Int](repeating: 0, count: count)
    var ready = missing.indices.filter { missing[$0] == 0 }
    while let box = ready.popLast() {
      for target in leaving[box] {
        ranks[target] = max(ranks[target], ranks[box] + 1)
        missing[target] -= 1
        if missing[target] == 0 { ready.append(target) }
      }
    }
    return ranks
  }

  /// Sorts each column by the mean place of its neighbours, from left to right and back again.
  private mutating func order() {
    for sweep in 0..<12 {
      var place = [Double](repeating: 0, count: slots.count)
      for column in columns { for (index, slot) in column.enumerated() { place[slot] = Double(index) } }
      let isForward = sweep % 2 == 0
      for index in isForward ? Array(columns.indices) : columns.indices.reversed() {
        let wanted = columns[index].map { slot -> Double in
          let neighbours = isForward ? before[slot] : after[slot]
          return neighbours.isEmpty ? place[slot] : neighbours.map { place[$0] }.reduce(0, +) / Double(neighbours.count)
        }
        // Equal ones keep their order, so that the layout is the same every time.
        let sorted = columns[index].indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
        columns[index] = sorted.map { columns[index][$0] }
        for (position, slot) in columns[index].enumerated() { place[slot] = Double(position) }
      }
    }
  }

  /// Moves slots towards their neighbours as far as the order and the gaps allow.
  private mutating func place(gap: Double) {
    for column in columns {
      var y = 0.0
      for slot in column {
        slots[slot].y = y + slots[slot].height / 2
        y += slots[slot].height + gap
      }
    }
    for sweep in 0..<16 {
      let isForward = sweep % 2 == 0
      for index in isForward ? Array(columns.indices) : columns.indices.reversed() {
        let column = columns[index]
        let wanted = column.map { slot -> Double in
          let neighbours = isForward ? before[slot] : after[slot]
          guard !neighbours.isEmpty else { return slots[slot].y }
          return neighbours.map { slots[$0].y }.reduce(0, +) / Double(neighbours.count)
        }
        for (slot, y) in zip(column, Self.spread(wanted, heights: column.map { slots[$0].height }, gap: gap)) {
          slots[slot].y = y
        }
      }
    }
    let top = slots.map { $0.y - $0.height / 2 }.min() ?? 0
    for index in slots.indices { slots[index].y -= top }
  }

  /// The places nearest to the wanted ones (in squares) that keep the order and the gaps: after the gaps are taken off, an
  /// isotonic regression, by joining neighbours that are in each other's way.
  static func spread(_ wanted: [Double], heights: [Double], gap: Double) -> [Double] {
    var offsets: [Double] = []
    var offset = 0.0
    for (index, height) in heights.enumerated() {
      if index > 0 { offset += (heights[index - 1] + height) / 2 + gap }
      offsets.append(offset)
    }
    var blocks: [(mean: Double, count: Int)] = []
    for (place, offset) in zip(wanted, offsets) {
      blocks.append((place - offset, 1))
      while blocks.count > 1, blocks[blocks.count - 2].mean >= blocks[blocks.count - 1].mean {
        let last = blocks.removeLast()
        let other = blocks.removeLast()
        let count = last.count + other.count
        let sum = last.mean * Double(last.count) + other.mean * Double(other.count)
        blocks.append((sum / Double(count), count))
      }
    }
    return zip(blocks.flatMap { Array(repeating: $0.mean, count: $0.count) }, offsets).map { $0 + $1 }
  }
}
