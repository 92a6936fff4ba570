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
      var writer = ResultWriter(db)
      for node in finished { try writer.commit(node, run: run) }
      for (node, key) in reuses {
        guard let result = try writer.result(of: key) else { continue }
        try writer.point(node: writer.node(node), to: result, run: run, isExecuted: false)
      }
    }
  }

  func recordUnsuccessful(_ attempt: Attempt, run: Int64) throws(LedgerError) {
    try write { db in
      let writer = ResultWriter(db)
      try writer.add(attempt, node: writer.node(attempt.node), run: run)
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
}
