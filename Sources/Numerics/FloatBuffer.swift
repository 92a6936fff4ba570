import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

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
  /// What is to be given back.
  private var memory: UnsafeMutableRawPointer

  /// A block of `capacity` zeros.
  public init(capacity: Int = 0) {
    self.capacity = capacity
    (memory, pointer) = Self.allocate(capacity)
    pointer.initialize(repeating: 0, count: capacity)
  }

  /// A block of `capacity` numbers that are undefined until they are written, for what all threads then fill: a large
  /// block's zeros cost as much as the filling.
  public init(unwritten capacity: Int) {
    self.capacity = capacity
    (memory, pointer) = Self.allocate(capacity)
  }

  deinit { memory.deallocate() }

  /// Makes room for `count` numbers. What was in the block is lost where it has to grow.
  public func reserve(_ count: Int) {
    guard count > capacity else { return }
    memory.deallocate()
    capacity = count
    (memory, pointer) = Self.allocate(count)
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

  private static func allocate(_ count: Int) -> (memory: UnsafeMutableRawPointer, start: UnsafeMutablePointer<Float>) {
    let index = allocations.wrappingAdd(1, ordering: .relaxed).oldValue
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    guard pagedBytes.contains(bytes) else {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      return (memory, memory.bindMemory(to: Float.self, capacity: max(count, 1)))
    }
    // Each begins elsewhere in its page: what several of them have at the same place would share a set of the cache.
    let offset = index % 61 * 33 * 64
    // The last page is a large one if more than half of it is used.
    let pages = (bytes + offset + largePage / 2) / largePage
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(bytes + offset, pages * largePage), alignment: largePage)
    #if canImport(Glibc)
      // Advice, which the system may pass over.
      madvise(memory, pages * largePage, MADV_HUGEPAGE)
    #endif
    return (memory, (memory + offset).bindMemory(to: Float.self, capacity: max(count, 1)))
  }

  /// Bytes of a large page.
  private static let largePage = 2 << 20
  /// Blocks that lie on large pages, of which finding a number's place takes less. Larger ones are of images that lie 64 KiB and more
  /// apart, a power of two: on pages of 4 KiB those are scattered over the cache, on large ones they share its sets.
  private static let pagedBytes = 1 << 20...16 << 20
}
