import Numerics

/// Makes views of the images of a dataset: view v of image i in epoch e is a function of (seed, i, e, v) and of
/// nothing else, so any view can be made alone, in any order and on any thread.
public struct Augmenter: Sendable {
  /// What views are for; the streams of two uses have nothing in common.
  public enum Use: Sendable {
    case training
    /// The fixed views that probes and bounds are computed on.
    case evaluation
  }

  public let dataset: ImageDataset
  public let policy: AugmentationPolicy
  /// Rows and columns of a view.
  public let side: Int
  public let seed: UInt64
  private let purpose: UInt32
  private let filterDown: ResizeFilter
  private let filterAcross: ResizeFilter

  /// - Parameters:
  ///   - side: rows and columns of a view, 1 or more.
  ///   - use: training unless the views are evaluation's.
  /// - Throws: `AugmentationError` if the policy or the side cannot be used with these images.
  public init(
    dataset: ImageDataset, policy: AugmentationPolicy, side: Int, seed: UInt64, use: Use = .training
  ) throws(AugmentationError) {
    try policy.validate(channels: dataset.channels)
    guard (1...1024).contains(side) else {
      throw AugmentationError(field: "side", problem: "is \(side); it must lie in 1...1024 pixels")
    }
    self.dataset = dataset
    self.policy = policy
    self.side = side
    self.seed = seed
    purpose = use == .training ? RandomPurpose.view : RandomPurpose.evaluationView
    filterDown = ResizeFilter(greatest: dataset.height, side: side)
    filterAcross =
      dataset.height == dataset.width ? filterDown : ResizeFilter(greatest: dataset.width, side: side)
  }

  public var imageCount: Int { dataset.count }
  public var channels: Int { dataset.channels }
  /// Floats of one view: side × side × channels.
  public var viewSize: Int { side * side * channels }

  /// The random choices of one view.
  ///
  /// - Parameter view: 0 or 1.
  public func parameters(index: Int, epoch: Int, view: Int) -> ViewParameters {
    precondition((0...1).contains(view), "a pair has views 0 and 1")
    var stream = RandomStream(seed: seed, purpose: purpose, UInt32(index), UInt32(epoch * 2 + view))
    return ViewParameters(policy: policy, height: dataset.height, width: dataset.width, stream: &stream)
  }

  /// Writes view `view` (0 or 1) of each image of `indices` in `epoch` into `buffer`, normalised:
  /// indices.count × side × side × channels, NHWC.
  public func fill(
    indices: ArraySlice<Int>, epoch: Int, view: Int, into buffer: UnsafeMutableBufferPointer<Float>
  ) {
    render(indices, into: buffer) { renderer, index, output in
      renderer.render(image: index, parameters: parameters(index: index, epoch: epoch, view: view), to: output)
    }
  }

  /// Writes the images of `indices` as evaluation sees them, resized whole to side × side and normalised:
  /// indices.count × side × side × channels, NHWC.
  public func plain(_ indices: ArraySlice<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    render(indices, into: buffer) { renderer, index, output in renderer.renderPlain(image: index, to: output) }
  }

  /// The images of `indices` as evaluation sees them: indices.count × side × side × channels, NHWC.
  public func plain(_ indices: ArraySlice<Int>) -> [Float] {
    [Float](unsafeUninitializedCapacity: indices.count * viewSize) { buffer, count in
      plain(indices, into: buffer)
      count = indices.count * viewSize
    }
  }

  private func render(
    _ indices: ArraySlice<Int>, into buffer: UnsafeMutableBufferPointer<Float>,
    _ body: (ViewRenderer, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    precondition(buffer.count >= indices.count * viewSize, "the buffer is too small for \(indices.count) views")
    guard let start = buffer.baseAddress else { return }
    let renderer = ViewRenderer(
      dataset: dataset, filterDown: filterDown, filterAcross: filterAcross, policy: policy)
    for (position, index) in indices.enumerated() {
      precondition(dataset.count > index && index >= 0, "image \(index) of \(dataset.count)")
      body(renderer, index, start + position * viewSize)
    }
  }
}
