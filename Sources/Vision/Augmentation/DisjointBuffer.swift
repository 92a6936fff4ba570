/// Memory that several threads write at once, each at places of its own.
///
/// `@unchecked Sendable` since the compiler cannot see that the places are disjoint: every use gives each index of a
/// `parallelFor` its own range and reads nothing before all are done.
struct DisjointBuffer<Element>: @unchecked Sendable {
  private let base: UnsafeMutableBufferPointer<Element>

  init(_ base: UnsafeMutableBufferPointer<Element>) {
    self.base = base
  }

  /// The `count` elements from `start` on.
  func part(from start: Int, count: Int) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(rebasing: base[start..<start + count])
  }
}
