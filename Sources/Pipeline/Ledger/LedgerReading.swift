import Foundation
import GRDB

extension Ledger {
  /// The last result of every node, in two queries whatever their number.
  func currentResults() throws(LedgerError) -> [NodeID: ResultRecord] {
    try read { db in
      let outputs = try Self.outputs(
        db,
        sql: """
          SELECT o.result_id, o.name, a.digest, a.size, a.inode, a.modified, a.changed, a.checked
          FROM (SELECT DISTINCT result_id AS id FROM nodes WHERE result_id IS NOT NULL) r
          JOIN outputs o ON o.result_id = r.id JOIN artifacts a ON a.id = o.artifact_id ORDER BY o.result_id, o.name
          """)
      var results: [NodeID: ResultRecord] = [:]
      let rows = try Row.fetchCursor(
        db, sql: "SELECT n.name, r.id, r.key FROM nodes n JOIN results r ON r.id = n.result_id")
      while let row = try rows.next() {
        let id: Int64 = row[1]
        results[NodeID(trusted: row[0])] = ResultRecord(
          id: id, key: Key(Digest(trusted: row[2])), outputs: outputs[id] ?? [])
      }
      return results
    }
  }

  /// The last result of one node.
  public func lastResult(of node: NodeID) throws(LedgerError) -> ResultRecord? {
    try read { db in
      try Self.result(
        db, sql: "SELECT r.id, r.key FROM nodes n JOIN results r ON r.id = n.result_id WHERE n.name = ?",
        argument: node.text)
    }
  }

  /// What came of a key, however long ago.
  func result(for key: Key) throws(LedgerError) -> ResultRecord? {
    try read { db in try Self.result(db, sql: "SELECT id, key FROM results WHERE key = ?", argument: key.hex) }
  }

  /// Every key that has a result.
  func allKeys() throws(LedgerError) -> Set<String> {
    try read { db in try String.fetchSet(db, sql: "SELECT key FROM results") }
  }

  private static func result(_ db: Database, sql: String, argument: String) throws -> ResultRecord? {
    guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [argument]) else { return nil }
    let id: Int64 = row[0]
    let outputs = try Self.outputs(
      db,
      sql: """
        SELECT o.result_id, o.name, a.digest, a.size, a.inode, a.modified, a.changed, a.checked
        FROM outputs o JOIN artifacts a ON a.id = o.artifact_id WHERE o.result_id = ? ORDER BY o.name
        """, arguments: [id])
    return ResultRecord(id: id, key: Key(Digest(trusted: row[1])), outputs: outputs[id] ?? [])
  }

  static func outputs(
    _ db: Database, sql: String, arguments: StatementArguments = []
  ) throws -> [Int64: [OutputRecord]] {
    var outputs: [Int64: [OutputRecord]] = [:]
    let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
    while let row = try rows.next() {
      let size: Int = row[3]
      let inode: Int? = row[4]
      let stamp = inode.map { FileStamp(inode: $0, size: size, modified: row[5], changed: row[6]) }
      let artifact = Artifact(digest: Digest(trusted: row[2]), size: size, stamp: stamp, checkedAt: row[7])
      outputs[row[0], default: []].append(OutputRecord(name: row[1], artifact: artifact))
    }
    return outputs
  }

  /// The components of the last result of each of the nodes, in the order they have in the key.
  func components(of nodes: [NodeID]) throws(LedgerError) -> [NodeID: [KeyComponent]] {
    try read { db in
      var components: [NodeID: [KeyComponent]] = [:]
      let statement = try db.cachedStatement(
        sql: "SELECT name, value FROM node_components WHERE node = ? ORDER BY position")
      for node in nodes {
        let rows = try Row.fetchCursor(statement, arguments: [node.text])
        var mine: [KeyComponent] = []
        while let row = try rows.next() { mine.append(KeyComponent(name: row[0], value: row[1])) }
        if !mine.isEmpty { components[node] = mine }
      }
      return components
    }
  }

  /// What the last result of a node was made from; empty if it has none.
  public func components(of node: NodeID) throws(LedgerError) -> [KeyComponent] {
    try components(of: [node])[node] ?? []
  }

  func knownFiles() throws(LedgerError) -> [String: FileRecord] {
    try read { db in
      var files: [String: FileRecord] = [:]
      let rows = try Row.fetchCursor(db, sql: "SELECT path, digest, size, inode, modified, changed, checked FROM files")
      while let row = try rows.next() {
        files[row[0]] = FileRecord(
          digest: Digest(trusted: row[1]),
          stamp: FileStamp(inode: row[3], size: row[2], modified: row[4], changed: row[5]), checkedAt: row[6])
      }
      return files
    }
  }

  /// Digests of all artifacts.
  func knownDigests() throws(LedgerError) -> Set<String> {
    try read { db in try String.fetchSet(db, sql: "SELECT digest FROM artifacts") }
  }

  /// What the last result of each node took to make, whenever and for whichever node of the same key that was.
  func lastCosts() throws(LedgerError) -> [NodeID: PastCost] {
    try read { db in
      var costs: [NodeID: PastCost] = [:]
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT n.name, e.duration, e.flops, e.work_kind FROM nodes n JOIN results r ON r.id = n.result_id
          JOIN executions e ON e.id = r.execution_id
          """)
      while let row = try rows.next() {
        costs[NodeID(trusted: row[0])] = PastCost(seconds: row[1], flops: row[2], kind: row[3])
      }
      return costs
    }
  }

  /// Operations a second of each kind of work that was done on a machine: the median of its executions, since one that
  /// went on where another was cut off looks fast.
  func rates(host: String, environment: [String: String]) throws(LedgerError) -> [String: Double] {
    try read { db in
      var rates: [String: [Double]] = [:]
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT work_kind, flops / duration FROM executions
          WHERE status = 'done' AND work_kind IS NOT NULL AND flops > 0 AND duration > 0 AND host = ?
            AND coalesce(environment, '{}') = ?
          """,
        arguments: [host, String(decoding: try JobFormat.encode(environment), as: UTF8.self)])
      while let row = try rows.next() { rates[row[0], default: []].append(row[1]) }
      return rates.mapValues { $0.sorted()[$0.count / 2] }
    }
  }
}
