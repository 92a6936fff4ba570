import Numerics

/// What a policy does to a dataset, measured on a pair of views of each of some images.
public struct ViewStatistics: Codable, Sendable, Equatable {
  public let imageCount: Int
  /// Mean and standard deviation of each channel over all pixels of all views, after normalisation.
  public let channelMean: [Double]
  public let channelStandardDeviation: [Double]
  /// The crops' share of the image: mean, least, greatest, and how many fall into each tenth of 0...1.
  public let cropAreaMean: Double
  public let cropAreaLeast: Double
  public let cropAreaGreatest: Double
  public let cropAreaHistogram: [Int]
  /// Shares of the views.
  public let flippedShare: Double
  public let jitteredShare: Double
  public let greyscaleShare: Double
  /// Mean cosine similarity, in normalised pixels, of the two views of one image and of views of two images. Where
  /// the first is hardly greater, pixels alone do not tell which views belong together.
  public let sameImageCosine: Double
  public let differentImagesCosine: Double

  /// Measures views 0 and 1 of `epoch` of the images of `indices`; the first view of each image is also compared
  /// with the second view of the image that follows it in `indices`.
  ///
  /// - Precondition: at least two images.
  public init(_ augmenter: Augmenter, indices: [Int], epoch: Int = 0, threads: Int = 1) {
    precondition(indices.count >= 2, "two images or more")
    let channels = augmenter.channels
    let width = 2 * channels + 2
    // A row an image: sums and sums of squares of its two views by channel, then the two cosines.
    let rows = [Double](unsafeUninitializedCapacity: indices.count * width) { buffer, count in
      let rows = DisjointBuffer(buffer)
      parallelFor(indices.count, threads: threads) { position in
        Self.measure(
          augmenter, indices[position], next: indices[(position + 1) % indices.count], epoch: epoch,
          into: rows.part(from: position * width, count: width))
      }
      count = indices.count * width
    }
    // Summed here in the order of the images, whatever thread measured them.
    var sums = [Double](repeating: 0, count: width)
    for (index, value) in rows.enumerated() { sums[index % width] += value }
    let views = Double(2 * indices.count)
    let pixels = views * Double(augmenter.side * augmenter.side)
    let mean = (0..<channels).map { sums[$0] / pixels }
    imageCount = indices.count
    channelMean = mean
    channelStandardDeviation = (0..<channels).map {
      max(0, sums[channels + $0] / pixels - mean[$0] * mean[$0]).squareRoot()
    }
    sameImageCosine = sums[2 * channels] / Double(indices.count)
    differentImagesCosine = sums[2 * channels + 1] / Double(indices.count)

    let parameters = indices.flatMap { index in
      (0..<2).map { augmenter.parameters(index: index, epoch: epoch, view: $0) }
    }
    let imageArea = Double(augmenter.dataset.height * augmenter.dataset.width)
    let areas = parameters.map { Double($0.crop.height * $0.crop.width) / imageArea }
    cropAreaMean = areas.reduce(0, +) / views
    cropAreaLeast = areas.min() ?? 0
    cropAreaGreatest = areas.max() ?? 0
    var histogram = [Int](repeating: 0, count: 10)
    for area in areas { histogram[min(9, Int(area * 10))] += 1 }
    cropAreaHistogram = histogram
    flippedShare = Double(parameters.count(where: \.isFlipped)) / views
    jitteredShare = Double(parameters.count { !$0.colourOperations.isEmpty }) / views
    greyscaleShare = channels == 3 ? Double(parameters.count(where: \.isGreyscale)) / views : 1
  }

  private static func measure(
    _ augmenter: Augmenter, _ index: Int, next: Int, epoch: Int, into row: UnsafeMutableBufferPointer<Double>
  ) {
    let first = view(augmenter, index, epoch, 0)
    let second = view(augmenter, index, epoch, 1)
    let other = view(augmenter, next, epoch, 1)
    let channels = augmenter.channels
    row.initialize(repeating: 0)
    for values in [first, second] {
      for (place, value) in values.enumerated() {
        row[place % channels] += Double(value)
        row[channels + place % channels] += Double(value) * Double(value)
      }
    }
    row[2 * channels] = cosine(first, second)
    row[2 * channels + 1] = cosine(first, other)
  }

  private static func view(_ augmenter: Augmenter, _ index: Int, _ epoch: Int, _ view: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: augmenter.viewSize) { buffer, count in
      augmenter.fill(indices: [index], epoch: epoch, view: view, into: buffer)
      count = augmenter.viewSize
    }
  }

  private static func cosine(_ first: [Float], _ second: [Float]) -> Double {
    var (dot, firstNorm, secondNorm) = (0.0, 0.0, 0.0)
    for (a, b) in zip(first, second) {
      dot += Double(a) * Double(b)
      firstNorm += Double(a) * Double(a)
      secondNorm += Double(b) * Double(b)
    }
    let norm = (firstNorm * secondNorm).squareRoot()
    return norm == 0 ? 0 : dot / norm
  }
}
