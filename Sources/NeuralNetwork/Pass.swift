import Numerics

/// What every layer is told about the batch that goes through it.
struct Pass {
  /// Images of the batch, all views together.
  let images: Int
  /// Views in the batch, one after the other. Each has batch statistics of its own, as if it went through alone.
  let views: Int
  /// Batch statistics and saved activations (true) or running statistics (false).
  let training: Bool
  let threads: Int

  var imagesPerView: Int { images / views }
}

/// Blocks of memory for gradients, which live for a layer or two: given back, they serve the next.
final class BufferPool {
  private var free: [FloatBuffer] = []

  /// A block of at least `count` numbers with undefined contents.
  func take(_ count: Int) -> FloatBuffer {
    // The tightest fit, else the largest that there is, grown.
    if let fit = free.indices.filter({ free[$0].capacity >= count }).min(by: { free[$0].capacity < free[$1].capacity })
    {
      return free.remove(at: fit)
    }
    let buffer = free.isEmpty ? FloatBuffer() : free.removeLast()
    buffer.reserve(count)
    return buffer
  }

  func give(_ buffer: FloatBuffer) { free.append(buffer) }
}
