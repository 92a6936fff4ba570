import Foundation
import GRDB

/// What `Coordinator.collect` keeps: a result stays if any of these says so.
public struct Keeping: Sendable {
  /// Graphs whose results stay, as they would be found now.
  public var graphs: [Graph] = []
  /// Runs whose results stay: what each node had when they ended.
  public var runs: Set<Int64> = []
  /// Results that were there at this time, in seconds since 1970, or came later.
  public var since: Double?
  /// The last result of every node.
  public var lastResults = true

  public init() {}
}

/// What goes, or went.
public struct Collected: Sendable, Hashable {
  public struct Result: Sendable, Hashable {
    public let node: String
    public let stage: String
    public let key: String
    public let bytes: Int
  }

  /// A folder in which a node kept how far it was.
  public struct Progress: Sendable, Hashable {
    /// Empty where nobody owns it.
    public let node: String
    /// Of the folder: the key.
    public let name: String
    public let bytes: Int
  }

  public struct Log: Sendable, Hashable {
    /// Its path below the folder of logs.
    public let name: String
    public let bytes: Int
  }

  public var results: [Result] = []
  public var keptResults = 0
  /// Artifacts that no kept result has, and their bytes.
  public var artifacts = 0
  public var bytes = 0
  /// Objects without an entry, and what was set aside as damaged.
  public var strays = 0
  public var strayBytes = 0
  /// Progress of which nothing goes on.
  public var progress: [Progress] = []
  /// Logs that tell of no result that is kept, and of no failure that is the last word.
  public var logs: [Log] = []
}

extension Coordinator {
  /// Removes results that nothing keeps, entries and artifacts together.
  ///
  /// The entries go first, in one transaction: an entry never outlives its artifact. Whatever cuts this off, what is left are
  /// objects without an entry, which the next run or collection removes.
  ///
  /// - Parameter dryRun: only say what would go.
  /// - Throws: `LockError`, `LedgerError`, `FileError`, `GraphError`.
  public func collect(
    keeping: Keeping, dryRun: Bool, options: RunOptions = RunOptions(), observer: any RunObserver = SilentObserver()
  ) throws -> Collected {
    let lock = try CacheLock(
      folder, timeout: options.lockTimeout, command: options.command,
      onWait: { observer.observe(.waitingForLock($0)) }, shouldStop: { options.cancellation.isCancelled })
    return try withExtendedLifetime(lock) {
      try withLedger(observer) { try collect(keeping: keeping, dryRun: dryRun, ledger: $0, options: options) }
    }
  }

  func collect(keeping: Keeping, dryRun: Bool, ledger: Ledger, options: RunOptions) throws -> Collected {
    let store = Store(folder: folder, files: files)
    for run in keeping.runs.sorted() where try !ledger.hasRun(run) {
      throw StageError("There is no run \(run), so that nothing was removed; `repro log` lists the runs.")
    }
    // What is damaged would not be known for what is to be kept.
    try mend(ledger: ledger)
    // And what is only recorded would go without having been told of.
    _ = try takeRecorded(ledger: ledger, store: store)
    var kept = try ledger.results(keptBy: keeping)
    for graph in keeping.graphs {
      let planner = try Planner(graph: graph, targets: nil, registry: registry, ledger: ledger, store: store)
      kept.formUnion(planner.results.compactMap { $0?.id })
      // What waits for a node that is stale may fit again after it: its last result stays.
      kept.formUnion(graph.nodes.compactMap { planner.evaluator.current[$0.id]?.id })
    }
    let content = try ledger.contents()
    var collected = Collected()
    var keptDigests: Set<Digest> = []
    for result in content where kept.contains(result.id) { keptDigests.formUnion(result.outputs.keys) }
    var goneDigests: [Digest: Int] = [:]
    for result in content where !kept.contains(result.id) {
      let own = result.outputs.filter { !keptDigests.contains($0.key) }
      goneDigests.merge(own) { first, _ in first }
      collected.results.append(
        Collected.Result(node: result.node, stage: result.stage, key: result.key, bytes: own.values.reduce(0, +)))
    }
    collected.keptResults = content.count - collected.results.count
    collected.artifacts = goneDigests.count
    collected.bytes = goneDigests.values.reduce(0, +)
    let known = try ledger.knownDigests()
    try measureStrays(store, known: known, into: &collected)
    let leftovers = Leftovers(folder: folder, files: files, ledger: ledger)
    collected.progress = try leftovers.progress(since: keeping.since)
    collected.logs = try leftovers.logs(keptResults: kept, keptRuns: keeping.runs)
    guard !dryRun else { return collected }
    let run = try ledger.beginRun(command: options.command, at: Date().timeIntervalSince1970)
    let gone = Set(content.map(\.id)).subtracting(kept)
    try ledger.remove(results: gone, artifacts: Set(goneDigests.keys))
    let journal = ResultJournal(folder: folder, files: files)
    // First what is missing: no result is without a record because a damaged one went.
    let recorded = Set(try journal.read().records.map(\.key))
    let unrecorded = try ledger.records().filter { !recorded.contains($0.key) }
    if !unrecorded.isEmpty { try store.settle([Digest](), and: try journal.append(unrecorded, run: run)) }
    try journal.keep(only: Set(content.filter { kept.contains($0.id) }.map(\.key)))
    try removeOrphans(ledger: ledger, store: store)
    for name in try files.list(folder.quarantine) { try files.remove(folder.quarantine + "/" + name) }
    try leftovers.remove(collected.progress, collected.logs)
    try ledger.endRun(run, status: "done", at: Date().timeIntervalSince1970)
    return collected
  }

  private func measureStrays(_ store: Store, known: Set<String>, into collected: inout Collected) throws {
    for object in try store.objects() where !known.contains(object.digest) {
      collected.strays += 1
      collected.strayBytes += try files.stamp(of: object.path)?.size ?? 0
    }
    for name in try files.list(folder.quarantine) {
      collected.strays += 1
      collected.strayBytes += try files.stamp(of: folder.quarantine + "/" + name)?.size ?? 0
    }
  }
}

extension Ledger {
  struct Content {
    let id: Int64
    /// The last node it was a result of; empty for a result that came without one.
    let node: String
    let stage: String
    let key: String
    /// Sizes by digest.
    var outputs: [Digest: Int] = [:]
  }

  func hasRun(_ run: Int64) throws(LedgerError) -> Bool {
    try read {
      try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE id = ?)", arguments: [run]) ?? false
    }
  }

  /// Whether nothing was ever written down.
  func isBlank() throws(LedgerError) -> Bool {
    try read {
      try Bool.fetchOne($0, sql: "SELECT NOT EXISTS (SELECT 1 FROM results) AND NOT EXISTS (SELECT 1 FROM runs)")
        ?? false
    }
  }

  /// All results, with their artifacts.
  func contents() throws(LedgerError) -> [Content] {
    try read { db in
      let rows = try RowScan(
        db,
        sql: """
          SELECT r.id, coalesce(n.name, ''), r.stage, r.key, a.digest, a.size
          FROM results r LEFT JOIN executions e ON e.id = r.execution_id LEFT JOIN nodes n ON n.id = e.node_id
          LEFT JOIN outputs o ON o.result_id = r.id LEFT JOIN artifacts a ON a.id = o.artifact_id ORDER BY r.id
          """)
      var contents: [Content] = []
      while try rows.next() {
        let id = Int64(rows.integer(0))
        if contents.last?.id != id {
          contents.append(Content(id: id, node: rows.text(1), stage: rows.text(2), key: rows.text(3)))
        }
        if let digest = rows.digest(4) { contents[contents.count - 1].outputs[digest] = rows.integer(5) }
      }
      return contents
    }
  }

  /// Results that last results, runs and times keep.
  func results(keptBy keeping: Keeping) throws(LedgerError) -> Set<Int64> {
    try read { db in
      var kept: Set<Int64> = []
      if keeping.lastResults {
        kept.formUnion(
          try Int64.fetchAll(db, sql: "SELECT DISTINCT result_id FROM nodes WHERE result_id IS NOT NULL"))
      }
      // What was up to date in a run has no row of its own there: it is what an earlier run left.
      func formUnion(after run: Int64) throws {
        kept.formUnion(
          try Row.fetchAll(
            db, sql: "SELECT result_id, max(run_id) FROM run_nodes WHERE run_id <= ? GROUP BY node_id", arguments: [run]
          ).map { $0[0] })
      }
      for run in keeping.runs { try formUnion(after: run) }
      if let since = keeping.since {
        // Runs that find all up to date leave no trace, so what there was at that time counts as used since.
        if let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM runs WHERE started < ?", arguments: [since]) {
          try formUnion(after: last)
        }
        kept.formUnion(
          try Int64.fetchAll(
            db,
            sql: "SELECT n.result_id FROM run_nodes n JOIN runs r ON r.id = n.run_id WHERE r.started >= ?",
            arguments: [since]))
      }
      return kept
    }
  }

  /// Removes results and artifacts, and all that speaks of them, in one transaction. Runs and executions stay as history.
  func remove(results: Set<Int64>, artifacts: Set<Digest>) throws(LedgerError) {
    try write { db in
      for result in results.sorted() {
        try db.cachedStatement(
          sql:
            "DELETE FROM metrics WHERE execution_id = (SELECT execution_id FROM results WHERE id = ?1) AND NOT EXISTS "
            + "(SELECT 1 FROM results r, results g WHERE g.id = ?1 AND r.id <> ?1 AND r.execution_id = g.execution_id)"
        ).execute(arguments: [result])
        try db.cachedStatement(sql: "UPDATE nodes SET result_id = NULL WHERE result_id = ?").execute(arguments: [result]
        )
        try db.cachedStatement(sql: "DELETE FROM run_nodes WHERE result_id = ?").execute(arguments: [result])
        try db.cachedStatement(sql: "DELETE FROM results WHERE id = ?").execute(arguments: [result])
      }
      for digest in artifacts {
        try db.cachedStatement(sql: "DELETE FROM artifacts WHERE digest = ?").execute(arguments: [digest.hex])
      }
      try db.execute(
        sql: "DELETE FROM components WHERE id NOT IN (SELECT component_id FROM result_components)")
    }
  }
}

extension ResultJournal {
  /// Drops the records of all other results. Each file is the old one or the new one, whatever happens.
  func keep(only keys: Set<String>) throws {
    for name in try files.list(folder.records) where name.hasSuffix(".jsonl") {
      let path = folder.records + "/" + name
      let (records, damaged) = Self.parse(try files.read(path))
      let kept = records.filter { keys.contains($0.key.hex) }
      guard kept.count < records.count || damaged > 0 else { continue }
      if kept.isEmpty {
        try files.remove(path)
      } else {
        try files.writeWhole(Data(kept.map { try Self.line($0) }.joined().utf8), to: path)
      }
    }
    try? files.synchronise(folder.records)
  }
}
