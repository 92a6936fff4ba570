import Foundation
import GRDB

/// What would have to be accepted and may not be, or cannot.
public struct AcceptError: SentenceError, Hashable {
  public let description: String
}

extension Coordinator {
  /// Keeps the results of nodes across a change that does not matter, as if each had come of the key that the node has now.
  /// It is written down with the reason, for ever; nothing is executed. All of it happens or nothing.
  ///
  /// - Parameters:
  ///   - nodes: those that are up to date already are passed over.
  ///   - including: components besides the stage's version that may differ, such as `parameters.epsilon`.
  /// - Returns: what was accepted, in topological order.
  /// - Throws: `AcceptError` for a node that was never built, whose artifacts cannot be used, whose inputs are not up to
  ///   date, or in which more changed than may; `LockError`, `LedgerError`, `GraphError`.
  public func accept(
    _ nodes: [NodeID], of graph: Graph, reason: String, including: Set<String> = [], options: RunOptions = RunOptions()
  ) throws -> [Acceptance] {
    let lock = try CacheLock(
      folder, timeout: options.lockTimeout, command: options.command,
      shouldStop: { options.cancellation.isCancelled })
    return try withExtendedLifetime(lock) {
      try accept(
        nodes, of: graph, reason: reason, including: including, ledger: Ledger.open(folder), command: options.command)
    }
  }

  func accept(
    _ nodes: [NodeID], of graph: Graph, reason: String, including: Set<String>, ledger: Ledger, command: String
  ) throws -> [Acceptance] {
    guard !reason.allSatisfy(\.isWhitespace) else {
      throw AcceptError(description: "An acceptance needs a reason, which is shown wherever the result is.")
    }
    let store = Store(folder: folder, files: files)
    try mend(ledger: ledger)
    var evaluator = try Evaluator(graph: graph, registry: registry, ledger: ledger, store: store)
    var results = [ResultRecord?](repeating: nil, count: graph.nodes.count)
    let wanted = Set(nodes)
    var kept: [Ledger.KeptResult] = []
    // In topological order: what reads an accepted result finds it.
    for position in graph.closure(of: nodes.compactMap { graph.indices[$0] }) {
      let node = graph.nodes[position]
      let blocker = graph.upstream(of: position).first { results[$0] == nil }
      if let blocker {
        guard wanted.contains(node.id) else { continue }
        throw AcceptError(
          description:
            "\(node.id) reads from \(graph.nodes[blocker].id), which is not up to date: build or accept that first.")
      }
      switch try evaluator.evaluate(position, results: results) {
      case .done(let result, _): results[position] = result
      case .impossible(let why):
        if wanted.contains(node.id) { throw AcceptError(description: why) }
      case .stale(let material, let key, let damage):
        guard wanted.contains(node.id) else { continue }
        let result = try keep(
          node.id, material, key, damage: damage, including: including, last: evaluator.current[node.id], ledger, store)
        kept.append(result)
        let record = ResultRecord(id: result.last.id, key: key, outputs: result.last.outputs)
        results[position] = record
      }
    }
    guard !kept.isEmpty else { return [] }
    try writeDown(kept, reason: reason, ledger: ledger, store: store, command: command)
    let names = Set(kept.map(\.node.text))
    return try ledger.acceptances().suffix(kept.count).filter { names.contains($0.node) }
  }

  /// Into the records as into the ledger: one that is made anew from them must not have forgotten it.
  private func writeDown(
    _ kept: [Ledger.KeptResult], reason: String, ledger: Ledger, store: Store, command: String
  ) throws {
    let journal = ResultJournal(folder: folder, files: files)
    try journal.begin(from: ledger)
    var failure: (any Error)?
    var file: String?
    do {
      try ledger.keep(kept, reason: reason, command: command, at: Date().timeIntervalSince1970) { records, run in
        do {
          file = journal.path(ofRun: run)
          try files.synchronise(all: try journal.append(records, run: run))
        } catch {
          failure = error
          throw error
        }
      }
    } catch {
      // What was not accepted must not come back either.
      if let file { try? files.remove(file) }
      throw failure ?? error
    }
  }

  /// Checks that a node's last result may stand for `key`.
  private func keep(
    _ node: NodeID, _ material: KeyMaterial, _ key: Key, damage: [StaleReason], including: Set<String>,
    last: ResultRecord?, _ ledger: Ledger, _ store: Store
  ) throws -> Ledger.KeptResult {
    guard let last else { throw AcceptError(description: "\(node) was never built: there is no result to keep.") }
    if let reason = damage.first { throw AcceptError(description: "\(node) has no result to keep: \(reason).") }
    let changes = Planner.differences(from: try ledger.components(of: node), to: material.components)
    let components = changes.compactMap { if case .changed(let name, _, _) = $0 { name } else { nil } }
    let others = components.filter { $0 != "version" && !including.contains($0) }
    guard others.isEmpty else {
      throw AcceptError(
        description: "In \(node) more changed than its stage's version: \(Wording.some(others, 5)). Name "
          + (others.count == 1 ? "that" : "each of these") + " as well if it makes no difference either.")
    }
    if components.contains("outputs") {
      throw AcceptError(description: "\(node) declares other outputs now, which its last result does not have.")
    }
    for output in last.outputs {
      if case .intact = store.check(output.artifact) { continue }
      throw AcceptError(
        description:
          "The output \(output.name) of \(node) is missing or damaged in the store: there is no result to keep.")
    }
    return Ledger.KeptResult(node: node, last: last, key: key, material: material, changes: changes)
  }
}

extension Ledger {
  /// A result that is to count for another key.
  struct KeptResult {
    let node: NodeID
    let last: ResultRecord
    let key: Key
    let material: KeyMaterial
    let changes: [StaleReason]
  }

  /// Writes acceptances down, with the results under their new keys, in one transaction and under a run of their own.
  ///
  /// - Parameter beforeCommit: gets the records of these results and the run, before anything of it counts; where it throws,
  ///   nothing was written.
  func keep(
    _ results: [KeptResult], reason: String, command: String, at time: Double,
    beforeCommit: ([ResultRecordLine], Int64) throws -> Void
  ) throws(LedgerError) {
    try write { db in
      try db.execute(
        sql: "INSERT INTO runs (started, finished, status, host, pid, command) VALUES (?, ?, 'done', ?, ?, ?)",
        arguments: [time, time, Host.name, Int64(getpid()), command])
      let run = db.lastInsertedRowID
      var writer = ResultWriter(db)
      for kept in results {
        let node = try writer.node(kept.node)
        // The execution stays what it was, and with it times, machine and metrics.
        try db.execute(
          sql: """
            INSERT INTO results (key, stage, stage_version, execution_id)
            SELECT ?, ?, ?, execution_id FROM results WHERE id = ?
            ON CONFLICT (key) DO UPDATE SET execution_id = excluded.execution_id
            """, arguments: [kept.key.hex, kept.material.node.stage, kept.material.stageVersion, kept.last.id])
        guard let result = try writer.result(of: kept.key) else {
          throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row just written is not there")
        }
        try db.execute(sql: "DELETE FROM outputs WHERE result_id = ?", arguments: [result])
        try db.execute(
          sql:
            "INSERT INTO outputs (result_id, name, artifact_id) SELECT ?, name, artifact_id FROM outputs WHERE result_id = ?",
          arguments: [result, kept.last.id])
        try writer.seal(result: result, key: kept.key)
        try writer.replaceComponents(of: result, kept.material.components, origins: kept.material.origins)
        try writer.point(node: node, to: result, run: run, isExecuted: false)
        let changes = kept.changes.compactMap { reason -> Acceptance.Change? in
          if case .changed(let name, let from, let to) = reason {
            Acceptance.Change(component: name, from: from, to: to)
          } else {
            nil
          }
        }
        try writer.add(
          AcceptanceRecord(
            node: kept.node, fromKey: kept.last.key, toKey: kept.key, reason: reason, accepted: time, changes: changes,
            run: run))
      }
      try beforeCommit(try Self.records(db, of: Set(results.map(\.node))), run)
    }
  }
}
