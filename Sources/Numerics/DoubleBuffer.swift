/// A block of `Double` in memory that grows and never shrinks: what `FloatBuffer` is for sums that decide something.
///
/// `@unchecked Sendable` for the same reason: loops on several threads write to disjoint places of one block.
public final class DoubleBuffer: @unchecked Sendable {
  private var numbers: UnsafeMutableBufferPointer<Double>

  public init() { numbers = .allocate(capacity: 0) }

  deinit { numbers.deallocate() }

  /// Makes room for `count` numbers. What was in the block is lost where it has to grow.
  public func reserve(_ count: Int) {
    guard count > numbers.count else { return }
    numbers.deallocate()
    FloatBuffer.allocations.wrappingAdd(1, ordering: .relaxed)
    numbers = .allocate(capacity: count)
    numbers.initialize(repeating: 0)
  }

  public subscript(index: Int) -> Double {
    get { numbers[index] }
    set { numbers[index] = newValue }
  }
}
