/// How a random view of an image is drawn: crop, flip, colour jitter, greyscale, normalisation, in this order.
///
/// The operations are those of torchvision's `RandomResizedCrop`, `RandomHorizontalFlip`, `ColorJitter` (inside a
/// `RandomApply`), `RandomGrayscale` and `Normalize`. Images of one channel have no hue, saturation or greyscale: those
/// fields are then without effect.
public struct AugmentationPolicy: Codable, Sendable, Equatable {
  /// The crop's share of the image's area, uniform between these two.
  public var cropScale: [Double]
  /// The crop's width over its height before it is resized to a square, log-uniform between these two.
  public var cropRatio: [Double]
  public var flipProbability: Double
  /// Probability that a view's colours are jittered at all.
  public var jitterProbability: Double
  /// Brightness, contrast and saturation are multiplied by a factor within 1 ± this.
  public var brightness: Double
  public var contrast: Double
  public var saturation: Double
  /// Hue is turned by up to this share of the colour circle, either way; at most 0.5.
  public var hue: Double
  public var greyscaleProbability: Double
  /// Subtracted from each channel, whose values are 0...1; one number a channel.
  public var mean: [Double]
  /// What each channel is then divided by.
  public var standardDeviation: [Double]

  public init(
    cropScale: [Double] = [0.08, 1], cropRatio: [Double] = [3.0 / 4, 4.0 / 3], flipProbability: Double = 0.5,
    jitterProbability: Double = 0.8, brightness: Double = 0.4, contrast: Double = 0.4, saturation: Double = 0.4,
    hue: Double = 0.1, greyscaleProbability: Double = 0.2, mean: [Double] = [0.485, 0.456, 0.406],
    standardDeviation: [Double] = [0.229, 0.224, 0.225]
  ) {
    self.cropScale = cropScale
    self.cropRatio = cropRatio
    self.flipProbability = flipProbability
    self.jitterProbability = jitterProbability
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    self.hue = hue
    self.greyscaleProbability = greyscaleProbability
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// Checks every field for images of `channels` channels.
  ///
  /// - Throws: `AugmentationError` naming the field, its value and what it may be.
  public func validate(channels: Int) throws(AugmentationError) {
    try Self.checkRange(cropScale, "cropScale", upTo: 1)
    try Self.checkRange(cropRatio, "cropRatio", upTo: 100)
    for (name, value) in [
      ("flipProbability", flipProbability), ("jitterProbability", jitterProbability),
      ("greyscaleProbability", greyscaleProbability), ("brightness", brightness), ("contrast", contrast),
      ("saturation", saturation),
    ] where !(0...1).contains(value) {
      throw AugmentationError(field: name, problem: "is \(value); it must lie in 0...1")
    }
    guard (0...0.5).contains(hue) else {
      throw AugmentationError(field: "hue", problem: "is \(hue); it must lie in 0...0.5, a share of the colour circle")
    }
    for (name, values) in [("mean", mean), ("standardDeviation", standardDeviation)] {
      guard values.count == channels, values.allSatisfy(\.isFinite) else {
        throw AugmentationError(
          field: name, problem: "is \(values); the images have \(channels) channels, so give \(channels) finite numbers"
        )
      }
    }
    guard standardDeviation.allSatisfy({ $0 > 0 }) else {
      throw AugmentationError(
        field: "standardDeviation", problem: "is \(standardDeviation); every number must be positive")
    }
  }

  private static func checkRange(_ range: [Double], _ name: String, upTo limit: Double) throws(AugmentationError) {
    guard range.count == 2, range[0] > 0, range[0] <= range[1], range[1] <= limit else {
      throw AugmentationError(
        field: name, problem: "is \(range); give two numbers, the lower first, above 0 and at most \(limit)")
    }
  }
}
