import Numerics

/// Blocks of memory for gradients, which live for a layer or two: given back, they serve the next.
final class BufferPool {
  private var free: [FloatBuffer] = []

  /// A block of at least `count` numbers with undefined contents.
  func take(_ count: Int) -> FloatBuffer {
    // The tightest fit, else the largest that there is, grown.
    var fit: Int?
    for index in free.indices where free[index].capacity >= count {
      if fit.map({ free[$0].capacity > free[index].capacity }) ?? true { fit = index }
    }
    if let fit { return free.remove(at: fit) }
    let buffer = free.isEmpty ? FloatBuffer() : free.removeLast()
    buffer.reserve(count)
    return buffer
  }

  func give(_ buffer: FloatBuffer) { free.append(buffer) }
}
