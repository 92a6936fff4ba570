import Numerics
import Testing

@testable import Vision

@Suite("Colour operations")
struct ColourKernelsTests {
  /// 64 pixels: random ones, greys, primaries, black and white, and ties between channels.
  static func pixels() -> [ReferenceColour.Pixel] {
    var stream = RandomStream(seed: 5, purpose: 1)
    var pixels: [ReferenceColour.Pixel] = [
      (0, 0, 0), (1, 1, 1), (0.5, 0.5, 0.5), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1), (1, 0, 1),
    ]
    while pixels.count < 64 {
      pixels.append((Double(stream.uniform()), Double(stream.uniform()), Double(stream.uniform())))
    }
    return pixels
  }

  /// Runs `kernel` on the pixels as planes and compares every value with `reference`.
  func check(
    _ kernel: (ColourKernels.Plane, ColourKernels.Plane, ColourKernels.Plane, Int) -> Void,
    _ reference: (ReferenceColour.Pixel) -> ReferenceColour.Pixel
  ) {
    let pixels = Self.pixels()
    var planes = pixels.map { Float($0.red) } + pixels.map { Float($0.green) } + pixels.map { Float($0.blue) }
    let count = pixels.count
    planes.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      kernel(base, base + count, base + 2 * count, count)
    }
    for (index, pixel) in pixels.enumerated() {
      let expected = reference(pixel)
      #expect(abs(Double(planes[index]) - expected.red) < 2e-6)
      #expect(abs(Double(planes[count + index]) - expected.green) < 2e-6)
      #expect(abs(Double(planes[2 * count + index]) - expected.blue) < 2e-6)
    }
  }

  @Test("hue is HSV's, turned", arguments: [-0.5, -0.1, -0.03, 0, 0.05, 0.1, 0.34, 0.5])
  func hue(turn: Double) {
    check({ ColourKernels.hue($0, $1, $2, $3, Float(turn)) }, { ReferenceColour.hue($0, turn: turn) })
  }

  @Test("saturation blends with the pixel's own grey", arguments: [0, 0.6, 1, 1.4])
  func saturation(factor: Double) {
    check(
      { ColourKernels.saturation($0, $1, $2, $3, Float(factor)) },
      { ReferenceColour.blended($0, with: ReferenceColour.grey($0), factor: factor) })
  }

  @Test("contrast blends with the mean grey of all", arguments: [0, 0.6, 1, 1.4])
  func contrast(factor: Double) {
    let level = Self.pixels().reduce(0) { $0 + ReferenceColour.grey($1) } / 64
    check(
      { ColourKernels.contrast($0, 3 * $3, Float(factor), level: ColourKernels.meanLuminance($0, $1, $2, $3)) },
      { ReferenceColour.blended($0, with: level, factor: factor) })
  }

  @Test("brightness blends with black", arguments: [0.6, 1, 1.4])
  func brightness(factor: Double) {
    check(
      { red, _, _, count in ColourKernels.brightness(red, 3 * count, Float(factor)) },
      { ReferenceColour.blended($0, with: 0, factor: factor) })
  }

  @Test("greyscale has the weights of BT.601 in all channels")
  func greyscale() {
    check(
      { ColourKernels.greyscale($0, $1, $2, $3) },
      { ReferenceColour.blended($0, with: ReferenceColour.grey($0), factor: 0) })
  }

  @Test("the mean counts the real values only", arguments: [1, 7, 8, 9, 25])
  func mean(count: Int) {
    var values = (0..<32).map(Float.init)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      #expect(ColourKernels.mean(base, count) == Float(count - 1) / 2)
    }
  }
}
