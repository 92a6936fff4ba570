import Testing

@testable import Charts

@Suite struct ColorScaleTests {
  @Test func endsAndMiddle() {
    let scale = ColorScale.blueWhiteRed(limit: 2)
    #expect(scale.color(-2) == Color(hex: 0x053061))
    #expect(scale.color(0) == .white)
    #expect(scale.color(2) == Color(hex: 0x67001F))
    #expect(scale.color(50) == scale.color(2))
    #expect(scale.color(.nan) == nil)
    #expect(scale.color(-.infinity) == scale.color(-2))
  }

  /// A sequential scale must get lighter, or darker, all the way: otherwise it cannot be read in grey.
  @Test func sequentialScalesAreMonotonic() {
    func luminance(_ color: Color) -> Double {
      0.2126 * Double(color.red) + 0.7152 * Double(color.green) + 0.0722 * Double(color.blue)
    }
    for color in [Color.blue, .green, .orange, .vermilion] {
      let shades = ColorScale.shades(of: color, 0...1)
      let luminances = shades.table(65).map(luminance)
      #expect(zip(luminances, luminances.dropFirst()).allSatisfy { $0 > $1 }, "\(color.hexadecimal)")
      #expect(shades.anchors.contains(color))
    }
  }

  @Test func hexadecimal() {
    #expect(Color(hex: 0x0072B2).hexadecimal == "#0072b2")
    #expect(Set(Color.okabeIto).count == 8)
  }
}
