import Foundation
import GRDB

extension Ledger {
  /// The last result of every node, in one query whatever their number.
  func currentResults() throws(LedgerError) -> [NodeID: ResultRecord] { try currentAndUnsound().results }

  /// The last results of all nodes, and the nodes whose entry is not what was written, which count as having none, with the
  /// keys of these entries.
  func currentAndUnsound() throws(LedgerError) -> (
    results: [NodeID: ResultRecord], unsound: [NodeID], unsoundKeys: Set<Key>
  ) {
    try read { db in
      // CROSS JOIN keeps the tables in this order, so that the outputs of a node follow each other, sorted by name.
      let rows = try RowScan(
        db,
        sql: """
          SELECT n.id, n.name, r.id, r.key, r.seal, o.name, a.digest, a.size, a.inode, a.modified, a.changed, a.checked
          FROM nodes n CROSS JOIN results r ON r.id = n.result_id LEFT JOIN outputs o ON o.result_id = r.id
          LEFT JOIN artifacts a ON a.id = o.artifact_id
          """)
      var results: [NodeID: ResultRecord] = [:]
      results.reserveCapacity(try Self.count(db, "nodes"))
      var unsound: [NodeID] = []
      var unsoundKeys: Set<Key> = []
      var isRow = try rows.next()
      while isRow {
        let node = rows.integer(0)
        let name = NodeID(trusted: rows.text(1))
        let id = Int64(rows.integer(2))
        let key = rows.digest(3).map { Key($0) }
        let seal = rows.isNull(4) ? nil : rows.integer(4)
        var outputs: [OutputRecord] = []
        var isWhole = true
        repeat {
          if !rows.isNull(5) {
            if let artifact = Self.artifact(rows, from: 6) {
              outputs.append(OutputRecord(name: rows.text(5), artifact: artifact))
            } else {
              isWhole = false
            }
          }
          isRow = try rows.next()
        } while isRow && rows.integer(0) == node
        if let key, isWhole, seal == ResultSeal.value(key: key, outputs: outputs) {
          results[name] = ResultRecord(id: id, key: key, outputs: outputs)
        } else {
          unsound.append(name)
          if let key { unsoundKeys.insert(key) }
        }
      }
      return (results, unsound, unsoundKeys)
    }
  }

  private static func count(_ db: Database, _ table: String) throws -> Int {
    let rows = try RowScan(db, sql: "SELECT max(id) FROM \(table)")
    return try rows.next() ? min(max(rows.integer(0), 0), 1 << 20) : 0
  }

  /// Digest, size and stat cache in six columns; nil for what is none.
  private static func artifact(_ rows: borrowing RowScan, from first: Int32) -> Artifact? {
    guard let digest = rows.digest(first) else { return nil }
    let size = rows.integer(first + 1)
    let stamp =
      rows.isNull(first + 2)
      ? nil
      : FileStamp(
        inode: rows.integer(first + 2), size: size, modified: rows.integer(first + 3),
        changed: rows.integer(first + 4))
    return Artifact(digest: digest, size: size, stamp: stamp, checkedAt: rows.integer(first + 5))
  }

  /// An entry that was looked for.
  enum Entry {
    case sound(ResultRecord)
    /// It is not what was written, and counts as none.
    case unsound
    case none

    var result: ResultRecord? { if case .sound(let result) = self { result } else { nil } }
  }

  /// The last result of one node.
  public func lastResult(of node: NodeID) throws(LedgerError) -> ResultRecord? {
    try read { db in
      try Self.entry(
        db, sql: "SELECT r.id, r.key, r.seal FROM nodes n JOIN results r ON r.id = n.result_id WHERE n.name = ?",
        argument: node.text)
    }.result
  }

  /// What came of a key, however long ago.
  func result(for key: Key) throws(LedgerError) -> ResultRecord? { try entry(for: key).result }

  func entry(for key: Key) throws(LedgerError) -> Entry {
    try read { db in try Self.entry(db, sql: "SELECT id, key, seal FROM results WHERE key = ?", argument: key.hex) }
  }

  /// Every key that has a result.
  func allKeys() throws(LedgerError) -> Set<Key> {
    try read { db in
      let rows = try RowScan(db, sql: "SELECT key FROM results")
      var keys: Set<Key> = []
      while try rows.next() {
        if let digest = rows.digest(0) { keys.insert(Key(digest)) }
      }
      return keys
    }
  }

  private static func entry(_ db: Database, sql: String, argument: String) throws -> Entry {
    guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [argument]) else { return .none }
    let id: Int64 = row[0]
    let key = Key(Digest(trusted: row[1]))
    let record = ResultRecord(id: id, key: key, outputs: try Self.outputs(db, of: id))
    return row[2] == ResultSeal.value(key: key, outputs: record.outputs) ? .sound(record) : .unsound
  }

  /// The outputs of a result, sorted by name.
  static func outputs(_ db: Database, of result: Int64) throws -> [OutputRecord] {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT o.name, a.digest, a.size, a.inode, a.modified, a.changed, a.checked
          FROM outputs o JOIN artifacts a ON a.id = o.artifact_id WHERE o.result_id = ? ORDER BY o.name
          """), arguments: [result])
    var outputs: [OutputRecord] = []
    while let row = try rows.next() {
      let size: Int = row[2]
      let inode: Int? = row[3]
      let stamp = inode.map { FileStamp(inode: $0, size: size, modified: row[4], changed: row[5]) }
      let artifact = Artifact(digest: Digest(trusted: row[1]), size: size, stamp: stamp, checkedAt: row[6])
      outputs.append(OutputRecord(name: row[0], artifact: artifact))
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
      let rows = try RowScan(db, sql: "SELECT path, digest, size, inode, modified, changed, checked FROM files")
      while try rows.next() {
        guard let artifact = Self.fileRecord(rows) else { continue }
        files[rows.text(0)] = artifact
      }
      return files
    }
  }

  private static func fileRecord(_ rows: borrowing RowScan) -> FileRecord? {
    guard let digest = rows.digest(1) else { return nil }
    return FileRecord(
      digest: digest,
      stamp: FileStamp(
        inode: rows.integer(3), size: rows.integer(2), modified: rows.integer(4), changed: rows.integer(5)),
      checkedAt: rows.integer(6))
  }

  /// Digests of all artifacts.
  func knownDigests() throws(LedgerError) -> Set<String> {
    try read { db in try String.fetchSet(db, sql: "SELECT digest FROM artifacts") }
  }

  /// What the last result of each node took to make, whenever and for whichever node of the same key that was.
  func lastCosts() throws(LedgerError) -> [NodeID: PastCost] {
    try read { db in
      var costs: [NodeID: PastCost] = [:]
      let rows = try RowScan(
        db,
        sql: """
          SELECT n.name, e.duration, e.flops, e.work_kind FROM nodes n JOIN results r ON r.id = n.result_id
          JOIN executions e ON e.id = r.execution_id
          """)
      while try rows.next() {
        costs[NodeID(trusted: rows.text(0))] = PastCost(
          seconds: rows.real(1), flops: rows.isNull(2) ? nil : rows.real(2), kind: rows.isNull(3) ? nil : rows.text(3))
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
