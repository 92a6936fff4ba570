import Foundation

extension QueryAnswer.Value {
  /// As text; NULL is empty.
  var text: String {
    switch self {
    case .null: ""
    case .integer(let value): String(value)
    case .real(let value): "\(value)"
    case .text(let value): value
    case .blob(let data): "x'" + data.map { String(format: "%02x", $0) }.joined() + "'"
    }
  }

  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .real: true
    case .null, .text, .blob: false
    }
  }
}

extension QueryAnswer {
  /// A table for people.
  public var text: String {
    let numbers = columns.indices.filter { column in
      rows.contains { $0[column].isNumber } && rows.allSatisfy { $0[column].isNumber || $0[column] == .null }
    }
    let lines = Wording.columns(
      [columns] + rows.map { $0.map { $0.text.replacing("\n", with: " ") } }, rightAligned: Set(numbers))
    return lines.joined(separator: "\n")
  }

  /// CSV (RFC 4180) with a line of names.
  public var csv: String {
    func field(_ text: String) -> String {
      text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
        ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
    return ([columns] + rows.map { $0.map(\.text) })
      .map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }
}

/// An array with an object a row, in the order of the columns.
extension QueryAnswer: Encodable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    for row in rows {
      var object = list.nestedContainer(keyedBy: Name.self)
      for (column, value) in zip(columns, row) {
        let name = Name(stringValue: column)
        switch value {
        case .null: try object.encodeNil(forKey: name)
        case .integer(let value): try object.encode(value, forKey: name)
        // JSON has no infinities.
        case .real(let number) where number.isFinite: try object.encode(number, forKey: name)
        case .real, .text, .blob: try object.encode(value.text, forKey: name)
        }
      }
    }
  }
}
