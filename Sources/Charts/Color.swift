/// An sRGB colour of three bytes.
public struct Color: Sendable, Hashable {
  public let red: UInt8
  public let green: UInt8
  public let blue: UInt8

  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// The colour `0xRRGGBB`.
  public init(hex: UInt32) {
    self.init(
      red: UInt8(truncatingIfNeeded: hex >> 16), green: UInt8(truncatingIfNeeded: hex >> 8),
      blue: UInt8(truncatingIfNeeded: hex))
  }

  /// `#rrggbb`.
  public var hexadecimal: String {
    let digits = [red, green, blue].map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }
    return "#" + digits.joined()
  }
}

extension Color {
  public static let black = Color(hex: 0x000000)
  public static let white = Color(hex: 0xFFFFFF)
  public static let darkGray = Color(hex: 0x444444)
  public static let gray = Color(hex: 0x767676)
  public static let lightGray = Color(hex: 0xE3E3E3)
  public static let blue = Color(hex: 0x0072B2)
  public static let red = Color(hex: 0xC8102E)
  public static let orange = Color(hex: 0xE69F00)
  public static let green = Color(hex: 0x009E73)
  public static let vermilion = Color(hex: 0xD55E00)

  /// Eight colours that stay apart under the common colour vision deficiencies (Okabe & Ito, 2008).
  public static let okabeIto: [Color] = [
    0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0xF0E442, 0x000000,
  ].map(Color.init(hex:))
}
