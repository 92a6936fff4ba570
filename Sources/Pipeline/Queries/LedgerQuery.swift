import Foundation
import GRDB
import GRDBSQLite

/// An answer to a question in SQL.
public struct QueryAnswer: Sendable {
  public enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob(Data)
  }

  public let columns: [String]
  public let rows: [[Value]]
}

/// A question that was not a question, or could not be answered.
public struct QueryError: SentenceError, Hashable {
  public let description: String
}

extension CacheReader {
  /// Answers one SELECT over the ledger. It can do nothing but read: the file is opened for reading alone, SQLite is told to
  /// refuse changes, and an authorizer lets only reading through, so that neither another file nor a setting is reached.
  ///
  /// - Parameter views: those of the program, which a ledger that was not written since has not.
  /// - Throws: `QueryError` with SQLite's message.
  public func query(_ sql: String, views: [LedgerView] = []) throws -> QueryAnswer {
    let path = ledger.path
    do {
      return try ledger.database.unsafeRead { db in
        try Self.addMissing(views, db)
        try db.execute(sql: "PRAGMA query_only = 1")
        // GRDB's own authorizer serves to observe changes, of which there are none.
        sqlite3_set_authorizer(db.sqliteConnection, Self.onlyReading, nil)
        defer { sqlite3_set_authorizer(db.sqliteConnection, nil, nil) }
        return try Self.answer(sql, db)
      }
    } catch let error as DatabaseError where [.SQLITE_ERROR, .SQLITE_AUTH, .SQLITE_READONLY].contains(error.resultCode)
    {
      let detail = error.message ?? error.resultCode.description
      let isRefused = error.resultCode != .SQLITE_ERROR
      throw QueryError(
        description: isRefused
          ? "That would do more than read (\(detail)): only one SELECT is answered."
          : "SQLite does not understand the query: \(detail).")
    } catch let error as QueryError {
      throw error
    } catch {
      throw LedgerError.from(error, path: path)
    }
  }

  /// SELECT, the columns it reads, functions and recursion; nothing else has a reason to be in a question.
  private static let onlyReading:
    @convention(c) (
      UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
      UnsafePointer<CChar>?
    ) -> Int32 = { _, action, _, _, _, _ in
      switch action {
      case SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE: SQLITE_OK
      default: SQLITE_DENY
      }
    }

  /// In the connection's own temporary schema; the file is not touched.
  private static func addMissing(_ views: [LedgerView], _ db: Database) throws {
    let missing = try views.filter { try !db.viewExists($0.name) }
    guard !missing.isEmpty else { return }
    try db.execute(sql: "PRAGMA query_only = 0")
    for view in missing {
      try db.execute(sql: "CREATE TEMP VIEW \(view.name) AS \(view.query)")
    }
  }

  private static func answer(_ sql: String, _ db: Database) throws -> QueryAnswer {
    let statements = try db.allStatements(sql: sql)
    guard let statement = try statements.next() else {
      throw QueryError(description: "There is no query: write one SELECT, in quotes.")
    }
    guard try statements.next() == nil else {
      throw QueryError(description: "There is more than one statement: only one SELECT is answered.")
    }
    guard statement.columnCount > 0, statement.isReadonly else {
      throw QueryError(description: "That would do more than read: only one SELECT is answered.")
    }
    var rows: [[QueryAnswer.Value]] = []
    let cursor = try Row.fetchCursor(statement)
    while let row = try cursor.next() {
      rows.append(
        row.databaseValues.map { value in
          switch value.storage {
          case .null: .null
          case .int64(let integer): .integer(integer)
          case .double(let number): .real(number)
          case .string(let text): .text(text)
          case .blob(let data): .blob(data)
          }
        })
    }
    return QueryAnswer(columns: Array(statement.columnNames), rows: rows)
  }
}
