/// Scratch memory of the kernels of one model: one block for each thread and two that they share.
///
/// The blocks grow to what the largest layer needs and stay, so that a training loop asks for no memory.
///
/// `@unchecked Sendable`, because kernels on several threads use it at a time: each its own lane's block, and of the
/// shared block disjoint parts.
public final class Workspace: @unchecked Sendable {
  private var blocks: [FloatBuffer] = []
  private let common = FloatBuffer()
  private let outer = FloatBuffer()

  public init() {}

  /// Makes room for `lane` numbers in each of `lanes` lanes. What was in them is lost. Called before a parallel loop,
  /// never within one.
  func reserve(lanes: Int, lane count: Int) {
    while blocks.count < lanes { blocks.append(FloatBuffer()) }
    for index in 0..<lanes { blocks[index].reserve(count) }
  }

  /// The shared block, with room for `count` numbers. What was in it is lost where it grows.
  func shared(_ count: Int) -> UnsafeMutablePointer<Float> {
    common.reserve(count)
    return common.pointer
  }

  /// `count` zeros beside the shared block, for an algorithm that calls another.
  func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
    outer.reserve(count)
    outer.pointer.update(repeating: 0, count: count)
    return outer.pointer
  }

  /// The block of `lane`.
  func lane(_ lane: Int) -> UnsafeMutablePointer<Float> { blocks[lane].pointer }
}
