import Foundation

/// One cell of a table: what is shown, the number behind it, and what is to be said about it.
public struct Cell: Sendable, Equatable {
  /// A sign at a cell whose meaning is given once, below the table.
  public struct Mark: Sendable, Equatable {
    public enum Tone: String, Sendable, Equatable {
      case neutral, good, warning
    }

    /// One word, for CSV: `collapsed`.
    public let name: String
    /// One sign, for people: `†`.
    public let symbol: String
    /// The sentence below the table.
    public let meaning: String
    public let tone: Tone

    public init(name: String, symbol: String, meaning: String, tone: Tone = .neutral) {
      self.name = name
      self.symbol = symbol
      self.meaning = meaning
      self.tone = tone
    }
  }

  /// What is shown.
  public let text: String
  /// The number behind it in full, for CSV.
  public let value: Double?
  public let mark: Mark?
  /// A remark on this cell alone, shown when it is pointed at, and in CSV not at all.
  public let note: String?
  /// The name of the node of the same page that the cell leads to, and lights up with.
  public let target: String?

  /// Whether there is nothing to show, which is written "—", as a text may be as well.
  let isMissing: Bool

  private init(
    text: String, value: Double?, isMissing: Bool = false, mark: Mark?, note: String?, target: String?
  ) {
    self.text = text
    self.value = value
    self.isMissing = isMissing
    self.mark = mark
    self.note = note
    self.target = target
  }

  public static func text(_ text: String, mark: Mark? = nil, note: String? = nil, target: String? = nil) -> Cell {
    Cell(text: text, value: nil, mark: mark, note: note, target: target)
  }

  /// A number with `decimals` digits behind the point; nil is shown as "—", others that are not finite as "NaN", "∞"
  /// and "−∞".
  ///
  /// - Parameters:
  ///   - spread: shown behind the number as "± …"; not in CSV.
  ///   - isSigned: whether a number above zero is shown with its sign, as differences are.
  public static func number(
    _ value: Double?, decimals: Int = 2, spread: Double? = nil, isSigned: Bool = false, mark: Mark? = nil,
    note: String? = nil, target: String? = nil
  ) -> Cell {
    var text = format(value, decimals: decimals)
    if isSigned, let value, value.isFinite, !text.hasPrefix("−"), Double(text) != 0 { text = "+" + text }
    if let spread { text += " ± " + format(spread, decimals: decimals) }
    return Cell(text: text, value: value, isMissing: value == nil, mark: mark, note: note, target: target)
  }

  /// A whole number.
  public static func integer(_ value: Int, mark: Mark? = nil, note: String? = nil, target: String? = nil) -> Cell {
    Cell(
      text: String(value).replacingOccurrences(of: "-", with: "−"), value: Double(value), mark: mark, note: note,
      target: target)
  }

  /// There is nothing to show: "—".
  public static let missing = Cell(text: "—", value: nil, isMissing: true, mark: nil, note: nil, target: nil)

  /// `value` as `number` shows it. What lies in the middle is rounded away from zero, as figures round it.
  public static func format(_ value: Double?, decimals: Int) -> String {
    guard let value else { return "—" }
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "−∞" : "∞" }
    let digits = rounded(abs(value), decimals: min(max(0, decimals), 15))
    // −0.00 is 0.00.
    let isZero = digits.allSatisfy { $0 == "0" || $0 == "." }
    return value < 0 && !isZero ? "−" + digits : digits
  }

  private static func rounded(_ value: Double, decimals: Int) -> String {
    let scaled = (value * pow(10, Double(decimals))).rounded()
    guard scaled < 9e15 else { return String(format: "%.\(decimals)f", value) }
    var digits = String(Int64(scaled))
    guard decimals > 0 else { return digits }
    digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
    return digits
  }
}
