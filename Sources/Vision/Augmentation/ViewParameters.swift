import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// All random choices of one view.
public struct ViewParameters: Sendable, Equatable {
  /// The crop in pixels of the image.
  public struct Crop: Sendable, Equatable {
    public var top: Int
    public var left: Int
    public var height: Int
    public var width: Int
  }

  /// A colour operation with its factor (hue: the turn, a share of the circle).
  public enum ColourOperation: Sendable, Equatable {
    case brightness(Float)
    case contrast(Float)
    case saturation(Float)
    case hue(Float)
  }

  public var crop: Crop
  public var isFlipped: Bool
  /// In the order in which they are applied; empty when the view is not jittered.
  public var colourOperations: [ColourOperation]
  public var isGreyscale: Bool

  /// Draws a view of an image of `height` × `width` pixels.
  init(policy: AugmentationPolicy, height: Int, width: Int, stream: inout RandomStream) {
    crop = Self.drawCrop(policy: policy, height: height, width: width, stream: &stream)
    isFlipped = Double(stream.uniform()) < policy.flipProbability
    isGreyscale = Double(stream.uniform()) < policy.greyscaleProbability
    colourOperations = []
    guard Double(stream.uniform()) < policy.jitterProbability else { return }
    colourOperations = Self.shuffled(
      (
        .brightness(Self.factor(policy.brightness, &stream)), .contrast(Self.factor(policy.contrast, &stream)),
        .saturation(Self.factor(policy.saturation, &stream)),
        .hue(stream.uniform(-Float(policy.hue), Float(policy.hue)))
      ), &stream)
  }

  private static func factor(_ strength: Double, _ stream: inout RandomStream) -> Float {
    stream.uniform(Float(max(0, 1 - strength)), Float(1 + strength))
  }

  private static func shuffled(
    _ operations: (ColourOperation, ColourOperation, ColourOperation, ColourOperation), _ stream: inout RandomStream
  ) -> [ColourOperation] {
    var order = [operations.0, operations.1, operations.2, operations.3]
    for index in stride(from: 3, to: 0, by: -1) { order.swapAt(index, stream.integer(below: index + 1)) }
    return order
  }

  /// As torchvision's `RandomResizedCrop.get_params`: ten tries of an area and a ratio, then the largest central crop
  /// whose ratio is allowed.
  private static func drawCrop(
    policy: AugmentationPolicy, height: Int, width: Int, stream: inout RandomStream
  ) -> Crop {
    let (low, high) = (policy.cropRatio[0], policy.cropRatio[1])
    let (logLow, logHigh) = (log(low), log(high))
    for _ in 0..<10 {
      let scale = policy.cropScale[0] + (policy.cropScale[1] - policy.cropScale[0]) * Double(stream.uniform())
      let area = Double(height * width) * scale
      let ratio = exp(logLow + (logHigh - logLow) * Double(stream.uniform()))
      let cropWidth = Int((area * ratio).squareRoot().rounded(.toNearestOrEven))
      let cropHeight = Int((area / ratio).squareRoot().rounded(.toNearestOrEven))
      if (1...width).contains(cropWidth), (1...height).contains(cropHeight) {
        let top = stream.integer(below: height - cropHeight + 1)
        let left = stream.integer(below: width - cropWidth + 1)
        return Crop(top: top, left: left, height: cropHeight, width: cropWidth)
      }
    }
    let ratio = Double(width) / Double(height)
    var (cropHeight, cropWidth) = (height, width)
    if ratio < low {
      cropHeight = min(height, max(1, Int((Double(width) / low).rounded(.toNearestOrEven))))
    } else if ratio > high {
      cropWidth = min(width, max(1, Int((Double(height) * high).rounded(.toNearestOrEven))))
    }
    return Crop(
      top: (height - cropHeight) / 2, left: (width - cropWidth) / 2, height: cropHeight, width: cropWidth)
  }
}
