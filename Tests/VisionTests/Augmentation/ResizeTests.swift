import Testing

@testable import Vision

@Suite("Resizing")
struct ResizeTests {
  /// Antialiased bilinear as a double sum over all pixels of the image, straight from the definition.
  static func reference(
    _ image: (Int, Int) -> Double, height: Int, width: Int, side: Int, row: Int, column: Int
  ) -> Double {
    func weight(_ pixel: Int, _ output: Int, _ length: Int) -> Double {
      let scale = Double(length) / Double(side)
      return max(0, 1 - abs(Double(pixel) + 0.5 - (Double(output) + 0.5) * scale) / max(1, scale))
    }
    var (sum, total) = (0.0, 0.0)
    for y in 0..<height {
      for x in 0..<width {
        let share = weight(y, row, height) * weight(x, column, width)
        sum += share * image(y, x)
        total += share
      }
    }
    return sum / total
  }

  @Test(
    "a view without jitter is the crop, resized",
    arguments: [(12, 12, 1), (12, 12, 3), (9, 14, 3), (9, 14, 1)], [5, 8, 12, 20])
  func views(shape: (height: Int, width: Int, channels: Int), side: Int) throws {
    let dataset = TestImages.random(
      count: 6, height: shape.height, width: shape.width, channels: shape.channels, seed: 2)
    let augmenter = try Augmenter(
      dataset: dataset, policy: TestImages.policy(channels: shape.channels, jitter: false), side: side, seed: 4)
    let views = TestImages.fill(augmenter, 0..<6, epoch: 1, view: 1)
    for index in 0..<6 {
      let parameters = augmenter.parameters(index: index, epoch: 1, view: 1)
      let crop = parameters.crop
      for row in 0..<side {
        for column in 0..<side {
          for channel in 0..<shape.channels {
            let expected = Self.reference(
              { y, x in
                let pixel = (index * shape.height + crop.top + y) * shape.width + crop.left + x
                return Double(dataset.pixels[pixel * shape.channels + channel]) / 255
              }, height: crop.height, width: crop.width, side: side, row: row,
              column: parameters.isFlipped ? side - 1 - column : column)
            let at = ((index * side + row) * side + column) * shape.channels + channel
            #expect(abs(Double(views[at]) - (expected - 0.5) / 0.25) < 2e-5)
          }
        }
      }
    }
  }

  @Test("at its own size a plain image is its bytes, normalised")
  func identity() throws {
    let dataset = TestImages.random(count: 2, height: 11, width: 11, channels: 3, seed: 3)
    let augmenter = try Augmenter(dataset: dataset, policy: TestImages.policy(channels: 3), side: 11, seed: 0)
    let plain = augmenter.plain([1, 0])
    let size = 11 * 11 * 3
    for index in 0..<size {
      #expect(abs(plain[index] - (Float(dataset.pixels[size + index]) / 255 - 0.5) / 0.25) < 1e-6)
      #expect(abs(plain[size + index] - (Float(dataset.pixels[index]) / 255 - 0.5) / 0.25) < 1e-6)
    }
  }

  @Test("weights sum to one and lie inside", arguments: [1, 3, 16])
  func weights(side: Int) {
    let filter = ResizeFilter(greatest: 40, side: side)
    for length in 1...40 {
      for output in 0..<side {
        let taps = filter.taps(length: length, output: output)
        #expect(taps.first >= 0 && taps.count >= 1 && taps.first + taps.count <= length)
        let weights = filter.weights[taps.start..<taps.start + taps.count]
        #expect(abs(weights.reduce(0, +) - 1) < 1e-6 && weights.allSatisfy { $0 > 0 })
      }
    }
  }
}
