import Foundation

/// Numbers as text without locale, the same on every machine.
public enum NumberFormat {
  /// `value` with exactly `decimals` digits after the point and a true minus sign, as "−0.93". Never "−0.00".
  /// Values of 10¹⁵ and more, which have no digits left to round, are written as powers of ten.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : (value < 0 ? "−∞" : "∞") }
    let text = plainFixed(value, decimals: decimals) ?? significant(value, digits: 4)
    return text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }

  /// `value` with about `digits` significant digits: "0.0123", "85.6", "1.54×10³" beyond 10⁶ or below 10⁻⁴.
  /// Zeros at the end are dropped unless `keepsZeros`.
  public static func significant(_ value: Double, digits: Int, keepsZeros: Bool = false) -> String {
    func trimmed(_ text: String) -> String { keepsZeros ? text : self.trimmed(text) }
    guard value.isFinite else { return fixed(value, decimals: 0) }
    guard value != 0 else { return "0" }
    var exponent = Int(floor(log10(abs(value))))
    if exponent >= -4, exponent < 6 {
      let decimals = max(0, digits - 1 - exponent)
      return trimmed(fixed(value, decimals: decimals))
    }
    // In two steps: the power alone overflows for subnormal values.
    var mantissa = value / pow(10, Double(exponent / 2)) / pow(10, Double(exponent - exponent / 2))
    if abs(mantissa) >= 10 - 0.5 * pow(10, Double(1 - digits)) {
      mantissa /= 10
      exponent += 1
    }
    return trimmed(fixed(mantissa, decimals: digits - 1)) + "×10" + superscript(exponent)
  }

  /// An integer in superscript digits, as "⁻³".
  public static func superscript(_ value: Int) -> String {
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
    return String(String(value).compactMap { digits[$0] })
  }

  /// A coordinate of the drawing: at most two decimals, no trailing zeros, ASCII minus.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite, let text = plainFixed(value, decimals: 2) else { return "0" }
    return trimmed(text)
  }

  /// ASCII text of `value` rounded half away from zero, or `nil` when its digits do not fit 64 bits.
  private static func plainFixed(_ value: Double, decimals: Int) -> String? {
    let decimals = max(0, min(decimals, 15))
    let scaled = (value * pow(10, Double(decimals))).rounded()
    guard abs(scaled) < 9e15 else { return decimals > 0 && abs(value) < 1e15 ? plainFixed(value, decimals: 0) : nil }
    let units = Int64(scaled)
    var digits = String(units.magnitude)
    if decimals > 0 {
      if digits.count <= decimals { digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
    }
    return units < 0 ? "-" + digits : digits
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var result = Substring(text)
    while result.hasSuffix("0") { result.removeLast() }
    if result.hasSuffix(".") { result.removeLast() }
    return String(result)
  }
}
