import Numerics

/// Rows of a bank without those that have k equal ones before them: ties go to the lower index, so they are nobody's nearest.
/// Of a dead encoder's bank, all of it zeros, k rows are left.
struct RepeatedRows {
  let rows: NormalisedRows
  /// Where each of the rows was; nil where all are there.
  let indices: [Int32]?

  init(_ bank: NormalisedRows, k: Int, threads: Int) {
    let ranges = blocks(of: bank.count, size: 256)
    let marks = parallelMap(ranges.count, threads: threads) { ranges[$0].map(bank.mark) }.flatMap(\.self)
    var counts: [Int: Int] = [:]
    counts.reserveCapacity(marks.count)
    for mark in marks { counts[mark, default: 0] += 1 }
    guard counts.values.contains(where: { $0 > k }) else {
      (rows, indices) = (bank, nil)
      return
    }
    // The first of each kind of row with that mark, and how many there are so far.
    var kinds: [Int: [(first: Int, count: Int)]] = [:]
    let needed = marks.indices.filter { row in
      let mark = marks[row]
      guard counts[mark, default: 0] > k else { return true }
      guard let kind = kinds[mark]?.firstIndex(where: { bank.areEqual($0.first, row) }) else {
        kinds[mark, default: []].append((first: row, count: 1))
        return true
      }
      let before = kinds[mark]?[kind].count ?? 0
      kinds[mark]?[kind].count = before + 1
      return before < k
    }
    guard needed.count < bank.count else {
      (rows, indices) = (bank, nil)
      return
    }
    rows = NormalisedRows(bank, rows: needed)
    indices = needed.map(Int32.init)
  }
}
