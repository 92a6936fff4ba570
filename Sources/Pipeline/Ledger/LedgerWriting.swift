import Foundation
import GRDB

extension Ledger {
  /// Notes a run that begins.
  /// - Returns: the run's number.
  func beginRun(command: String, at time: Double) throws(LedgerError) -> Int64 {
    try write { db in
      try db.execute(
        sql: "INSERT INTO runs (started, status, host, pid, command) VALUES (?, 'running', ?, ?, ?)",
        arguments: [time, Host.name, Int64(getpid()), command])
      return db.lastInsertedRowID
    }
  }

  func endRun(_ run: Int64, status: String, at time: Double) throws(LedgerError) {
    try write { db in
      try db.execute(sql: "UPDATE runs SET finished = ?, status = ? WHERE id = ?", arguments: [time, status, run])
    }
  }

  /// Marks runs whose coordinator died: all that claim to be running, since the caller holds the cache lock.
  /// - Returns: how many there were.
  func closeAbandonedRuns() throws(LedgerError) -> Int {
    try write { db in
      try db.execute(sql: "UPDATE runs SET status = 'interrupted' WHERE status = 'running'")
      return db.changesCount
    }
  }

  /// Records nodes as done, in one transaction: the artifacts are in the store already, for good.
  /// - Parameter reuses: nodes that take over a result that is there, by key.
  func commit(
    _ finished: [FinishedNode], reuses: [(node: NodeID, key: Key)] = [], run: Int64
  ) throws(LedgerError) {
    guard !finished.isEmpty || !reuses.isEmpty else { return }
    try write { db in
      for node in finished { try Self.commit(db, node, run: run) }
      for (node, key) in reuses {
        guard let result = try Self.resultRow(db, key) else { continue }
        try Self.point(db, node: Self.nodeRow(db, node), to: result, run: run, isExecuted: false)
      }
    }
  }

  static func commit(_ db: Database, _ finished: FinishedNode, run: Int64) throws {
    let attempt = finished.attempt
    let node = try Self.nodeRow(db, attempt.node)
    let execution = try Self.insertExecution(db, attempt, node: node, run: run, work: finished.work)
    try db.cachedStatement(
      sql: """
        INSERT INTO results (key, stage, stage_version, execution_id, seal) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (key) DO UPDATE SET execution_id = excluded.execution_id, seal = excluded.seal
        """
    ).execute(arguments: [
      attempt.key.hex, finished.stage, finished.stageVersion, execution,
      ResultSeal.value(key: attempt.key, outputs: finished.outputs),
    ])
    guard let result = try resultRow(db, attempt.key) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row just written is not there")
    }
    try Self.replaceOutputs(db, result: result, finished.outputs.map { ($0.name, $0.artifact) })
    try Self.replaceComponents(db, result: result, finished.components, origins: finished.origins)
    try Self.point(db, node: node, to: result, run: run, isExecuted: true)
    // What was written is found where it is looked for: an index that was damaged would lead elsewhere.
    let written = try outputs(
      db,
      sql: """
        SELECT o.result_id, o.name, a.digest, a.size, a.inode, a.modified, a.changed, a.checked
        FROM outputs o JOIN artifacts a ON a.id = o.artifact_id WHERE o.result_id = ? ORDER BY o.name
        """, arguments: [result])
    let seal = ResultSeal.value(key: attempt.key, outputs: written[result] ?? [])
    guard seal == ResultSeal.value(key: attempt.key, outputs: finished.outputs) else { throw indexDiffers }
  }

  private static var indexDiffers: DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an index and its table differ")
  }

  static func resultRow(_ db: Database, _ key: Key) throws -> Int64? {
    guard
      let id = try Int64.fetchOne(db.cachedStatement(sql: "SELECT id FROM results WHERE key = ?"), arguments: [key.hex])
    else { return nil }
    try check(db, "SELECT 1 FROM results WHERE id = ? AND key = ?", id, key.hex)
    return id
  }

  /// An index that says otherwise than its table is damage that SQLite does not notice by itself.
  private static func check(_ db: Database, _ sql: String, _ id: Int64, _ text: String) throws {
    guard try Int.fetchOne(db.cachedStatement(sql: sql), arguments: [id, text]) == nil else { return }
    throw indexDiffers
  }

  func recordUnsuccessful(_ attempt: Attempt, run: Int64) throws(LedgerError) {
    try write { db in
      _ = try Self.insertExecution(db, attempt, node: Self.nodeRow(db, attempt.node), run: run)
    }
  }

  /// Renews the stat cache.
  func updateStamps(artifacts: [Artifact], files: [(path: String, record: FileRecord)]) throws(LedgerError) {
    guard !artifacts.isEmpty || !files.isEmpty else { return }
    try write { db in
      let update = try db.cachedStatement(
        sql: "UPDATE artifacts SET inode = ?, modified = ?, changed = ?, checked = ? WHERE digest = ?")
      for artifact in artifacts {
        try update.execute(arguments: [
          artifact.stamp?.inode, artifact.stamp?.modified, artifact.stamp?.changed, artifact.checkedAt,
          artifact.digest.hex,
        ])
      }
      let replace = try db.cachedStatement(
        sql: """
          INSERT OR REPLACE INTO files (path, digest, size, inode, modified, changed, checked) VALUES (?, ?, ?, ?, ?, ?, ?)
          """)
      for (path, file) in files {
        try replace.execute(arguments: [
          path, file.digest.hex, file.stamp.size, file.stamp.inode, file.stamp.modified, file.stamp.changed,
          file.checkedAt,
        ])
      }
    }
  }

  /// Puts the checksum on a result whose outputs are written.
  static func seal(_ db: Database, result: Int64) throws {
    let outputs = try outputs(
      db,
      sql: """
        SELECT o.result_id, o.name, a.digest, a.size, a.inode, a.modified, a.changed, a.checked
        FROM outputs o JOIN artifacts a ON a.id = o.artifact_id WHERE o.result_id = ? ORDER BY o.name
        """, arguments: [result])
    let key = try String.fetchOne(db.cachedStatement(sql: "SELECT key FROM results WHERE id = ?"), arguments: [result])
    let value = ResultSeal.value(key: Key(Digest(trusted: key ?? "")), outputs: outputs[result] ?? [])
    try db.cachedStatement(sql: "UPDATE results SET seal = ? WHERE id = ?").execute(arguments: [value, result])
  }

  static func nodeRow(_ db: Database, _ node: NodeID) throws -> Int64 {
    let select = try db.cachedStatement(sql: "SELECT id FROM nodes WHERE name = ?")
    if let id = try Int64.fetchOne(select, arguments: [node.text]) {
      try check(db, "SELECT 1 FROM nodes WHERE id = ? AND name = ?", id, node.text)
      return id
    }
    try db.cachedStatement(sql: "INSERT INTO nodes (name) VALUES (?)").execute(arguments: [node.text])
    return db.lastInsertedRowID
  }

  static func point(_ db: Database, node: Int64, to result: Int64, run: Int64, isExecuted: Bool) throws {
    try db.cachedStatement(sql: "UPDATE nodes SET result_id = ? WHERE id = ?").execute(arguments: [result, node])
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO run_nodes (run_id, node_id, result_id, is_executed) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [run, node, result, isExecuted ? 1 : 0])
  }

  private static func insertExecution(
    _ db: Database, _ attempt: Attempt, node: Int64, run: Int64, work: Work? = nil
  ) throws -> Int64 {
    let result = attempt.result
    try db.cachedStatement(
      sql: """
        INSERT INTO executions
          (run_id, node_id, key, attempt, started, duration, peak_memory, host, status, message, log, environment,
            flops, work_kind)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      run, node, attempt.key.hex, attempt.number, attempt.started, result.duration, result.peakMemoryBytes,
      result.host, result.status.rawValue, result.message, attempt.logPath,
      result.environment.isEmpty ? nil : String(decoding: try JobFormat.encode(result.environment), as: UTF8.self),
      work.flatMap { $0.flops > 0 ? $0.flops : nil }, work?.kind,
    ])
    let execution = db.lastInsertedRowID
    let insert = try db.cachedStatement(
      sql: "INSERT INTO metrics (execution_id, position, name, step, value, is_volatile) VALUES (?, ?, ?, ?, ?, ?)")
    for (position, metric) in result.metrics.enumerated() {
      try insert.execute(arguments: [
        execution, position, metric.name, metric.step, metric.value.isNaN ? nil : metric.value,
        metric.isVolatile ? 1 : 0,
      ])
    }
    let insertFile = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO raw_files (execution_id, name, digest, size, origin) VALUES (?, ?, ?, ?, ?)")
    for file in result.rawFiles ?? [] {
      try insertFile.execute(arguments: [execution, file.name, file.digest.hex, file.size, file.origin])
    }
    return execution
  }

  static func replaceOutputs(
    _ db: Database, result: Int64, _ outputs: [(name: String, artifact: Artifact)]
  ) throws {
    try db.cachedStatement(sql: "DELETE FROM outputs WHERE result_id = ?").execute(arguments: [result])
    let insertArtifact = try db.cachedStatement(
      sql: """
        INSERT INTO artifacts (digest, size, inode, modified, changed, checked) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (digest) DO UPDATE SET
          inode = excluded.inode, modified = excluded.modified, changed = excluded.changed, checked = excluded.checked
        """)
    let insertOutput = try db.cachedStatement(
      sql: "INSERT INTO outputs (result_id, name, artifact_id) SELECT ?, ?, id FROM artifacts WHERE digest = ?")
    for (name, artifact) in outputs {
      try insertArtifact.execute(arguments: [
        artifact.digest.hex, artifact.size, artifact.stamp?.inode, artifact.stamp?.modified, artifact.stamp?.changed,
        artifact.checkedAt,
      ])
      try insertOutput.execute(arguments: [result, name, artifact.digest.hex])
    }
  }

  /// Writes what the key was made of, and where each input came from.
  static func replaceComponents(
    _ db: Database, result: Int64, _ components: [KeyComponent], origins: [InputOrigin?]
  ) throws {
    try db.cachedStatement(sql: "DELETE FROM result_components WHERE result_id = ?").execute(arguments: [result])
    let insert = try db.cachedStatement(sql: "INSERT OR IGNORE INTO components (name, value) VALUES (?, ?)")
    let link = try db.cachedStatement(
      sql: """
        INSERT INTO result_components (result_id, position, component_id, source_id)
        SELECT ?, ?, id, ? FROM components WHERE name = ? AND value = ?
        """)
    for (position, component) in components.enumerated() {
      try insert.execute(arguments: [component.name, component.value])
      let source = position < origins.count ? try origins[position].map { try sourceRow(db, $0) } : nil
      try link.execute(arguments: [result, position, source, component.name, component.value])
    }
  }

  private static func sourceRow(_ db: Database, _ origin: InputOrigin) throws -> Int64 {
    let (node, name) = (origin.node, origin.name)
    let select = try db.cachedStatement(sql: "SELECT id FROM sources WHERE node = ? AND name = ?")
    if let id = try Int64.fetchOne(select, arguments: [node, name]) { return id }
    try db.cachedStatement(sql: "INSERT INTO sources (node, name) VALUES (?, ?)").execute(arguments: [node, name])
    return db.lastInsertedRowID
  }
}
