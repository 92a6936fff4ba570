/// A way to compute one convolution and its two gradients; the seam at which a faster one takes another's place.
///
/// All of them give the same numbers up to rounding, and each of them the same bits for any `threads`. Unsafe
/// pointers, because these are the kernels: inputs are `images × inputCount`, outputs `images × outputCount` and
/// weights `weightCount` numbers of the algorithm's shape, laid out as `ConvolutionShape` says.
public protocol ConvolutionAlgorithm: Sendable {
  var shape: ConvolutionShape { get }

  /// Whether `forward` and `weightGradient` take an activation; where not, the caller applies it first.
  var readsActivations: Bool { get }

  /// The blocks in which `forward` hands out its output.
  func outputBlocks(images: Int, groups: Int) -> RowBlocks

  /// The blocks in which `dataGradient` hands out the input's gradient.
  func inputBlocks(images: Int, groups: Int) -> RowBlocks

  /// output ← activation(input) ∗ weights.
  ///
  /// - Parameter then: called once for each of `outputBlocks`, when its rows are written, by whichever thread did.
  func forward(
    input: UnsafePointer<Float>, activation: InputActivation?, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?)

  /// inputGradient ← ∂loss/∂(activation(input)), from outputGradient = ∂loss/∂output.
  ///
  /// - Parameter then: called once for each of `inputBlocks`, when its rows are written.
  func dataGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    batch: ConvolutionBatch, then: BlockWork?)

  /// weightGradient ← ∂loss/∂weights, summed over the images in a fixed order.
  func weightGradient(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch)

  /// Whether `gradients` needs room for the whole gradient of the output.
  var keepsOutputGradient: Bool { get }

  /// `forward`, of an input that is not there yet.
  ///
  /// - Parameter make: writes a block of the input; called once for each of `inputBlocks` before it is read, by the thread
  ///   that reads it where the algorithm takes blocks whole.
  func forward(
    making input: UnsafePointer<Float>, by make: BlockWork, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?)

  /// `weightGradient` and `dataGradient`, of a gradient of the output that is not there yet.
  ///
  /// - Parameters:
  ///   - kept: room for it, which may be `outputGradient.gradient`, then lost; nil where `keepsOutputGradient` is false.
  ///   - inputGradient: overlaps none of the others.
  ///   - then: called once for each of `inputBlocks`, when its rows are written.
  func gradients(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: OutputGradient,
    weights: UnsafePointer<Float>, kept: UnsafeMutablePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?)
}

extension ConvolutionAlgorithm {
  public var readsActivations: Bool { false }

  public var keepsOutputGradient: Bool { true }

  public func forward(
    making input: UnsafePointer<Float>, by make: BlockWork, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?
  ) {
    forwardInTurn(making: input, by: make, weights: weights, output: output, batch: batch, then: then)
  }

  /// The input first and then the output.
  func forwardInTurn(
    making input: UnsafePointer<Float>, by make: BlockWork, weights: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?
  ) {
    make.run(inputBlocks(images: batch.images, groups: batch.groups), threads: batch.threads)
    forward(input: input, activation: nil, weights: weights, output: output, batch: batch, then: then)
  }

  public func gradients(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: OutputGradient,
    weights: UnsafePointer<Float>, kept: UnsafeMutablePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?
  ) {
    guard let kept else { preconditionFailure("no room for the gradient of the output") }
    gradientsInTurn(
      input: input, activation: activation, outputGradient: outputGradient, weights: weights, kept: kept,
      inputGradient: inputGradient, weightGradient: weightGradient, batch: batch, then: then)
  }

  /// One gradient after the other, of an output gradient that is made first.
  func gradientsInTurn(
    input: UnsafePointer<Float>, activation: InputActivation?, outputGradient: OutputGradient,
    weights: UnsafePointer<Float>, kept: UnsafeMutablePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>, batch: ConvolutionBatch, then: BlockWork?
  ) {
    let channels = shape.outputChannels
    let blocks = RowBlocks(
      height: shape.outputHeight, width: shape.outputWidth, channels: channels, images: batch.images,
      groups: batch.groups)
    outputGradient.write(blocks, channels: channels, to: kept, threads: batch.threads)
    self.weightGradient(
      input: input, activation: activation, outputGradient: kept, weightGradient: weightGradient, batch: batch)
    dataGradient(
      outputGradient: kept, weights: weights, inputGradient: inputGradient, batch: batch,
      then: then)
  }

  public func outputBlocks(images: Int, groups: Int) -> RowBlocks {
    RowBlocks(
      height: shape.outputHeight, width: shape.outputWidth, channels: shape.outputChannels, images: images,
      groups: groups)
  }

  public func inputBlocks(images: Int, groups: Int) -> RowBlocks {
    RowBlocks(
      height: shape.inputHeight, width: shape.inputWidth, channels: shape.inputChannels, images: images,
      groups: groups)
  }
}

/// The algorithms there are.
public enum Convolution: String, Sendable, CaseIterable, Codable {
  /// Patches copied to a matrix, then GEMM: works for every shape, and is what the others are tested against.
  case gemm
  /// Sums held in registers, eight images at a time: for few channels and small images.
  case direct
  /// F(4×4, 3×3) in the transformed domain: for 3×3 of stride 1.
  case winograd
  /// Tile registers, where the processor has them and channels fill them: direct sums of numbers in two parts.
  case tiles

  /// What networks made within `$forced.withValue` compute with, whatever is the fastest: for comparisons.
  @TaskLocal public static var forced: Convolution?

  /// This algorithm for `shape`.
  public func algorithm(for shape: ConvolutionShape) -> any ConvolutionAlgorithm {
    switch self {
    case .gemm: GEMMConvolution(shape: shape)
    case .direct: PairedConvolution(shape: shape) ?? DirectConvolution(shape: shape)
    case .winograd: WinogradConvolution(shape: shape) ?? Convolution.direct.algorithm(for: shape)
    case .tiles: TileConvolution(shape: shape) ?? Convolution.direct.algorithm(for: shape)
    }
  }

  /// The fastest algorithm for `shape`, as measured on one core with AVX-512 (Benchmarks/shapes.py, docs/engine.md).
  ///
  /// Winograd needs sixteen channels to fill a vector, and tiles that the image fills: for a pixel's channels the direct
  /// sums, which leave the padding out, make (3H − 2)(3W − 2) multiplications, and each tile makes 36, which with its
  /// transforms take about twice as long, longer where few channels share a transform. All others are direct sums, by tile
  /// registers where the processor has them and channels fill them. From 256 channels on tile registers are ahead of Winograd
  /// too, but for the weight gradient. Patches and GEMM are the fastest nowhere and stay as the oracle.
  public static func best(for shape: ConvolutionShape) -> any ConvolutionAlgorithm {
    if let forced { return forced.algorithm(for: shape) }
    let channels = min(shape.inputChannels, shape.outputChannels)
    let (height, width) = (shape.inputHeight, shape.inputWidth)
    let direct = Double((3 * height - 2) * (3 * width - 2))
    let winogradCost = Double(36 * ((height + 3) / 4) * ((width + 3) / 4))
    let pays = channels >= 16 && direct / winogradCost >= (channels >= 32 ? 1.9 : 2.7)
    if pays, let winograd = WinogradConvolution(shape: shape) {
      if channels >= 256, let tiles = TileConvolution(shape: shape, weightGradientBy: winograd) { return tiles }
      return winograd
    }
    return Convolution.tiles.algorithm(for: shape)
  }
}
