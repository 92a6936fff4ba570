import Foundation

/// Numbers in named columns, a row for each checkpoint: what the probe, bound and train stages leave behind.
///
/// It is kept as CSV, which is what people open and what the later stages read. A missing number is an empty field;
/// `Double`'s shortest description is written, so reading gives the same bits back.
public struct MeasurementTable: Sendable, Equatable {
  /// Names of the columns, in the order in which they are written.
  public let columns: [String]
  public private(set) var rows: [[Double?]] = []

  private let positions: [String: Int]

  /// The file is not what `csv` writes; `line` counts from 1.
  public struct FormatError: Error, CustomStringConvertible, LocalizedError {
    public let line: Int
    public let problem: String
    public var description: String {
      "line \(line) of the measurements \(problem); the artifact was not written by repro"
    }
    public var errorDescription: String? { description }
  }

  /// - Precondition: the names differ.
  public init(columns: [String]) {
    self.columns = columns
    positions = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
  }

  /// Appends a row; columns that `values` does not name stay empty.
  ///
  /// - Precondition: every key of `values` is one of `columns`.
  public mutating func append(_ values: [String: Double?]) {
    var row = [Double?](repeating: nil, count: columns.count)
    for (name, value) in values {
      guard let position = positions[name] else { preconditionFailure("\(name) is not a column") }
      row[position] = value
    }
    rows.append(row)
  }

  /// The numbers of one column, nil where a row has none.
  ///
  /// - Precondition: `name` is one of `columns`.
  public func column(_ name: String) -> [Double?] {
    guard let position = positions[name] else { preconditionFailure("\(name) is not a column") }
    return rows.map { $0[position] }
  }

  /// The number in column `name` of the last row, nil where there is none.
  public func last(_ name: String) -> Double? {
    column(name).last ?? nil
  }

  /// The table as RFC 4180 text.
  public var csv: String {
    var lines = [columns.joined(separator: ",")]
    for row in rows {
      lines.append(row.map { $0.map(Self.text) ?? "" }.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Whole numbers without a fraction, everything else as Swift's shortest exact description.
  private static func text(_ value: Double) -> String {
    if let whole = Int(exactly: value), abs(whole) < 1 << 53 { return String(whole) }
    return value.description
  }

  /// Reads what `csv` writes.
  ///
  /// - Throws: `FormatError`.
  public init(csv: String) throws(FormatError) {
    var lines = csv.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard let header = lines.first, !header.isEmpty else { throw FormatError(line: 1, problem: "names no columns") }
    let names = header.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard Set(names).count == names.count else { throw FormatError(line: 1, problem: "names a column twice") }
    self.init(columns: names)
    for (index, line) in lines.enumerated().dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == names.count else {
        throw FormatError(line: index + 1, problem: "has \(fields.count) fields where \(names.count) are named")
      }
      var row: [Double?] = []
      for field in fields {
        if field.isEmpty {
          row.append(nil)
        } else if let value = Double(field) {
          row.append(value)
        } else {
          throw FormatError(line: index + 1, problem: "holds “\(field)”, which is no number")
        }
      }
      rows.append(row)
    }
  }
}
