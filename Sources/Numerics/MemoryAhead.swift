import CVector

/// Rows of matrices that will be read or written soon, asked for in parts while products are made that need none of them.
///
/// A core waits for few lines at a time, and what streams through one kernel after the other waits for nearly all: asked for
/// between products, lines are in the second-level cache when they are needed.
struct MemoryAhead {
  private let numbers: Range<Int>
  /// In how many parts it is asked for.
  private let parts: Int

  /// The rows of `block` of matrices with `channels` columns.
  init(_ block: RowBlock, channels: Int, parts: Int) {
    numbers = block.rows.lowerBound * channels..<block.rows.upperBound * channels
    self.parts = parts
  }

  /// Asks for one part of `matrix`, to be read.
  func read(_ matrix: UnsafePointer<Float>, part: Int) {
    for index in indices(part) { v_prefetch_far(matrix + index) }
  }

  /// Asks for one part of `matrix`, to be written.
  func write(_ matrix: UnsafePointer<Float>, part: Int) {
    for index in indices(part) { v_prefetch_written(matrix + index) }
  }

  /// A number of each line of the cache, more or less.
  private func indices(_ part: Int) -> StrideTo<Int> {
    let first = numbers.lowerBound + numbers.count * part / parts / 16 * 16
    return stride(from: first, to: numbers.lowerBound + numbers.count * (part + 1) / parts, by: 16)
  }
}
