/// Comma-separated values as RFC 4180 has them, with line feeds: the one way in which tables and figures write their data.
public struct CSVText: Sendable, Equatable {
  public private(set) var text = ""

  public init() {}

  public init(header: [String]) { append(header) }

  /// Appends a line, each field as it is read back; see `field`.
  public mutating func append(_ fields: [String]) {
    text += fields.map(Self.field).joined(separator: ",") + "\n"
  }

  /// The shortest digits that give a number back; nothing for `nil`, and `NaN`, `inf` and `-inf` for what is not finite.
  public static func number(_ value: Double?) -> String {
    guard let value else { return "" }
    if value.isNaN { return "NaN" }
    if let integer = Int(exactly: value) { return String(integer) }
    return "\(value)"
  }

  /// A field in quotes where it holds a comma, a quotation mark or the end of a line. Spreadsheets compute what begins with
  /// `=`, `+`, `-`, `@`, a tabulator or a carriage return; text that does so, unlike numbers, gets an apostrophe in front.
  ///
  /// Works on scalars: CR LF is one `Character`, and so is a quotation mark with an accent.
  static func field(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    if let first = text.unicodeScalars.first, commands.contains(first), !isNumbers(text) { scalars.append("'") }
    scalars.append(contentsOf: text.unicodeScalars)
    guard scalars.contains(where: quoted.contains) else { return String(scalars) }
    var result = "\"".unicodeScalars
    for scalar in scalars {
      result.append(scalar)
      if scalar == "\"" { result.append(scalar) }
    }
    result.append("\"")
    return String(result)
  }

  /// A number, or several with spaces between.
  private static func isNumbers(_ text: String) -> Bool { text.split(separator: " ").allSatisfy { Double($0) != nil } }

  private static let commands: Set<Unicode.Scalar> = ["=", "+", "-", "@", "\t", "\r"]
  private static let quoted: Set<Unicode.Scalar> = [",", "\"", "\r", "\n"]
}
