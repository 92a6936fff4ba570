import Foundation
import GRDB

/// An acceptance as it is written down, in the ledger and in the records beside it.
struct AcceptanceRecord: Codable, Hashable {
  let node: NodeID
  let fromKey: Key
  let toKey: Key
  let reason: String
  /// Seconds since 1970.
  let accepted: Double
  let changes: [Acceptance.Change]
  /// The run that stands for it; nil in ledgers of earlier versions.
  var run: Int64?

  func acceptance(isInEffect: Bool) -> Acceptance {
    Acceptance(
      node: node.text, reason: reason, accepted: Wording.timestamp(accepted), run: run, fromKey: fromKey.hex,
      toKey: toKey.hex, changes: changes, isInEffect: isInEffect)
  }
}

extension Ledger {
  /// Every acceptance there ever was, the oldest first.
  func acceptances() throws(LedgerError) -> [Acceptance] {
    try read { db in
      let all = try Self.acceptances(db)
      guard !all.isEmpty else { return [] }
      var inEffect: Set<Int> = []
      for (key, executed) in try Self.keptKeys(db) { inEffect.formUnion(Self.chain(all, from: executed, to: key)) }
      return all.enumerated().map { $1.acceptance(isInEffect: inEffect.contains($0)) }
    }
  }

  /// Those that lead from the key that a result was executed for to the key it has: none where these are the same.
  func acceptances(behind key: Key) throws(LedgerError) -> [Acceptance] {
    try read { db in
      let executed = try String.fetchOne(
        db, sql: "SELECT e.key FROM results r JOIN executions e ON e.id = r.execution_id WHERE r.key = ?",
        arguments: [key.hex]
      ).map { Key(Digest(trusted: $0)) }
      guard let executed, executed != key else { return [] }
      let all = try Self.acceptances(db)
      return Self.chain(all, from: executed, to: key).map { all[$0].acceptance(isInEffect: true) }
    }
  }

  /// In the order in which they were written down.
  static func acceptances(_ db: Database) throws -> [AcceptanceRecord] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT n.name, a.from_key, a.to_key, a.reason, a.accepted, a.changes, a.run_id
        FROM acceptances a JOIN nodes n ON n.id = a.node_id ORDER BY a.id
        """
    ).map { row in
      let changes: String? = row[5]
      return AcceptanceRecord(
        node: NodeID(trusted: row[0]), fromKey: Key(Digest(trusted: row[1])), toKey: Key(Digest(trusted: row[2])),
        reason: row[3], accepted: row[4],
        changes: changes.flatMap { try? JSONDecoder().decode([Acceptance.Change].self, from: Data($0.utf8)) } ?? [],
        run: row[6])
    }
  }

  /// Which of them lead from one key to another, the oldest first. By way of their keys, since nodes with one key share its
  /// result.
  static func chain(_ all: [AcceptanceRecord], from executed: Key, to key: Key) -> [Int] {
    var chain: [Int] = []
    var key = key
    var end = all.endIndex
    // Going back and forth between two versions may come by a key twice: each step looks before the last one only.
    while key != executed, let index = all[..<end].lastIndex(where: { $0.toKey == key }) {
      chain.append(index)
      key = all[index].fromKey
      end = index
    }
    return chain.reversed()
  }

  /// Keys of current results that were executed for another key, with that.
  private static func keptKeys(_ db: Database) throws -> [(key: Key, executed: Key)] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT DISTINCT r.key, e.key FROM nodes n JOIN results r ON r.id = n.result_id
        JOIN executions e ON e.id = r.execution_id WHERE e.key <> r.key
        """
    ).map { (Key(Digest(trusted: $0[0])), Key(Digest(trusted: $0[1]))) }
  }
}
