import Numerics

@testable import Vision

/// Small random datasets and the policies that the tests of views share.
enum TestImages {
  static func random(count: Int, height: Int, width: Int, channels: Int, seed: UInt64) -> ImageDataset {
    var stream = RandomStream(seed: seed, purpose: 77)
    let pixels = (0..<count * height * width * channels).map { _ in UInt8(stream.integer(below: 256)) }
    let labels = LabelSet(
      name: "class", classNames: ["even", "odd"], labels: (0..<count).map { UInt16($0 % 2) })
    return ImageDataset(height: height, width: width, channels: channels, pixels: pixels, labelSets: [labels])
  }

  static func policy(channels: Int, jitter: Bool = true) -> AugmentationPolicy {
    AugmentationPolicy(
      cropScale: [0.2, 1], jitterProbability: jitter ? 0.8 : 0, greyscaleProbability: jitter ? 0.2 : 0,
      mean: [Double](repeating: 0.5, count: channels),
      standardDeviation: [Double](repeating: 0.25, count: channels))
  }

  static func fill(_ augmenter: Augmenter, _ indices: Range<Int>, epoch: Int, view: Int) -> [Float] {
    fill(augmenter, Array(indices)[...], epoch: epoch, view: view)
  }

  static func fill(_ augmenter: Augmenter, _ indices: ArraySlice<Int>, epoch: Int, view: Int) -> [Float] {
    var values = [Float](repeating: .nan, count: indices.count * augmenter.viewSize)
    values.withUnsafeMutableBufferPointer { buffer in
      augmenter.fill(indices: indices, epoch: epoch, view: view, into: buffer)
    }
    return values
  }
}
