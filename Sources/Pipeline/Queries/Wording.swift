import Foundation

/// Wording and layout that the answers for people share.
public enum Wording {
  /// A time as JSON has it: ISO 8601, UTC.
  static func timestamp(_ seconds: Double) -> String {
    Date(timeIntervalSince1970: seconds.rounded(.down)).formatted(.iso8601)
  }

  /// A time for people: theirs, to the second.
  static func localTime(_ seconds: Double) -> String {
    var time = time_t(seconds)
    var parts = tm()
    localtime_r(&time, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%d %H:%M:%S", &parts)
    return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  static func localTime(iso8601 text: String) -> String {
    (try? Date(text, strategy: .iso8601)).map { localTime($0.timeIntervalSince1970) } ?? text
  }

  static func duration(_ seconds: Double) -> String {
    if seconds < 72 * 3600 || !seconds.isFinite { return ProgressText.duration(seconds) }
    let days = seconds / 86_400
    return days < 1000 ? "\((days * 10).rounded() / 10) days" : "\((days / 36.525).rounded() / 10) years"
  }

  static func count(_ number: Int, _ noun: String) -> String { ProgressText.count(number, noun) }

  /// A number of bytes with three digits and a decimal prefix.
  public static func bytes(_ count: Double) -> String {
    scaled(count, units: ["bytes", "kB", "MB", "GB", "TB", "PB"])
  }

  /// A number of floating point operations with three digits and a prefix.
  static func flops(_ count: Double) -> String {
    scaled(count, units: ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP", "ZFLOP"])
  }

  private static func scaled(_ count: Double, units: [String]) -> String {
    guard count.isFinite, count >= 0 else { return "an unknown number of \(units[0])" }
    var value = count
    var unit = 0
    while value >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    if unit == 0 { return "\(Int(value.rounded())) \(units[0])" }
    let text = value < 9.995 ? decimals(value, 2) : value < 99.95 ? decimals(value, 1) : decimals(value, 0)
    return "\(text) \(units[unit])"
  }

  /// With a fixed number of decimals, whatever the locale.
  static func decimals(_ value: Double, _ count: Int) -> String {
    String(format: "%.\(count)f", locale: Locale(identifier: "en_US_POSIX"), value)
  }

  /// A number as briefly as it is told apart: six digits.
  static func number(_ value: Double) -> String {
    String(format: "%.6g", locale: Locale(identifier: "en_US_POSIX"), value)
  }

  /// Rows under each other; the columns of `rightAligned` end together, the others begin together.
  static func columns(_ rows: [[String]], rightAligned: Set<Int> = [], indent: String = "") -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = indent
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
        line += rightAligned.contains(column) ? padding + cell : cell + padding
        if column < row.count - 1 { line += "  " }
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// The first few of a list, and how many more there are.
  static func some(_ items: [String], _ limit: Int, separator: String = ", ") -> String {
    let shown = items.prefix(limit).joined(separator: separator)
    return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
  }

  /// A value of a key component, shortened for a line.
  static func value(_ text: String?, of component: String) -> String {
    guard let text else { return "nothing" }
    if component.hasPrefix("inputs.") { return String(text.prefix(12)) }
    return text.count > 60 ? text.prefix(57) + "…" : text
  }
}
