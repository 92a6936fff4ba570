import Foundation
import GRDB

/// What reports ask.
extension Ledger {
  /// Runs, the last first.
  public func runs(limit: Int = 100) throws(LedgerError) -> [RunRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: "SELECT id, started, finished, status, host, pid, command FROM runs ORDER BY id DESC LIMIT ?",
        arguments: [limit]
      ).map { row in
        RunRecord(
          id: row[0], started: row[1], finished: row[2], status: row[3], host: row[4], pid: row[5], command: row[6])
      }
    }
  }

  /// The execution behind the last result of each node. A result that two nodes share has one execution, listed for both.
  public func currentExecutions() throws(LedgerError) -> [NodeID: ExecutionRecord] {
    let rows = try executions(
      from: "nodes n JOIN results r ON r.id = n.result_id JOIN executions e ON e.id = r.execution_id")
    return Dictionary(rows.map { ($0.node, $0) }, uniquingKeysWith: { _, last in last })
  }

  /// One execution; nil where there is none of that number.
  func execution(_ id: Int64) throws(LedgerError) -> ExecutionRecord? {
    try executions(
      from: "executions e JOIN nodes n ON n.id = e.node_id WHERE e.id = ?", arguments: [id]
    ).first
  }

  /// Every attempt of a run, in the order in which they ended.
  func executions(ofRun run: Int64) throws(LedgerError) -> [ExecutionRecord] {
    try executions(
      from: "executions e JOIN nodes n ON n.id = e.node_id WHERE e.run_id = ? ORDER BY e.id", arguments: [run])
  }

  /// Every attempt at a node, the last first.
  public func executions(of node: NodeID) throws(LedgerError) -> [ExecutionRecord] {
    try executions(
      from: "executions e JOIN nodes n ON n.id = e.node_id WHERE n.name = ? ORDER BY e.id DESC", arguments: [node.text])
  }

  /// - Parameter tables: what follows FROM, in which `e` is the execution and `n` the node it is told of.
  private func executions(
    from tables: String, arguments: StatementArguments = []
  ) throws(LedgerError) -> [ExecutionRecord] {
    try read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT n.name, e.id, e.run_id, e.key, e.attempt, e.started, e.duration, e.peak_memory, e.host, e.status,
            e.message, e.log, e.environment, e.log_tail
          FROM \(tables)
          """, arguments: arguments
      ).map { row in
        let environment: String? = row[12]
        return ExecutionRecord(
          id: row[1], node: NodeID(trusted: row[0]), run: row[2], key: Key(Digest(trusted: row[3])), attempt: row[4],
          started: row[5], duration: row[6], peakMemoryBytes: row[7], host: row[8],
          environment: environment.flatMap { try? JobFormat.decode([String: String].self, from: Data($0.utf8)) } ?? [:],
          status: row[9], message: row[10], logPath: row[11], logTail: row[13])
      }
    }
  }

  /// Metrics behind the last result of a node, in the order they were reported.
  public func metrics(of node: NodeID) throws(LedgerError) -> [Metric] {
    try metrics(
      sql: """
        SELECT m.name, m.step, m.value, m.is_volatile FROM nodes n JOIN results r ON r.id = n.result_id
        JOIN metrics m ON m.execution_id = r.execution_id WHERE n.name = ? ORDER BY m.position
        """, arguments: [node.text])
  }

  /// Metrics of an execution, in the order they were reported.
  func metrics(ofExecution id: Int64) throws(LedgerError) -> [Metric] {
    try metrics(
      sql: """
        SELECT name, step, value, is_volatile FROM metrics WHERE execution_id = ? ORDER BY position
        """, arguments: [id])
  }

  private func metrics(sql: String, arguments: StatementArguments) throws(LedgerError) -> [Metric] {
    try read { db in
      try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
        let value: Double? = row[2]
        return Metric(name: row[0], step: row[1], value: value ?? .nan, isVolatile: row[3])
      }
    }
  }
}
