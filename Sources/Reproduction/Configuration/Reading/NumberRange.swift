/// The numbers a setting may have, and the words for it.
struct NumberRange: Sendable, Equatable {
  let lower: Double
  let upper: Double
  let excludesLower: Bool
  let excludesUpper: Bool

  static func from(_ lower: Double, to upper: Double) -> NumberRange {
    NumberRange(lower: lower, upper: upper, excludesLower: false, excludesUpper: false)
  }

  static func from(_ lower: Double, below upper: Double) -> NumberRange {
    NumberRange(lower: lower, upper: upper, excludesLower: false, excludesUpper: true)
  }

  static func above(_ lower: Double, to upper: Double) -> NumberRange {
    NumberRange(lower: lower, upper: upper, excludesLower: true, excludesUpper: false)
  }

  /// A share or a probability.
  static let unit = from(0, to: 1)

  func contains(_ value: Double) -> Bool {
    (excludesLower ? value > lower : value >= lower) && (excludesUpper ? value < upper : value <= upper)
  }

  /// "from 0 to 1", "above 0, up to 10".
  var phrase: String {
    let start = excludesLower ? "above \(Self.plain(lower))" : "from \(Self.plain(lower))"
    let end = excludesUpper ? "below \(Self.plain(upper))" : excludesLower ? "up to \(Self.plain(upper))" : nil
    return end.map { "\(start), \($0)" } ?? "\(start) to \(Self.plain(upper))"
  }

  private static func plain(_ value: Double) -> String {
    Int(exactly: value).map { "\($0)" } ?? "\(value)"
  }
}
