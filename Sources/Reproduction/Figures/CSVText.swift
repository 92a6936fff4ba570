/// Comma-separated values as RFC 4180 has them, with line feeds.
struct CSVText {
  private(set) var text: String

  init(header: [String]) {
    text = ""
    append(header)
  }

  mutating func append(_ fields: [String]) {
    text += fields.map(Self.quoted).joined(separator: ",") + "\n"
  }

  /// The shortest digits that give the number back; nothing for `nil`.
  static func number(_ value: Double?) -> String {
    guard let value else { return "" }
    return value == 0 ? "0" : "\(value)"
  }

  private static func quoted(_ field: String) -> String {
    guard field.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}
