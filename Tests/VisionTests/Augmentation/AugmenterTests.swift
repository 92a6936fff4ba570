import Numerics
import Testing

@testable import Vision

@Suite("Augmenter")
struct AugmenterTests {
  @Test("a view does not depend on its neighbours or their order", arguments: [1, 3])
  func independence(channels: Int) throws {
    let dataset = TestImages.random(count: 9, height: 14, width: 14, channels: channels, seed: 1)
    let augmenter = try Augmenter(
      dataset: dataset, policy: TestImages.policy(channels: channels), side: 7, seed: 11)
    let all = TestImages.fill(augmenter, 0..<9, epoch: 3, view: 1)
    #expect(all.allSatisfy { $0.isFinite })
    let size = augmenter.viewSize
    let shuffled = [4, 8, 0, 4, 2]
    let some = TestImages.fill(augmenter, shuffled[...], epoch: 3, view: 1)
    for (position, index) in shuffled.enumerated() {
      #expect(some[position * size..<(position + 1) * size] == all[index * size..<(index + 1) * size])
    }
    // A slice that does not begin at 0 is read by its own indices.
    #expect(TestImages.fill(augmenter, shuffled[2...], epoch: 3, view: 1) == Array(some[(2 * size)...]))
  }

  @Test("seed, epoch, view, image and use each give another view")
  func streams() throws {
    let one = TestImages.random(count: 1, height: 14, width: 14, channels: 3, seed: 1)
    let twice = ImageDataset(
      height: 14, width: 14, channels: 3, pixels: one.pixels + one.pixels,
      labelSets: [LabelSet(name: "class", classNames: ["only"], labels: [0, 0])])
    func view(_ seed: UInt64, _ index: Int, _ epoch: Int, _ view: Int, _ use: Augmenter.Use) throws -> [Float] {
      let augmenter = try Augmenter(
        dataset: twice, policy: TestImages.policy(channels: 3), side: 7, seed: seed, use: use)
      return TestImages.fill(augmenter, [index], epoch: epoch, view: view)
    }
    let views = try [
      view(0, 0, 0, 0, .training), view(1, 0, 0, 0, .training), view(0, 1, 0, 0, .training),
      view(0, 0, 1, 0, .training), view(0, 0, 0, 1, .training), view(0, 0, 0, 0, .evaluation),
    ]
    for first in views.indices {
      for second in 0..<first { #expect(views[first] != views[second]) }
    }
  }

  @Test("crops lie inside, keep to the policy's areas and ratios, and reach all corners")
  func crops() throws {
    let dataset = TestImages.random(count: 1, height: 32, width: 32, channels: 1, seed: 1)
    var policy = TestImages.policy(channels: 1)
    policy.cropScale = [0.2, 0.8]
    let augmenter = try Augmenter(dataset: dataset, policy: policy, side: 8, seed: 5)
    var (areas, touching) = (0.0, Set<String>())
    for epoch in 0..<4000 {
      let crop = augmenter.parameters(index: 0, epoch: epoch, view: 0).crop
      #expect(crop.top >= 0 && crop.left >= 0 && crop.top + crop.height <= 32 && crop.left + crop.width <= 32)
      let area = Double(crop.height * crop.width) / 1024
      // Sides are rounded to whole pixels: at most half a pixel on each of two sides.
      #expect(area > 0.2 - 0.03 && area < 0.8 + 0.03)
      let ratio = Double(crop.width) / Double(crop.height)
      #expect(ratio > 0.75 * 0.92 && ratio < 4 / 3 * 1.09)
      areas += area
      if crop.top == 0 { touching.insert("top") }
      if crop.left == 0 { touching.insert("left") }
      if crop.top + crop.height == 32 { touching.insert("bottom") }
      if crop.left + crop.width == 32 { touching.insert("right") }
    }
    #expect(touching.count == 4)
    // Uniform in 0.2...0.8; large crops of extreme ratio do not fit and are drawn again, so slightly less than 0.5.
    #expect(abs(areas / 4000 - 0.495) < 0.02)
  }

  @Test("an image too narrow for the ratios falls back to the largest central crop that has one")
  func fallback() throws {
    for (height, width, expected) in [
      (40, 4, ViewParameters.Crop(top: 17, left: 0, height: 5, width: 4)),
      (4, 40, ViewParameters.Crop(top: 0, left: 17, height: 4, width: 5)),
    ] {
      let dataset = TestImages.random(count: 1, height: height, width: width, channels: 1, seed: 1)
      var policy = TestImages.policy(channels: 1)
      policy.cropScale = [1, 1]
      let augmenter = try Augmenter(dataset: dataset, policy: policy, side: 4, seed: 5)
      #expect(augmenter.parameters(index: 0, epoch: 0, view: 0).crop == expected)
    }
  }

  @Test("probabilities and factors are the policy's")
  func frequencies() throws {
    let dataset = TestImages.random(count: 1, height: 8, width: 8, channels: 3, seed: 1)
    let policy = AugmentationPolicy()
    let augmenter = try Augmenter(dataset: dataset, policy: policy, side: 8, seed: 5)
    let drawn = (0..<4000).map { augmenter.parameters(index: 0, epoch: $0, view: 1) }
    #expect(abs(Double(drawn.count(where: \.isFlipped)) / 4000 - 0.5) < 0.03)
    #expect(abs(Double(drawn.count(where: \.isGreyscale)) / 4000 - 0.2) < 0.03)
    #expect(abs(Double(drawn.count { $0.colourOperations.count == 4 }) / 4000 - 0.8) < 0.03)
    var firsts: [String: Int] = [:]
    for operations in drawn.map(\.colourOperations) where !operations.isEmpty {
      for operation in operations {
        switch operation {
        case .brightness(let factor), .contrast(let factor), .saturation(let factor):
          #expect((0.6...1.4).contains(factor))
        case .hue(let turn): #expect((-0.1...0.1).contains(turn))
        }
      }
      switch operations[0] {
      case .brightness: firsts["brightness", default: 0] += 1
      case .contrast: firsts["contrast", default: 0] += 1
      case .saturation: firsts["saturation", default: 0] += 1
      case .hue: firsts["hue", default: 0] += 1
      }
    }
    #expect(firsts.count == 4 && firsts.values.allSatisfy { abs($0 - 800) < 110 })
  }

  @Test("a flipped view is the other's mirror image, and flipped again it is the same bits")
  func flips() throws {
    let dataset = TestImages.random(count: 5, height: 10, width: 10, channels: 3, seed: 8)
    var policy = TestImages.policy(channels: 3)
    policy.flipProbability = 0
    let plain = TestImages.fill(
      try Augmenter(dataset: dataset, policy: policy, side: 6, seed: 3), 0..<5, epoch: 0, view: 0)
    policy.flipProbability = 1
    let flipped = TestImages.fill(
      try Augmenter(dataset: dataset, policy: policy, side: 6, seed: 3), 0..<5, epoch: 0, view: 0)
    func mirrored(_ values: [Float]) -> [Float] {
      (0..<values.count).map { index in
        let (pixel, channel) = index.quotientAndRemainder(dividingBy: 3)
        return values[(pixel / 6 * 6 + 5 - pixel % 6) * 3 + channel]
      }
    }
    #expect(flipped != plain)
    #expect(mirrored(flipped) == plain)
    #expect(mirrored(mirrored(flipped)) == flipped)
  }

  @Test("a whole view is crop, jitter in its drawn order and greyscale, by the reference")
  func wholeViews() throws {
    let dataset = TestImages.random(count: 1, height: 8, width: 8, channels: 3, seed: 6)
    var policy = TestImages.policy(channels: 3)
    policy.cropScale = [1, 1]
    policy.cropRatio = [1, 1]
    policy.greyscaleProbability = 0.3
    let augmenter = try Augmenter(dataset: dataset, policy: policy, side: 8, seed: 3)
    for epoch in 0..<20 {
      let parameters = augmenter.parameters(index: 0, epoch: epoch, view: 0)
      var pixels: [ReferenceColour.Pixel] = (0..<64).map { pixel in
        let source = parameters.isFlipped ? pixel / 8 * 8 + 7 - pixel % 8 : pixel
        let bytes = dataset.pixels[source * 3..<source * 3 + 3].map { Double($0) / 255 }
        return (bytes[0], bytes[1], bytes[2])
      }
      for operation in parameters.colourOperations {
        let level = pixels.reduce(0) { $0 + ReferenceColour.grey($1) } / 64
        pixels = pixels.map { pixel in
          switch operation {
          case .brightness(let factor): ReferenceColour.blended(pixel, with: 0, factor: Double(factor))
          case .contrast(let factor): ReferenceColour.blended(pixel, with: level, factor: Double(factor))
          case .saturation(let factor):
            ReferenceColour.blended(pixel, with: ReferenceColour.grey(pixel), factor: Double(factor))
          case .hue(let turn): ReferenceColour.hue(pixel, turn: Double(turn))
          }
        }
      }
      if parameters.isGreyscale {
        pixels = pixels.map { (ReferenceColour.grey($0), ReferenceColour.grey($0), ReferenceColour.grey($0)) }
      }
      let expected = pixels.flatMap { [$0.red, $0.green, $0.blue] }.map { ($0 - 0.5) / 0.25 }
      let view = TestImages.fill(augmenter, 0..<1, epoch: epoch, view: 0)
      for (value, wanted) in zip(view, expected) { #expect(abs(Double(value) - wanted) < 2e-5) }
    }
  }

  @Test("moments are those of the pixels")
  func moments() {
    let dataset = ImageDataset(
      height: 1, width: 2, channels: 3, pixels: [0, 255, 51, 255, 255, 153],
      labelSets: [LabelSet(name: "class", classNames: ["only"], labels: [0])])
    let (mean, deviation) = dataset.channelMoments()
    for (value, wanted) in zip(mean + deviation, [0.5, 1, 0.4, 0.5, 0, 0.2]) { #expect(abs(value - wanted) < 1e-12) }
  }
}
