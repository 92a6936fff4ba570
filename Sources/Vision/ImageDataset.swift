/// Images and labels of one split. Pixels are bytes, NHWC, row by row.
public struct ImageDataset: Sendable, Equatable {
  /// Rows of an image.
  public let height: Int
  /// Columns of an image.
  public let width: Int
  /// 1 (grey) or 3 (red, green, blue).
  public let channels: Int
  /// count × height × width × channels bytes.
  public let pixels: [UInt8]
  /// At least one; the first is the primary one ("class", or "fine" followed by "coarse").
  public let labelSets: [LabelSet]

  /// The number of images.
  public var count: Int { labelSets[0].labels.count }

  /// - Precondition: the sides are positive, `channels` is 1 or 3, there is a label set, every label set labels
  ///   every image, and `pixels` holds exactly that many images.
  public init(height: Int, width: Int, channels: Int, pixels: [UInt8], labelSets: [LabelSet]) {
    precondition(height > 0 && width > 0, "an image has at least one pixel")
    precondition(channels == 1 || channels == 3, "channels is 1 or 3")
    precondition(!labelSets.isEmpty, "a data set has at least one label set")
    let count = labelSets[0].labels.count
    precondition(labelSets.allSatisfy { $0.labels.count == count }, "every label set labels every image")
    precondition(pixels.count == count * height * width * channels, "pixels and labels count different images")
    self.height = height
    self.width = width
    self.channels = channels
    self.pixels = pixels
    self.labelSets = labelSets
  }

  /// The first `count` images with all their labels; class names stay as they are.
  /// - Precondition: `count <= self.count`.
  public func prefix(_ count: Int) -> ImageDataset {
    precondition(count >= 0 && count <= self.count, "a prefix is not longer than the whole")
    return ImageDataset(
      height: height, width: width, channels: channels,
      pixels: Array(pixels.prefix(count * height * width * channels)),
      labelSets: labelSets.map {
        LabelSet(name: $0.name, classNames: $0.classNames, labels: Array($0.labels.prefix(count)))
      })
  }
}

/// One labelling of the images of a split.
public struct LabelSet: Sendable, Equatable {
  /// "class", "fine" or "coarse".
  public let name: String
  /// The K names; label k is called `classNames[k]`.
  public let classNames: [String]
  /// One label below K for each image.
  public let labels: [UInt16]

  public init(name: String, classNames: [String], labels: [UInt16]) {
    self.name = name
    self.classNames = classNames
    self.labels = labels
  }
}
