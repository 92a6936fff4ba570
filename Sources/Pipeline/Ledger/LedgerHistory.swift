import Foundation
import GRDB

/// A result with all that is stored of how it came to be.
struct StoredResult: Sendable {
  /// Where an input came from, as recorded; nil in records of earlier versions.
  struct Source: Sendable, Hashable {
    /// Empty for a file.
    let node: String
    /// The output, '' for all; the path of a file.
    let name: String
  }

  struct Component: Sendable {
    let name: String
    let value: String
    let source: Source?

    var isInput: Bool { name.hasPrefix("inputs.") }
  }

  let id: Int64
  let key: String
  let stage: String
  let version: Int
  let executionID: Int64?
  let components: [Component]
  /// Sorted by name.
  let outputs: [OutputRecord]
}

/// What was, not only what is: results by run, and what they were made from.
extension Ledger {
  /// The result that a node had after a run, and the run that gave it; nil if it had none yet.
  func result(of node: String, after run: Int64) throws(LedgerError) -> (id: Int64, run: Int64)? {
    try read { db in
      try Row.fetchOne(
        db,
        sql: """
          SELECT rn.result_id, rn.run_id FROM run_nodes rn JOIN nodes n ON n.id = rn.node_id
          WHERE n.name = ? AND rn.run_id <= ? ORDER BY rn.run_id DESC LIMIT 1
          """, arguments: [node, run]
      ).map { ($0[0], $0[1]) }
    }
  }

  /// The results that a node had, the latest first, each with the run that gave it last.
  func results(of node: String) throws(LedgerError) -> [(id: Int64, run: Int64)] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT rn.result_id, max(rn.run_id) AS run FROM run_nodes rn JOIN nodes n ON n.id = rn.node_id
          WHERE n.name = ? GROUP BY rn.result_id ORDER BY run DESC
          """, arguments: [node]
      ).map { ($0[0], $0[1]) }
    }
  }

  /// The result of every node after a run: names and result numbers, in the order of the nodes' first appearance.
  func results(after run: Int64) throws(LedgerError) -> [(node: String, result: Int64)] {
    try read { db in
      // SQLite takes bare columns from the row that has the maximum.
      try Row.fetchAll(
        db,
        sql: """
          SELECT n.name, rn.result_id, max(rn.run_id) FROM run_nodes rn JOIN nodes n ON n.id = rn.node_id
          WHERE rn.run_id <= ? GROUP BY rn.node_id ORDER BY rn.node_id
          """, arguments: [run]
      ).map { ($0[0], $0[1]) }
    }
  }

  /// Everything stored of a result; nil where it is gone.
  func storedResult(_ id: Int64) throws(LedgerError) -> StoredResult? {
    try read { db in
      guard
        let row = try Row.fetchOne(
          db.cachedStatement(sql: "SELECT key, stage, stage_version, execution_id FROM results WHERE id = ?"),
          arguments: [id])
      else { return nil }
      let components = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT c.name, c.value, s.node, s.name FROM result_components rc JOIN components c ON c.id = rc.component_id
            LEFT JOIN sources s ON s.id = rc.source_id WHERE rc.result_id = ? ORDER BY rc.position
            """), arguments: [id]
      ).map { row in
        let node: String? = row[2]
        return StoredResult.Component(
          name: row[0], value: row[1], source: node.map { StoredResult.Source(node: $0, name: row[3]) })
      }
      return StoredResult(
        id: id, key: row[0], stage: row[1], version: row[2], executionID: row[3], components: components,
        outputs: try Self.outputs(db, of: id))
    }
  }

  /// The results that have an artifact among their outputs, with the output's name, the latest first.
  func results(holding digest: String) throws(LedgerError) -> [(id: Int64, output: String)] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT o.result_id, o.name FROM artifacts a JOIN outputs o ON o.artifact_id = a.id WHERE a.digest = ?
          ORDER BY o.result_id DESC, o.name
          """, arguments: [digest]
      ).map { ($0[0], $0[1]) }
    }
  }

  /// The nodes that ever had a result, those that have it now first.
  func nodes(withResult id: Int64) throws(LedgerError) -> [(name: String, isCurrent: Bool)] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT n.name, coalesce(n.result_id = ?1, 0) AS current FROM nodes n
          WHERE n.result_id = ?1 OR n.id IN (SELECT node_id FROM run_nodes WHERE result_id = ?1)
          ORDER BY current DESC, n.id
          """, arguments: [id]
      ).map { ($0[0], $0[1]) }
    }
  }

  /// Digests of artifacts, or keys of results, that begin with `prefix`; at most `limit`.
  func digests(beginningWith prefix: String, limit: Int = 10) throws(LedgerError) -> (
    artifacts: [String], keys: [String]
  ) {
    try read { db in
      // A range, so that the index serves.
      let arguments: StatementArguments = [prefix, prefix + "g", limit]
      return (
        try String.fetchAll(
          db, sql: "SELECT digest FROM artifacts WHERE digest >= ? AND digest < ? ORDER BY digest LIMIT ?",
          arguments: arguments),
        try String.fetchAll(
          db, sql: "SELECT key FROM results WHERE key >= ? AND key < ? ORDER BY key LIMIT ?", arguments: arguments)
      )
    }
  }

  /// Whether the ledger knows a node of this name.
  func knows(node: String) throws(LedgerError) -> Bool {
    try read { db in
      try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM nodes WHERE name = ?)", arguments: [node]) ?? false
    }
  }

  /// Names of all nodes that the ledger knows.
  public func nodeNames() throws(LedgerError) -> [String] {
    try read { db in try String.fetchAll(db, sql: "SELECT name FROM nodes ORDER BY id") }
  }

  /// Files that an execution took in from outside, by name.
  func rawFiles(of execution: Int64) throws(LedgerError) -> [RawFile] {
    try read { db in
      try Row.fetchAll(
        db, sql: "SELECT name, digest, size, origin FROM raw_files WHERE execution_id = ? ORDER BY name",
        arguments: [execution]
      ).map { RawFile(name: $0[0], digest: Digest(trusted: $0[1]), size: $0[2], origin: $0[3]) }
    }
  }

  /// How many nodes a run has executed.
  func executedCount(ofRun run: Int64) throws(LedgerError) -> Int {
    try read { db in
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM run_nodes WHERE run_id = ? AND is_executed = 1", arguments: [run]) ?? 0
    }
  }

  /// What a run did: nodes executed and reused, attempts that failed.
  func counts(ofRun run: Int64) throws(LedgerError) -> (executed: Int, reused: Int, failed: Int) {
    try read { db in
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT (SELECT count(*) FROM run_nodes WHERE run_id = ?1 AND is_executed = 1),
            (SELECT count(*) FROM run_nodes WHERE run_id = ?1 AND is_executed = 0),
            (SELECT count(*) FROM executions WHERE run_id = ?1 AND status = 'failed')
          """, arguments: [run])
      return row.map { ($0[0], $0[1], $0[2]) } ?? (0, 0, 0)
    }
  }

  /// Nodes that took over an earlier result in a run, with its key.
  func reusedNodes(ofRun run: Int64) throws(LedgerError) -> [(node: String, key: String)] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT n.name, r.key FROM run_nodes rn JOIN nodes n ON n.id = rn.node_id JOIN results r ON r.id = rn.result_id
          WHERE rn.run_id = ? AND rn.is_executed = 0 ORDER BY n.id
          """, arguments: [run]
      ).map { ($0[0], $0[1]) }
    }
  }

  /// One run; nil where there is none of that number.
  public func run(_ id: Int64) throws(LedgerError) -> RunRecord? {
    try read { db in
      try Row.fetchOne(
        db, sql: "SELECT id, started, finished, status, host, pid, command FROM runs WHERE id = ?", arguments: [id]
      ).map { row in
        RunRecord(
          id: row[0], started: row[1], finished: row[2], status: row[3], host: row[4], pid: row[5], command: row[6])
      }
    }
  }
}
