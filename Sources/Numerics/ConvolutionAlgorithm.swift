/// A way to compute one convolution and its two gradients; the seam at which a faster one takes another's place.
///
/// All of them give the same numbers up to rounding, and each of them the same bits for any `threads`. Unsafe
/// pointers, because these are the kernels: inputs are `images × inputCount`, outputs `images × outputCount` and
/// weights `weightCount` numbers of the algorithm's shape, laid out as `ConvolutionShape` says.
public protocol ConvolutionAlgorithm: Sendable {
  var shape: ConvolutionShape { get }

  /// output ← input ∗ weights.
  func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, images: Int,
    threads: Int)

  /// inputGradient ← ∂loss/∂input, from outputGradient = ∂loss/∂output.
  func dataGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    images: Int, threads: Int)

  /// weightGradient ← ∂loss/∂weights, summed over the images in a fixed order.
  func weightGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>, weightGradient: UnsafeMutablePointer<Float>,
    images: Int, threads: Int)
}

/// The algorithms there are.
public enum Convolution: String, Sendable, CaseIterable, Codable {
  /// Patches copied to a matrix, then GEMM: works for every shape, and is what the others are tested against.
  case gemm
  /// Sums held in registers, eight images at a time: for few channels and small images.
  case direct

  /// This algorithm for `shape`.
  public func algorithm(for shape: ConvolutionShape) -> any ConvolutionAlgorithm {
    switch self {
    case .gemm: GEMMConvolution(shape: shape)
    case .direct: PairedConvolution(shape: shape) ?? DirectConvolution(shape: shape)
    }
  }

  /// The fastest algorithm for `shape`.
  public static func best(for shape: ConvolutionShape) -> any ConvolutionAlgorithm {
    Convolution.direct.algorithm(for: shape)
  }
}
