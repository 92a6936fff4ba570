import CVector

/// Memory that will be read or written soon, asked for in parts while products are made that need none of it.
///
/// A core waits for few lines at a time, and what streams through one kernel after the other waits for nearly all: asked for
/// between products, lines are in the second-level cache when they are read.
struct MemoryAhead {
  private let start: UnsafePointer<Float>
  private let count: Int
  private let isWritten: Bool

  /// - Parameter count: numbers, at `start`.
  init(_ start: UnsafePointer<Float>, count: Int, isWritten: Bool = false) {
    self.start = start
    self.count = count
    self.isWritten = isWritten
  }

  /// Asks for one of 36 parts.
  func ask(_ part: Int) {
    let range = stride(from: count * part / 36 / 16 * 16, to: count * (part + 1) / 36, by: 16)
    if isWritten {
      for index in range { v_prefetch_written(start + index) }
    } else {
      for index in range { v_prefetch_far(start + index) }
    }
  }
}
