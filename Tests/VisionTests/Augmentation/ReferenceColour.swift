/// Textbook colour operations on one pixel in double precision, to hold the fast ones against.
enum ReferenceColour {
  typealias Pixel = (red: Double, green: Double, blue: Double)

  static func grey(_ pixel: Pixel) -> Double { 0.299 * pixel.red + 0.587 * pixel.green + 0.114 * pixel.blue }

  static func blended(_ pixel: Pixel, with level: Double, factor: Double) -> Pixel {
    func blend(_ value: Double) -> Double { min(max(factor * value + (1 - factor) * level, 0), 1) }
    return (blend(pixel.red), blend(pixel.green), blend(pixel.blue))
  }

  /// RGB → HSV, turn, HSV → RGB, by cases over the six sextants.
  static func hue(_ pixel: Pixel, turn: Double) -> Pixel {
    let value = max(pixel.red, pixel.green, pixel.blue)
    let range = value - min(pixel.red, pixel.green, pixel.blue)
    guard range > 0 else { return pixel }
    var hue: Double
    if value == pixel.red {
      hue = (pixel.green - pixel.blue) / range
    } else if value == pixel.green {
      hue = 2 + (pixel.blue - pixel.red) / range
    } else {
      hue = 4 + (pixel.red - pixel.green) / range
    }
    hue = hue / 6 + turn
    hue -= hue.rounded(.down)
    let saturation = range / value
    let sextant = Int(hue * 6) % 6
    let fraction = hue * 6 - (hue * 6).rounded(.down)
    let p = value * (1 - saturation)
    let q = value * (1 - saturation * fraction)
    let t = value * (1 - saturation * (1 - fraction))
    switch sextant {
    case 0: return (value, t, p)
    case 1: return (q, value, p)
    case 2: return (p, value, t)
    case 3: return (p, q, value)
    case 4: return (t, p, value)
    default: return (value, p, q)
    }
  }
}
