import Synchronization

/// A block of `Float` in memory that grows and never shrinks, aligned to a cache line.
///
/// Activations and gradients live in such blocks and are written over step after step: an array would be allocated,
/// or copied on write, at each of them. Contents are undefined after `reserve` grows the block.
///
/// `@unchecked Sendable`, because kernels on several threads write to disjoint parts of one block; whoever cuts the
/// work (`parallelFor`) sees to it that the parts are disjoint and waits for all of them.
public final class FloatBuffer: @unchecked Sendable {
  public private(set) var pointer: UnsafeMutablePointer<Float>
  public private(set) var capacity: Int

  /// A block of `capacity` zeros.
  public init(capacity: Int = 0) {
    self.capacity = capacity
    pointer = Self.allocate(capacity)
    pointer.initialize(repeating: 0, count: capacity)
  }

  /// A block of `capacity` numbers that are undefined until they are written, for what all threads then fill: a large
  /// block's zeros cost as much as the filling.
  public init(unwritten capacity: Int) {
    self.capacity = capacity
    pointer = Self.allocate(capacity)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  /// Makes room for `count` numbers. What was in the block is lost where it has to grow.
  public func reserve(_ count: Int) {
    guard count > capacity else { return }
    UnsafeMutableRawPointer(pointer).deallocate()
    capacity = count
    pointer = Self.allocate(count)
    pointer.initialize(repeating: 0, count: count)
  }

  /// The first `count` numbers, copied.
  public func array(_ count: Int) -> [Float] {
    precondition(count <= capacity, "\(count) of \(capacity) numbers")
    return Array(UnsafeBufferPointer(start: pointer, count: count))
  }

  /// Copies `values` to the front of the block, which grows as needed.
  public func assign(_ values: [Float]) {
    reserve(values.count)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: source.count) }
    }
  }

  /// How often this process allocated a block, of `Float` or of `Double`. A training loop asks for none after its first
  /// step, which `repro bench step` shows.
  public static var allocationCount: Int { allocations.load(ordering: .relaxed) }
  static let allocations = Atomic<Int>(0)

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    allocations.wrappingAdd(1, ordering: .relaxed)
    return
      UnsafeMutableRawPointer
      .allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 1))
  }
}
