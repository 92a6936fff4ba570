import Testing

@testable import Numerics
@testable import Theory

/// The largest values against a sort of all of them.
@Suite struct LargestValuesTests {
  private func sorted(_ values: [Float], _ size: Int) -> [Int32] {
    let order = values.indices.sorted { values[$0] == values[$1] ? $0 < $1 : values[$0] > values[$1] }
    return order.prefix(size).sorted().map(Int32.init)
  }

  private func largest(_ values: [Float], _ size: Int, cut: () -> Int) -> [Int32] {
    var largest = LargestValues(capacity: size)
    var start = 0
    while start < values.count {
      let end = min(values.count, start + cut())
      values[start..<end].withUnsafeBufferPointer { largest.offer($0, from: start) }
      start = end
    }
    return largest.indices
  }

  /// Few different values, so that there are many ties; all of any sign; in rows of any length.
  @Test func agreesWithSorting() {
    for seed in 0..<60 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: 0x7E5A)
      let count = 1 + stream.integer(below: 3000)
      let size = 1 + stream.integer(below: 120)
      let different = 1 + stream.integer(below: seed % 3 == 0 ? 5 : 100_000)
      let values = (0..<count).map { _ in Float(stream.integer(below: different) - different / 2) * 0.37 }
      let found = largest(values, size) { 1 + stream.integer(below: 400) }
      #expect(found == sorted(values, size), "seed \(seed): \(size) of \(count)")
    }
  }

  @Test func theWorstOrdersAreNoDifferent() {
    let rising = (0..<2000).map { Float($0) * 0.001 - 1 }
    #expect(largest(rising, 33) { 160 } == (1967..<2000).map(Int32.init))
    #expect(largest(rising.reversed(), 33) { 160 } == (0..<33).map(Int32.init))
    #expect(largest([Float](repeating: 1, count: 2000), 33) { 77 } == (0..<33).map(Int32.init))
    #expect(largest([0, -0, 0, -0, -1, 1], 3) { 6 } == [0, 1, 5])
    let extremes: [Float] = [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, -1]
    let many = (0..<500).map { extremes[$0 % 5] }
    for size in [1, 99, 100, 101, 199, 250, 399, 401, 499, 600] {
      #expect(largest(many, size) { 64 } == sorted(many, size), "\(size)")
    }
  }
}
