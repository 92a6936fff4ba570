import Foundation
import GRDB

/// Results as records, out of the ledger and into it.
extension Ledger {
  /// The current results of nodes, all by default, in the order in which the nodes came up.
  ///
  /// - Parameter ids: results by number instead.
  func records(of nodes: Set<NodeID>? = nil, results ids: Set<Int64>? = nil) throws(LedgerError) -> [ResultRecordLine] {
    try read { db in try Self.records(db, of: nodes, results: ids) }
  }

  static func records(
    _ db: Database, of nodes: Set<NodeID>? = nil, results ids: Set<Int64>? = nil
  ) throws -> [ResultRecordLine] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT n.name, r.id, r.stage, r.stage_version, r.key, e.id, e.attempt, e.started, e.duration, e.peak_memory,
          e.host, e.environment, e.run_id, r.seal, e.flops, e.work_kind, e.key, e.log_tail
        FROM results r JOIN executions e ON e.id = r.execution_id LEFT JOIN nodes n ON n.result_id = r.id
        ORDER BY r.id, n.id
        """)
    let acceptances = try Self.acceptances(db)
    var records: [ResultRecordLine] = []
    for row in rows {
      let name: String? = row[0]
      let id: Int64 = row[1]
      if let ids, !ids.contains(id) { continue }
      // A result that no node has any more is history, and asked for by number only.
      let executed = name == nil && ids != nil ? try executedNode(db, row[5]) : nil
      guard let node = name.map({ NodeID(trusted: $0) }) ?? executed else { continue }
      if let nodes, !nodes.contains(node) { continue }
      if let record = try Self.record(db, row, node: node) {
        records.append(record.accepted(from: Key(Digest(trusted: row[16])), acceptances))
      }
    }
    return records
  }

  private static func executedNode(_ db: Database, _ execution: Int64) throws -> NodeID? {
    try String.fetchOne(
      db, sql: "SELECT n.name FROM executions e JOIN nodes n ON n.id = e.node_id WHERE e.id = ?",
      arguments: [execution]
    ).map { NodeID(trusted: $0) }
  }

  /// Nil for an entry that is not what was written.
  private static func record(_ db: Database, _ row: Row, node: NodeID) throws -> ResultRecordLine? {
    let result: Int64 = row[1]
    let outputs = try Self.outputs(db, of: result)
    let text: String = row[4]
    let seal: Int? = row[13]
    guard let digest = Digest(hex: text), seal == ResultSeal.value(key: Key(digest), outputs: outputs) else {
      return nil
    }
    let components = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT c.name, c.value, s.node, s.name FROM result_components rc JOIN components c ON c.id = rc.component_id
          LEFT JOIN sources s ON s.id = rc.source_id WHERE rc.result_id = ? ORDER BY rc.position
          """), arguments: [result]
    ).map { row -> (KeyComponent, InputOrigin?) in
      let node: String? = row[2]
      return (KeyComponent(name: row[0], value: row[1]), node.map { InputOrigin(node: $0, name: row[3]) })
    }
    let rawFiles = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT name, digest, size, origin FROM raw_files WHERE execution_id = ? ORDER BY name"),
      arguments: [row[5] as Int64]
    ).map { RawFile(name: $0[0], digest: Digest(trusted: $0[1]), size: $0[2], origin: $0[3]) }
    let metrics = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT name, step, value, is_volatile FROM metrics WHERE execution_id = ? ORDER BY position"),
      arguments: [row[5] as Int64]
    ).map { metric -> Metric in
      let value: Double? = metric[2]
      return Metric(name: metric[0], step: metric[1], value: value ?? .nan, isVolatile: metric[3])
    }
    let environment: String? = row[11]
    return ResultRecordLine(
      node: node, stage: row[2], stageVersion: row[3], key: Key(digest), components: components.map(\.0),
      outputs: outputs.map {
        ResultRecordLine.Output(name: $0.name, digest: $0.artifact.digest, size: $0.artifact.size)
      },
      metrics: metrics, attempt: row[6], started: row[7], duration: row[8], peakMemoryBytes: row[9], host: row[10],
      environment: environment.flatMap { try? JobFormat.decode([String: String].self, from: Data($0.utf8)) } ?? [:],
      run: row[12], origins: components.map(\.1), rawFiles: rawFiles.isEmpty ? nil : rawFiles, flops: row[14],
      workKind: row[15], logTail: row[17])
  }

  /// Writes the results of records down, in one transaction, in their order: the last of a node is its current one.
  ///
  /// Their artifacts are looked at when they are first used: what is not in the store, or is not what it should be, is made
  /// again.
  /// - Parameters:
  ///   - run: which they are to count to; their own, made anew, where nil.
  ///   - points: whether they become the current results of their nodes.
  func take(
    _ records: [ResultRecordLine], command: String, run: Int64? = nil, points: Bool = true
  ) throws(LedgerError) {
    guard !records.isEmpty else { return }
    try write { db in
      var runs: Set<Int64> = []
      var writer = ResultWriter(db)
      for record in records.map({ record in run.map(record.counted) ?? record }) {
        for past in record.runs where run == nil && runs.insert(past.number).inserted {
          try db.execute(
            sql: """
              INSERT OR IGNORE INTO runs (id, started, finished, status, host, pid, command)
              VALUES (?, ?, ?, 'done', ?, 0, ?)
              """, arguments: [past.number, past.started, past.finished, record.host, command])
        }
        try writer.take(record, points: points)
      }
    }
  }
}

extension ResultRecordLine {
  /// With how it came to have its key, where that is not the one that it was executed for.
  fileprivate func accepted(from executed: Key, _ acceptances: [AcceptanceRecord]) -> ResultRecordLine {
    guard executed != key else { return self }
    var record = self
    let chain = Ledger.chain(acceptances, from: executed, to: key).map { acceptances[$0] }
    record.format = Self.formats.upperBound
    record.executedKey = executed
    record.executedRun = run
    record.acceptances = chain
    record.run = chain.last?.run ?? run
    return record
  }

  /// The runs that it speaks of, with their times as far as it knows them.
  fileprivate var runs: [(number: Int64, started: Double, finished: Double)] {
    [(executedRun ?? run, started, started + duration)]
      + (acceptances ?? []).compactMap { acceptance in
        acceptance.run.map { ($0, acceptance.accepted, acceptance.accepted) }
      }
  }
}

extension FinishedNode {
  init(_ record: ResultRecordLine) {
    var result = JobResult(
      status: .done, outputs: [], metrics: record.metrics, duration: record.duration,
      peakMemoryBytes: record.peakMemoryBytes, host: record.host, environment: record.environment, message: nil)
    result.rawFiles = record.rawFiles
    self.init(
      attempt: Attempt(
        node: record.node, key: record.executedKey ?? record.key, number: record.attempt, started: record.started,
        result: result,
        logPath: nil, logTail: record.logTail),
      stage: record.stage, stageVersion: record.stageVersion, components: record.components,
      origins: record.origins ?? [], work: record.flops.map { Work(flops: $0, kind: record.workKind) },
      outputs: record.outputs.map {
        OutputRecord(name: $0.name, artifact: Artifact(digest: $0.digest, size: $0.size, stamp: nil, checkedAt: 0))
      })
  }
}
