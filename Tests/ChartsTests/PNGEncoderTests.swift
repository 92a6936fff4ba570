import Testing

@testable import Charts

@Suite struct PNGEncoderTests {
  @Test(arguments: [(1, 1), (3, 2), (64, 33), (1, 500)])
  func roundTrip(width: Int, height: Int) throws {
    // Nearly incompressible, so that the output buffer is tried too.
    var state: UInt32 = 1
    let rgb = (0..<width * height * 3).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    let png = try PNGEncoder.encode(width: width, height: height, rgb: rgb)
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    let decoded = try PNGEncoder.decode(png)
    #expect(decoded.width == width && decoded.height == height && decoded.rgb == rgb)
    #expect(try PNGEncoder.encode(width: width, height: height, rgb: rgb) == png)
  }

  @Test func wrongSizesAreErrors() {
    #expect(throws: ChartError.self) { try PNGEncoder.encode(width: 0, height: 1, rgb: []) }
    #expect(throws: ChartError.self) { try PNGEncoder.encode(width: 2, height: 2, rgb: [1, 2, 3]) }
    #expect(throws: ChartError.self) { try PNGEncoder.encode(width: -1, height: -1, rgb: [1, 2, 3]) }
    #expect(throws: ChartError.self) {
      try PNGEncoder.encode(width: 40_000, height: 1, rgb: Array(repeating: 0, count: 120_000))
    }
  }

  @Test func damagedFilesAreErrors() throws {
    let png = try PNGEncoder.encode(width: 8, height: 8, rgb: Array(repeating: 7, count: 192))
    #expect(throws: ChartError.self) { try PNGEncoder.decode([]) }
    #expect(throws: ChartError.self) { try PNGEncoder.decode(Array("not a PNG".utf8)) }
    #expect(throws: ChartError.self) { try PNGEncoder.decode(Array(png.prefix(png.count / 2))) }
  }

  @Test func matrixPixels() throws {
    let image = MatrixImage(rows: 2, columns: 2, values: [1, 0, .nan, -5], scale: .blueWhiteRed(limit: 1))
    #expect(image.missingCount == 1)
    let small = try PNGEncoder.decode(image.png())
    #expect(small.rgb == [0x67, 0x00, 0x1F, 255, 255, 255, 0xBD, 0xBD, 0xBD, 0x05, 0x30, 0x61])
    let large = try PNGEncoder.decode(image.png(pixelsPerCell: 3))
    #expect(large.width == 6 && large.height == 6)
    #expect(
      Array(large.rgb[0..<3]) == [0x67, 0x00, 0x1F] && Array(large.rgb[(5 * 6 + 5) * 3..<108]) == [0x05, 0x30, 0x61])
  }
}
