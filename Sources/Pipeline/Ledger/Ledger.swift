import Foundation
import GRDB

/// The SQLite file that says what was done: nodes, results, key components, artifacts, runs, executions, metrics.
///
/// Only the coordinator writes; tests hand in an in-memory queue.
public struct Ledger: Sendable {
  let database: any DatabaseWriter
  let path: String

  /// Takes over a database, and brings its tables up to date.
  public init(_ database: any DatabaseWriter, path: String = ":memory:") throws(LedgerError) {
    self.database = database
    self.path = path
    do {
      let migrator = LedgerSchema.migrator
      try database.read { db in try Self.recognise(db, migrator: migrator, path: path) }
      try migrator.migrate(database)
    } catch {
      throw LedgerError.from(error, path: path)
    }
  }

  private init(reading database: any DatabaseWriter, path: String) throws {
    self.database = database
    self.path = path
    let migrator = LedgerSchema.migrator
    try database.read { db in
      try Self.recognise(db, migrator: migrator, path: path)
      if try !migrator.hasCompletedMigrations(db) { throw LedgerError.older(path: path) }
    }
  }

  /// Opens the ledger of a cache for writing, and makes it where there is none. The caller holds the cache lock.
  public static func open(_ folder: CacheFolder) throws(LedgerError) -> Ledger {
    let path = folder.ledger
    do {
      try LocalFileSystem().createFolder(folder.path)
      var configuration = Configuration()
      configuration.busyMode = .timeout(20)
      configuration.label = "ledger"
      let isLocal = Mount.isLocal(folder.path)
      // WAL needs memory shared between processes, which network file systems do not give.
      if isLocal { configuration.journalMode = .wal }
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.writeWithoutTransaction { db in
        if !isLocal { try db.execute(sql: "PRAGMA journal_mode = DELETE") }
        // A commit must outlive a power cut, since the progress folder is removed right after it. Here and not in
        // `prepareDatabase`: GRDB sets NORMAL together with WAL.
        try db.execute(sql: "PRAGMA synchronous = FULL")
      }
      return try Ledger(queue, path: path)
    } catch {
      throw LedgerError.from(error, path: path)
    }
  }

  /// Opens the ledger of a cache for reading. Never waits for the cache lock.
  public static func openForReading(_ folder: CacheFolder) throws(LedgerError) -> Ledger {
    let path = folder.ledger
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
    do {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(20)
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      return try reading(queue, path: path)
    } catch {
      let problem = LedgerError.from(error, path: path)
      // Where nothing may be written, SQLite cannot make the memory that it shares with a writer; nor is there one.
      guard case .failed = problem, let copy = try? copied(path) else { throw problem }
      return copy
    }
  }

  /// The ledger of a folder that may not be written, out of a copy that is gone again.
  private static func copied(_ path: String) throws -> Ledger {
    guard access((path as NSString).deletingLastPathComponent, W_OK) != 0 else { throw CocoaError(.fileReadUnknown) }
    let folder = FileManager.default.temporaryDirectory.appending(path: "ledger-\(getpid())-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = folder.appending(path: "ledger.sqlite").path
    for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path + suffix) {
      try FileManager.default.copyItem(atPath: path + suffix, toPath: place + suffix)
    }
    let memory = try DatabaseQueue()
    try DatabaseQueue(path: place).backup(to: memory)
    return try Ledger(memory, path: path)
  }

  /// A ledger that an older version wrote is read as the next run will find it: brought up to date in memory, since only a
  /// run may change the file.
  private static func reading(_ queue: DatabaseQueue, path: String) throws -> Ledger {
    do {
      return try Ledger(reading: queue, path: path)
    } catch LedgerError.older {
      let copy = try DatabaseQueue()
      try queue.backup(to: copy)
      return try Ledger(copy, path: path)
    }
  }

  private static func recognise(_ db: Database, migrator: DatabaseMigrator, path: String) throws {
    let identity = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let hasTables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0 > 0
    if hasTables && identity != LedgerSchema.applicationID { throw LedgerError.notALedger(path: path) }
    if try migrator.hasBeenSuperseded(db) { throw LedgerError.newer(path: path) }
  }

  /// Runs `body` in a read, with errors as sentences.
  func read<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
    do {
      return try database.read(body)
    } catch {
      throw LedgerError.from(error, path: path)
    }
  }

  /// Runs `body` in one transaction.
  func write<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
    do {
      return try database.write(body)
    } catch {
      throw LedgerError.from(error, path: path)
    }
  }
}

extension Ledger {
  /// A ledger that is gone with the process.
  static func inMemory() throws(LedgerError) -> Ledger {
    let queue: DatabaseQueue
    do {
      queue = try DatabaseQueue()
    } catch {
      throw LedgerError.from(error, path: ":memory:")
    }
    return try Ledger(queue)
  }
}
