import Foundation
import GRDB

/// A result that was kept although its key changed, because somebody judged the change cosmetic.
public struct Acceptance: Codable, Sendable, Hashable {
  public struct Change: Codable, Sendable, Hashable {
    public let component: String
    /// Absent where the component did not exist.
    public let from: String?
    public let to: String?
  }

  public let node: String
  public let reason: String
  /// ISO 8601, UTC.
  public let accepted: String
  /// The run that stands for it in the list of runs.
  public let run: Int64?
  public let fromKey: String
  public let toKey: String
  public let changes: [Change]
  /// Whether a result that some node has now rests on it.
  public let isInEffect: Bool

  /// For people, without the node's name.
  public var sentence: String {
    let what = changes.map { change in
      let name = change.component == "version" ? "stage version" : change.component
      return
        "\(name) \(Wording.value(change.from, of: change.component)) → \(Wording.value(change.to, of: change.component))"
    }.joined(separator: ", ")
    return "\(what): “\(reason)”, \(Wording.localTime(iso8601: accepted))"
      + (isInEffect ? "" : "; the node was executed since")
  }
}

extension CacheReader {
  /// Every acceptance there ever was, the oldest first.
  public func acceptances() throws(LedgerError) -> [Acceptance] { try ledger.acceptances() }
}

extension Ledger {
  private struct Row {
    let id: Int64
    let node: String
    let fromKey: String
    let toKey: String
    let reason: String
    let accepted: Double
    let run: Int64?
    let changes: String?

    func acceptance(isInEffect: Bool) -> Acceptance {
      let decoded = changes.flatMap { try? JSONDecoder().decode([Acceptance.Change].self, from: Data($0.utf8)) }
      return Acceptance(
        node: node, reason: reason, accepted: Wording.timestamp(accepted), run: run, fromKey: fromKey, toKey: toKey,
        changes: decoded ?? [], isInEffect: isInEffect)
    }
  }

  private func acceptanceRows() throws(LedgerError) -> [Row] {
    try read { db in
      try GRDB.Row.fetchAll(
        db,
        sql: """
          SELECT a.id, n.name, a.from_key, a.to_key, a.reason, a.accepted, a.run_id, a.changes
          FROM acceptances a JOIN nodes n ON n.id = a.node_id ORDER BY a.id
          """
      ).map { row in
        Row(
          id: row[0], node: row[1], fromKey: row[2], toKey: row[3], reason: row[4], accepted: row[5], run: row[6],
          changes: row[7])
      }
    }
  }

  func acceptances() throws(LedgerError) -> [Acceptance] {
    let rows = try acceptanceRows()
    guard !rows.isEmpty else { return [] }
    var inEffect: Set<Int64> = []
    for (key, executed) in try keptKeys() { inEffect.formUnion(Self.chain(rows, from: executed, to: key).map(\.id)) }
    return rows.map { $0.acceptance(isInEffect: inEffect.contains($0.id)) }
  }

  /// Those that lead from the key that a result was executed for to the key it has: none where these are the same.
  func acceptances(behind key: String) throws(LedgerError) -> [Acceptance] {
    let executed = try read { db in
      try String.fetchOne(
        db, sql: "SELECT e.key FROM results r JOIN executions e ON e.id = r.execution_id WHERE r.key = ?",
        arguments: [key])
    }
    guard let executed, executed != key else { return [] }
    return Self.chain(try acceptanceRows(), from: executed, to: key).map { $0.acceptance(isInEffect: true) }
  }

  /// By way of their keys, since nodes with one key share its result.
  private static func chain(_ rows: [Row], from executed: String, to key: String) -> [Row] {
    var chain: [Row] = []
    var key = key
    var left = rows
    while key != executed, let index = left.lastIndex(where: { $0.toKey == key }) {
      chain.append(left[index])
      key = left[index].fromKey
      // Going back and forth between two versions may come by a key twice.
      left.removeSubrange(index...)
    }
    return chain.reversed()
  }

  /// Keys of current results that were executed for another key, with that.
  private func keptKeys() throws(LedgerError) -> [(key: String, executed: String)] {
    try read { db in
      try GRDB.Row.fetchAll(
        db,
        sql: """
          SELECT DISTINCT r.key, e.key FROM nodes n JOIN results r ON r.id = n.result_id
          JOIN executions e ON e.id = r.execution_id WHERE e.key <> r.key
          """
      ).map { ($0[0], $0[1]) }
    }
  }
}
