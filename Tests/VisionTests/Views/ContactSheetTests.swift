import Testing

@testable import Vision

@Suite("Contact sheet")
struct ContactSheetTests {
  @Test("shows each original beside its views, tile by tile", arguments: [1, 3])
  func views(channels: Int) throws {
    let dataset = TestImages.random(count: 4, height: 6, width: 6, channels: channels, seed: 1)
    // A view that is the whole image, untouched, must look like the original.
    var policy = TestImages.policy(channels: channels, jitter: false)
    policy.cropScale = [1, 1]
    policy.cropRatio = [1, 1]
    policy.flipProbability = 0
    let augmenter = try Augmenter(dataset: dataset, policy: policy, side: 6, seed: 1)
    let sheet = ContactSheet.views(augmenter, indices: [2, 0], viewCount: 2, tileSide: 12, gap: 1)
    #expect(sheet.width == 3 * 13 + 1 && sheet.height == 2 * 13 + 1)
    #expect(sheet.pixels.count == sheet.width * sheet.height * 3)
    for (row, index) in [2, 0].enumerated() {
      for column in 0..<3 {
        for y in 0..<12 {
          for x in 0..<12 {
            let at = ((1 + row * 13 + y) * sheet.width + 1 + column * 13 + x) * 3
            for channel in 0..<3 {
              let source = ((index * 6 + y / 2) * 6 + x / 2) * channels + (channels == 3 ? channel : 0)
              #expect(sheet.pixels[at + channel] == dataset.pixels[source])
            }
          }
        }
      }
    }
    #expect(sheet.pixels[0] == 255)
  }

  @Test("shows the classes in order and leaves white what a class does not have")
  func classes() throws {
    let dataset = TestImages.random(count: 3, height: 4, width: 4, channels: 3, seed: 1)
    let sheet = ContactSheet.classes(of: dataset, imagesPerClass: 2, columns: 2, tileSide: 4, gap: 0)
    #expect(sheet.width == 8 && sheet.height == 8)
    // Even: images 0 and 2; odd: image 1 and nothing.
    for (tile, image) in [(0, 0), (1, 2), (2, 1)] {
      for y in 0..<4 {
        let at = ((tile / 2 * 4 + y) * 8 + tile % 2 * 4) * 3
        #expect(
          Array(sheet.pixels[at..<at + 12]) == Array(dataset.pixels[(image * 4 + y) * 12..<(image * 4 + y + 1) * 12]))
      }
    }
    #expect(sheet.pixels[(4 * 8 + 4) * 3..<(4 * 8 + 8) * 3].allSatisfy { $0 == 255 })
  }
}
