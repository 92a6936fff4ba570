import Testing

@testable import Numerics
@testable import Theory

/// The largest values against a sort of all of them.
@Suite struct LargestValuesTests {
  /// Checks that all within the slack of the `size`-th largest are found, none twice, in ascending order, and none that is
  /// farther than it below the next largest.
  private func expect(
    _ found: [Int32], of values: [Float], size: Int, slack: Float, _ name: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let order = values.sorted(by: >)
    // A unit in the last place of rounding either way.
    let (least, next) = (order[min(size, values.count) - 1] - slack, order[min(size, values.count - 1)] - slack)
    let unit = max(least.ulp, next.ulp, slack.ulp) * 4
    #expect(zip(found, found.dropFirst()).allSatisfy { $0 < $1 }, "\(name)", sourceLocation: sourceLocation)
    let needed = values.indices.filter { values[$0] >= least }.map(Int32.init)
    #expect(Set(found).isSuperset(of: needed), "\(name)", sourceLocation: sourceLocation)
    if size < values.count {
      #expect(found.allSatisfy { values[Int($0)] >= next - unit }, "\(name)", sourceLocation: sourceLocation)
    }
  }

  /// What is found, by a caller that keeps the indices itself where there are too many.
  private func largest(_ values: [Float], _ size: Int, slack: Float, cut: () -> Int) -> [Int32] {
    var largest = LargestValues(capacity: size, slack: Double(slack), of: values.count)
    var settled: [Int32] = []
    var start = 0
    while start < values.count {
      let end = min(values.count, start + cut())
      values[start..<end].withUnsafeBufferPointer { row in
        var position = largest.offer(row, at: 0, from: start)
        while position < row.count {
          settled += largest.indices
          let order = settled.map { values[Int($0)] }.sorted(by: >)
          largest.restart(above: (order[size - 1] - slack).nextDown.nextDown)
          position = largest.offer(row, at: position, from: start)
        }
      }
      start = end
    }
    guard !settled.isEmpty else { return largest.indices }
    let all = settled + largest.indices
    let bound = all.map { values[Int($0)] }.sorted(by: >)[size - 1] - slack
    return all.filter { values[Int($0)] >= bound }
  }

  /// Few different values, so that there are many ties; all of any sign; in rows of any length.
  @Test func agreesWithSorting() {
    for seed in 0..<60 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 0x7E5A)
      let count = 1 + stream.integer(below: 3000)
      let size = 1 + stream.integer(below: 120)
      let different = 1 + stream.integer(below: seed % 3 == 0 ? 5 : 100_000)
      let values = (0..<count).map { _ in Float(stream.integer(below: different) - different / 2) * 0.37 }
      let slack = seed % 2 == 0 ? 0 : Float(stream.integer(below: different)) * 0.01
      let found = largest(values, size, slack: slack) { 1 + stream.integer(below: 400) }
      expect(found, of: values, size: size, slack: slack, "seed \(seed): \(size) of \(count), slack \(slack)")
    }
  }

  @Test func theWorstOrdersAreNoDifferent() {
    let rising = (0..<2000).map { Float($0) * 0.001 - 1 }
    expect(largest(rising, 33, slack: 0) { 160 }, of: rising, size: 33, slack: 0, "rising")
    #expect(largest(rising.reversed(), 33, slack: 0) { 160 }.starts(with: 0..<33))
    // As many as there are: more than there is room for.
    let equal = [Float](repeating: 1, count: 2000)
    #expect(largest(equal, 33, slack: 0) { 77 } == Array(0..<2000))
    #expect(largest([0, -0, 0, -0, -1, 1], 3, slack: 0) { 6 } == [0, 1, 2, 3, 5])
    let extremes: [Float] = [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, -1]
    let many = (0..<500).map { extremes[$0 % 5] }
    for size in [1, 99, 100, 101, 199, 250, 399, 401, 499, 600] {
      expect(largest(many, size, slack: 0) { 64 }, of: many, size: size, slack: 0, "\(size)")
    }
  }

  /// Where one is called for, the room does not grow.
  @Test func asksToStartAgainWhereTheSlackLeavesTooMany() {
    let values = (0..<3000).map { Float($0 % 7) * 0.01 }
    values.withUnsafeBufferPointer { row in
      var largest = LargestValues(capacity: 10, slack: 1, of: row.count)
      let position = largest.offer(row, at: 0, from: 0)
      #expect(position < row.count && largest.indices == Array(0..<Int32(position)))
      largest.restart(above: 0.055)
      var next = largest.offer(row, at: position, from: 0)
      while next < row.count {
        largest.restart(above: 0.055)
        next = largest.offer(row, at: next, from: 0)
      }
      #expect(largest.indices.allSatisfy { $0 >= position && $0 % 7 == 6 })
    }
  }
}
