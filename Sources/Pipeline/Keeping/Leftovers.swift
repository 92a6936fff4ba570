import Foundation
import GRDB

/// Whose progress a folder below `progress/` keeps: written into it before the node begins, since what is killed leaves no entry
/// in the ledger.
struct ProgressOwner: Codable {
  let node: NodeID
  let run: Int64

  private static func path(_ folder: String) -> String { folder + "/owner.json" }

  func write(to folder: String, files: any FileSystem) throws {
    try files.createFolder(folder)
    try files.writeWhole(JobFormat.encode(self), to: Self.path(folder))
  }

  /// Nil for a folder that nobody owns.
  static func of(_ folder: String, files: any FileSystem) -> ProgressOwner? {
    guard let data = try? files.read(path(folder)) else { return nil }
    return try? JobFormat.decode(ProgressOwner.self, from: data)
  }

  /// When the node was begun last, in seconds since 1970.
  static func time(of folder: String, files: any FileSystem) -> Double? {
    (try? files.stamp(of: path(folder))).map { Double($0.modified) * 1e-9 }
  }
}

/// What belongs to no result that is kept and to no work that may go on: folders of progress, and logs.
struct Leftovers {
  let folder: CacheFolder
  let files: any FileSystem
  let ledger: Ledger

  /// Folders of progress of which nothing goes on: their key has a result, the node has a later one, or nobody owns them.
  ///
  /// - Parameter since: in seconds since 1970; what was begun since stays.
  func progress(since: Double?) throws -> [Collected.Progress] {
    let done = try ledger.allKeys()
    let lastRuns = try ledger.lastRunsThatMade()
    var leftovers: [Collected.Progress] = []
    for name in try files.list(folder.progress) {
      let path = folder.progress + "/" + name
      let owner = ProgressOwner.of(path, files: files)
      let isDone = Digest(hex: name).map { done.contains(Key($0)) } ?? false
      if let owner, !isDone {
        if lastRuns[owner.node] ?? 0 < owner.run { continue }
        if let since, let begun = ProgressOwner.time(of: path, files: files), begun >= since { continue }
      }
      let bytes = try files.leaves(below: path).reduce(0) { $0 + $1.size }
      leftovers.append(Collected.Progress(node: owner?.node.text ?? "", name: name, bytes: bytes))
    }
    return leftovers
  }

  /// Logs of no attempt that the ledger knows, of results that are not kept, and of failures that a later result of the node
  /// made good.
  func logs(keptResults: Set<Int64>, keptRuns: Set<Int64>) throws -> [Collected.Log] {
    let kept = try ledger.logNames(keptResults: keptResults, keptRuns: keptRuns)
    return try files.leaves(below: folder.logs).filter { !kept.contains($0.path) }
      .map { Collected.Log(name: $0.path, bytes: $0.size) }
  }

  func remove(_ progress: [Collected.Progress], _ logs: [Collected.Log]) throws {
    for leftover in progress { try files.remove(folder.progress + "/" + leftover.name) }
    for log in logs { try files.remove(folder.logs + "/" + log.name) }
    for run in try files.list(folder.logs) where try files.leaves(below: folder.logs + "/" + run).isEmpty {
      try files.remove(folder.logs + "/" + run)
    }
  }
}

extension Ledger {
  /// The last run that executed each node to its end.
  fileprivate func lastRunsThatMade() throws(LedgerError) -> [NodeID: Int64] {
    try read { db in
      var runs: [NodeID: Int64] = [:]
      let rows = try RowScan(
        db,
        sql: """
          SELECT n.name, max(e.run_id) FROM executions e JOIN nodes n ON n.id = e.node_id WHERE e.status = 'done'
          GROUP BY e.node_id
          """)
      while try rows.next() { runs[NodeID(trusted: rows.text(0))] = Int64(rows.integer(1)) }
      return runs
    }
  }

  /// Logs that stay, as paths below the folder of logs: a cache that was moved has others in its entries.
  fileprivate func logNames(keptResults: Set<Int64>, keptRuns: Set<Int64>) throws(LedgerError) -> Set<String> {
    try read { db in
      var names: Set<String> = []
      let rows = try RowScan(
        db,
        sql: """
          SELECT e.run_id, n.name, e.attempt, e.status = 'done', r.id,
            e.id > coalesce((SELECT max(d.id) FROM executions d WHERE d.node_id = e.node_id AND d.status = 'done'), 0)
          FROM executions e JOIN nodes n ON n.id = e.node_id LEFT JOIN results r ON r.execution_id = e.id
          """)
      while try rows.next() {
        let isDone = rows.integer(3) == 1
        let isKept =
          isDone ? !rows.isNull(4) && keptResults.contains(Int64(rows.integer(4))) : rows.integer(5) == 1
        guard isKept || keptRuns.contains(Int64(rows.integer(0))) else { continue }
        names.insert("\(rows.integer(0))/\(rows.text(1)).\(rows.integer(2)).log")
      }
      return names
    }
  }
}
