/// Where a training gets its images from: any two views of any image in any epoch, made again at will.
public protocol ViewSource: Sendable {
  var imageCount: Int { get }

  /// Writes view `view` (0 or 1) of each image of `indices` in `epoch` into `buffer`.
  ///
  /// - Parameters:
  ///   - epoch: counts from 1.
  ///   - buffer: indices.count × side × side × channels, NHWC.
  func fill(indices: ArraySlice<Int>, epoch: Int, view: Int, into buffer: UnsafeMutableBufferPointer<Float>)
}
