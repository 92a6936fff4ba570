import Charts
import Foundation
import Testing
import Vision

@testable import Reproduction

@Suite struct ContactSheetPictureTests {
  private func sheet(channels: Int) -> ContactSheet {
    let side = 16
    let pixels = (0..<4 * side * side * channels).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 &+ $0 / 7) }
    let dataset = ImageDataset(
      height: side, width: side, channels: channels, pixels: pixels,
      labelSets: [LabelSet(name: "class", classNames: ["a", "b"], labels: [0, 1, 0, 1])])
    return ContactSheet.classes(of: dataset, imagesPerClass: 2, columns: 2, tileSide: side, gap: 1)
  }

  /// Every pixel is within four shades of its own, black and white as they are.
  @Test(arguments: [1, 3]) func coloursAreNearlyTheSame(channels: Int) throws {
    let sheet = sheet(channels: channels)
    let picture = try PNGEncoder.decode([UInt8](sheet.png()))
    #expect(picture.width == sheet.width && picture.height == sheet.height)
    #expect(zip(picture.rgb, sheet.pixels).allSatisfy { abs(Int($0) - Int($1)) <= 4 })
    #expect(zip(picture.rgb, sheet.pixels).allSatisfy { ($1 != 0 && $1 != 255) || $0 == $1 })
    #expect(Set(picture.rgb).count > 28)
  }
}
