import GRDB
import GRDBSQLite

/// Statements of one transaction, each prepared once and executed for many rows, straight with SQLite. For what is written for
/// every node: GRDB, which is not optimised in a debug build, takes longer for it than SQLite does.
final class RowWriter {
  /// What stands for a `?`.
  enum Value {
    case null
    case int(Int)
    case double(Double)
    case string(String)

    static func integer(_ value: Int?) -> Value { value.map { .int($0) } ?? .null }
    static func real(_ value: Double?) -> Value { value.map { .double($0) } ?? .null }
    static func text(_ value: String?) -> Value { value.map { .string($0) } ?? .null }
    static func flag(_ value: Bool) -> Value { .int(value ? 1 : 0) }
  }

  /// A row that a statement gives, valid until the next.
  struct Row: StatementRow {
    let statement: OpaquePointer
  }

  private let connection: OpaquePointer?
  private var statements: [String: OpaquePointer] = [:]

  /// - Parameter db: in a transaction that outlives this.
  init(_ db: Database) {
    connection = db.sqliteConnection
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
  }

  /// - Throws: `DatabaseError`.
  func execute(_ sql: String, _ values: Value...) throws {
    try forEach(sql, values) { _ in }
  }

  /// The first column of the first row.
  /// - Throws: `DatabaseError`.
  func integer(_ sql: String, _ values: Value...) throws -> Int? {
    var found: Int?
    try forEach(sql, values) { row in found = found ?? row.integer(0) }
    return found
  }

  /// - Throws: `DatabaseError`, and what `body` throws.
  func forEach(_ sql: String, _ values: [Value], _ body: (Row) throws -> Void) throws {
    let statement = try prepared(sql)
    // One that is under way would keep the transaction from ending.
    defer { sqlite3_reset(statement) }
    for (index, value) in values.enumerated() { try bind(value, to: Int32(index + 1), of: statement) }
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: try body(Row(statement: statement))
      case SQLITE_DONE: return
      case let code: throw DatabaseError(connection, code)
      }
    }
  }

  var lastInsertedRow: Int { Int(sqlite3_last_insert_rowid(connection)) }

  private func prepared(_ sql: String) throws -> OpaquePointer {
    if let known = statements[sql] { return known }
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw DatabaseError(connection, code) }
    statements[sql] = statement
    return statement
  }

  private func bind(_ value: Value, to index: Int32, of statement: OpaquePointer) throws {
    let code: Int32
    switch value {
    case .null: code = sqlite3_bind_null(statement, index)
    case .int(let value): code = sqlite3_bind_int64(statement, index, Int64(value))
    case .double(let value): code = sqlite3_bind_double(statement, index, value)
    case .string(var text):
      code = text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
          // A null pointer would be taken for NULL.
          guard let start = characters.baseAddress else {
            return sqlite3_bind_text(statement, index, "", 0, Self.copied)
          }
          return sqlite3_bind_text(statement, index, start, Int32(characters.count), Self.copied)
        }
      }
    }
    guard code == SQLITE_OK else { throw DatabaseError(connection, code) }
  }

  /// SQLite's name for “take a copy” is a pointer that no function has, which a C header can say and Swift cannot.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
