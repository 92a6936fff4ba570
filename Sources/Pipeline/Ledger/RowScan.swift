import GRDB
import GRDBSQLite

/// A row that SQLite stands at; its values are valid until the next step.
protocol StatementRow: ~Copyable {
  var statement: OpaquePointer { get }
}

extension StatementRow where Self: ~Copyable {
  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }

  func real(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }

  func text(_ column: Int32) -> String {
    String(decoding: bytes(column), as: UTF8.self)
  }

  /// Nil for what is no digest.
  func digest(_ column: Int32) -> Digest? { Digest(hexDigits: bytes(column)) }

  private func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_text(statement, column)
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }
}

extension DatabaseError {
  /// The error that a call of SQLite ended with.
  init(_ connection: OpaquePointer?, _ code: Int32) {
    self.init(
      resultCode: ResultCode(rawValue: code),
      message: sqlite3_errmsg(connection).map { String(cString: $0) } ?? "SQLite gives no reason")
  }
}

/// The rows of a query, read straight from SQLite. For what is asked about all nodes at once: GRDB, which is not optimised in
/// a debug build, takes microseconds for each value, and a hundred thousand nodes have a million.
struct RowScan: ~Copyable, StatementRow {
  let statement: OpaquePointer
  private let connection: OpaquePointer?

  /// - Throws: `DatabaseError` for SQL that cannot be compiled.
  init(_ db: Database, sql: String) throws {
    connection = db.sqliteConnection
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(connection, sql, -1, &statement, nil)
    guard code == SQLITE_OK, let statement else { throw DatabaseError(connection, code) }
    self.statement = statement
  }

  deinit {
    sqlite3_finalize(statement)
  }

  /// Whether there is another row; its values are valid until the next call.
  /// - Throws: `DatabaseError`.
  func next() throws -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw DatabaseError(connection, code)
    }
  }
}
