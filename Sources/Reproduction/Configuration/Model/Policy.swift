extension Configuration {
  /// An augmentation policy: the distribution of views of an image. Both views of a pair are drawn from it alike, in
  /// the order of the properties here. Defaults are those of IgorSusmelj/barlowtwins and simsiam-cifar10.
  public struct Policy: Sendable, Equatable, Codable {
    public let name: String
    /// The share of the image's area that a crop keeps, drawn uniformly. Source: .08–1.
    public let cropScale: Interval
    /// Width over height of a crop, drawn uniformly in its logarithm. Source: 3/4–4/3.
    public let cropRatio: Interval
    /// The probability of a horizontal flip. Source: .5.
    public let flip: Double
    /// Colour jitter; `nil` for none.
    public let jitter: Jitter?
    /// The probability of losing all colour. Source: .2.
    public let greyscale: Double
    /// What is done to the finished view.
    public let normalisation: Normalisation

    /// From `lower` to `upper`, `lower` ≤ `upper`.
    public struct Interval: Sendable, Equatable, Codable {
      public let lower: Double
      public let upper: Double
    }

    /// Changes of colour, in random order. A strength s multiplies by a factor drawn from [max(0, 1 − s), 1 + s]; hue
    /// is shifted by up to ± its strength, in turns of the colour circle.
    public struct Jitter: Sendable, Equatable, Codable {
      /// Source: .4.
      public let brightness: Double
      /// Source: .4.
      public let contrast: Double
      /// Source: .4. No effect on grey images.
      public let saturation: Double
      /// Turns, at most one half. Source: .1. No effect on grey images.
      public let hue: Double
      /// The probability that a view is jittered at all. Source: .8.
      public let probability: Double
    }

    /// (pixel − mean) / standardDeviation for each channel, with pixels in 0–1.
    public struct Normalisation: Sendable, Equatable, Codable {
      /// One number a channel: 1 or 3. Source: ImageNet's .485 .456 .406.
      public let mean: [Double]
      /// One number a channel. Source: ImageNet's .229 .224 .225.
      public let standardDeviation: [Double]
    }

    /// The channels of the images that this policy is for: 1 or 3.
    public var channels: Int { normalisation.mean.count }
  }
}

extension Configuration.Policy {
  static func read(_ name: String, _: SourceLocation, _ value: ConfigurationValue) -> Configuration.Policy? {
    value.object("a policy") { object in
      let cropScale = object.read("cropScale") { Interval.read($0, .above(0, to: 1)) }
      let cropRatio = object.read("cropRatio") { Interval.read($0, .above(0, to: 10)) }
      let flip = object.number("flip", .unit)
      let jitter = object.ifPresent("jitter").flatMap(Jitter.read)
      let greyscale = object.number("greyscale", .unit, default: 0)
      let normalisation = object.read("normalisation", Normalisation.read)
      guard let cropScale, let cropRatio, let flip, let greyscale, let normalisation else { return nil }
      return Self(
        name: name, cropScale: cropScale, cropRatio: cropRatio, flip: flip, jitter: jitter, greyscale: greyscale,
        normalisation: normalisation)
    }
  }
}

extension Configuration.Policy.Interval {
  static func read(_ value: ConfigurationValue, _ range: NumberRange) -> Self? {
    guard let bounds = value.array(of: "numbers", count: 2...2, { $0.number(range) }) else { return nil }
    guard bounds[0] <= bounds[1] else {
      value.reportInconsistency("\(value.name) must not start above its end: \(bounds[0]) is more than \(bounds[1])")
      return nil
    }
    return Self(lower: bounds[0], upper: bounds[1])
  }
}

extension Configuration.Policy.Jitter {
  static func read(_ value: ConfigurationValue) -> Self? {
    value.object("a jitter") { object in
      let brightness = object.number("brightness", .unit, default: 0)
      let contrast = object.number("contrast", .unit, default: 0)
      let saturation = object.number("saturation", .unit, default: 0)
      let hue = object.number("hue", .from(0, to: 0.5), default: 0)
      let probability = object.number("probability", .unit)
      guard let brightness, let contrast, let saturation, let hue, let probability else { return nil }
      return Self(
        brightness: brightness, contrast: contrast, saturation: saturation, hue: hue, probability: probability)
    }
  }
}

extension Configuration.Policy.Normalisation {
  static func read(_ value: ConfigurationValue) -> Self? {
    value.object("a normalisation") { object in
      let mean = object.read("mean") { $0.array(of: "numbers", count: 1...3) { $0.number(.unit) } }
      let deviation = object.read("standardDeviation") { deviation in
        deviation.array(of: "numbers", count: 1...3) { $0.number(.above(0, to: 1)) }
      }
      guard let mean, let deviation else { return nil }
      guard mean.count == deviation.count, mean.count != 2 else {
        object.reportInconsistency(
          at: "standardDeviation",
          "'\(value.path)' needs a mean and a standard deviation for each channel, 1 or 3 of each;"
            + " it has \(mean.count) and \(deviation.count)")
        return nil
      }
      return Self(mean: mean, standardDeviation: deviation)
    }
  }
}
