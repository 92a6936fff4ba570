import Foundation

/// A map from numbers to colours: anchors at equal distances over a domain, mixed in Oklab in between so that equal
/// steps of the number look like equal steps of colour (Ottosson, 2020).
public struct ColorScale: Sendable, Equatable {
  public let anchors: [Color]
  public let domain: ClosedRange<Double>

  /// - Precondition: at least two anchors.
  public init(anchors: [Color], domain: ClosedRange<Double>) {
    precondition(anchors.count >= 2, "a colour scale needs two anchors")
    self.anchors = anchors
    self.domain = domain
  }

  /// From a light to a dark shade of `color`, for an order (the epochs of a training) on a white ground.
  public static func shades(of color: Color, _ domain: ClosedRange<Double>) -> ColorScale {
    ColorScale(
      anchors: [
        Oklab.mix(.white, color, 0.45), Oklab.mix(.white, color, 0.72), color, Oklab.mix(color, .black, 0.4),
      ], domain: domain)
  }

  /// Blue over white to red, symmetric about zero: −`limit` … `limit` (ColorBrewer's RdBu).
  public static func blueWhiteRed(limit: Double) -> ColorScale {
    let anchors: [UInt32] = [
      0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xFFFFFF, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B, 0x67001F,
    ]
    return ColorScale(anchors: anchors.map(Color.init(hex:)), domain: -limit...limit)
  }

  /// The colour of `value`; beyond the domain it is that of the nearer end, and `nil` for NaN.
  public func color(_ value: Double) -> Color? {
    guard !value.isNaN else { return nil }
    let span = domain.upperBound - domain.lowerBound
    guard span > 0 else { return anchors[anchors.count / 2] }
    let fraction = min(max((value - domain.lowerBound) / span, 0), 1)
    let position = fraction * Double(anchors.count - 1)
    let index = min(Int(position), anchors.count - 2)
    return Oklab.mix(anchors[index], anchors[index + 1], position - Double(index))
  }

  /// `count` colours from one end of the domain to the other.
  func table(_ count: Int) -> [Color] {
    let span = domain.upperBound - domain.lowerBound
    return (0..<count).compactMap { color(domain.lowerBound + span * Double($0) / Double(count - 1)) }
  }
}

/// Conversion to and from Oklab, a space in which distances agree with what the eye sees.
private struct Oklab {
  var lightness: Double
  var a: Double
  var b: Double

  static func mix(_ first: Color, _ second: Color, _ fraction: Double) -> Color {
    if fraction <= 0 { return first }
    if fraction >= 1 { return second }
    let from = Oklab(first)
    let to = Oklab(second)
    let mixed = Oklab(
      lightness: from.lightness + (to.lightness - from.lightness) * fraction,
      a: from.a + (to.a - from.a) * fraction, b: from.b + (to.b - from.b) * fraction)
    return mixed.color
  }

  init(lightness: Double, a: Double, b: Double) {
    self.lightness = lightness
    self.a = a
    self.b = b
  }

  init(_ color: Color) {
    let (r, g, b) = (Self.linear(color.red), Self.linear(color.green), Self.linear(color.blue))
    let l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    let m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    let s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    self.init(
      lightness: 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      a: 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      b: 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s)
  }

  var color: Color {
    let l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
    let m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
    let s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
    return Color(
      red: Self.byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
      green: Self.byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
      blue: Self.byte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))
  }

  private func cube(_ value: Double) -> Double { value * value * value }

  private static func linear(_ byte: UInt8) -> Double {
    let value = Double(byte) / 255
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }

  private static func byte(_ value: Double) -> UInt8 {
    let clamped = min(max(value, 0), 1)
    let encoded = clamped <= 0.0031308 ? clamped * 12.92 : 1.055 * pow(clamped, 1 / 2.4) - 0.055
    return UInt8((encoded * 255).rounded())
  }
}
