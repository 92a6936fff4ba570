/// The runs of a cache: what `repro log` says.
public struct RunList: Codable, Sendable {
  public struct Run: Codable, Sendable, Hashable {
    public let run: Int64
    /// ISO 8601, UTC.
    public let started: String
    /// Absent for a run that is under way or was cut off.
    public let seconds: Double?
    /// `running`, `done`, `failed` or `interrupted`.
    public let status: String
    public let host: String
    public let pid: Int32
    public let command: String
    public let executed: Int
    public let reused: Int
    public let failedAttempts: Int
  }

  public let schema: String
  /// The last first.
  public let runs: [Run]
  /// Whether there are earlier ones.
  public let hasMore: Bool

  /// For people, the last run at the end, where they look.
  public var text: String {
    guard !runs.isEmpty else { return "Nothing was run yet in this cache." }
    var rows = [["run", "started", "took", "status", "executed", "reused", "failed", "command"]]
    for run in runs.reversed() {
      rows.append([
        "\(run.run)", Wording.localTime(iso8601: run.started), run.seconds.map(Wording.duration) ?? "", run.status,
        "\(run.executed)", "\(run.reused)", "\(run.failedAttempts)", Self.brief(run.command),
      ])
    }
    let lines = Wording.columns(rows, rightAligned: [0, 2, 4, 5, 6])
    return ((hasMore ? ["… earlier runs: --limit shows more"] : []) + lines).joined(separator: "\n")
  }

  /// Without the folder of the program.
  static func brief(_ command: String) -> String {
    var words = command.split(separator: " ", omittingEmptySubsequences: false)
    if let first = words.first, let slash = first.lastIndex(of: "/") { words[0] = first[first.index(after: slash)...] }
    return words.joined(separator: " ")
  }
}

/// What one run did, or what was attempted at one node.
public struct ExecutionList: Codable, Sendable {
  public struct Entry: Codable, Sendable, Hashable {
    public let node: String
    public let run: Int64
    /// `done`, `failed` or `cancelled`; `reused` where an earlier result fitted.
    public let status: String
    public let attempt: Int?
    /// ISO 8601, UTC.
    public let started: String?
    public let seconds: Double?
    /// Bytes.
    public let peakMemory: Int?
    public let host: String?
    public let key: String
    /// Why it failed.
    public let message: String?
    /// The kept log, where there is one.
    public let log: String?
  }

  public let schema: String
  /// The run that was asked about, or nil.
  public let run: RunList.Run?
  /// The node that was asked about, or nil.
  public let node: String?
  public let executions: [Entry]
  /// For a node, the lines of the log of its last attempt that has one.
  public let lines: [String]?

  /// For people.
  public func text(limit: Int = 40) -> String {
    var result: [String] = []
    if let run {
      result.append(
        "Run \(run.run), \(run.status), \(Wording.localTime(iso8601: run.started))"
          + (run.seconds.map { ", \(Wording.duration($0))" } ?? "")
          + ": \(run.executed) executed, \(run.reused) reused, "
          + "\(Wording.count(run.failedAttempts, "failed attempt"))")
      result.append("  \(RunList.brief(run.command))")
    }
    if executions.isEmpty { result.append(node.map { "\($0) was never attempted." } ?? "It executed nothing.") }
    let rows = executions.map { entry -> [String] in
      let name = node == nil ? entry.node : "run \(entry.run)"
      let again = entry.attempt.map { $0 > 1 ? " (attempt \($0))" : "" } ?? ""
      let memory = entry.peakMemory.map { Wording.bytes(Double($0)) } ?? ""
      let seconds = entry.seconds.map(Wording.duration) ?? ""
      return [name, entry.status + again, seconds, memory, entry.message ?? ""]
    }
    result += Wording.columns(rows, rightAligned: [2, 3], indent: "  ")
    if let lines, let log = executions.first(where: { $0.log != nil })?.log {
      result += ["", log]
      if lines.count > limit { result.append("  | … \(lines.count - limit) lines before") }
      result += lines.suffix(limit).map { "  | \($0)" }
    }
    return result.joined(separator: "\n")
  }
}

extension CacheReader {
  /// The last runs.
  public func runList(limit: Int) throws(LedgerError) -> RunList {
    let runs = try ledger.runs(limit: limit < Int.max ? limit + 1 : limit)
    return RunList(
      schema: "repro.log/1", runs: try runs.prefix(limit).map { run throws(LedgerError) in try summary(of: run) },
      hasMore: runs.count > limit)
  }

  /// What a run executed and reused.
  public func executions(of run: RunRecord) throws(LedgerError) -> ExecutionList {
    let executed = try ledger.executions(ofRun: run.id).map(entry)
    let reused = try ledger.reusedNodes(ofRun: run.id).map { node, key in
      ExecutionList.Entry(
        node: node, run: run.id, status: "reused", attempt: nil, started: nil, seconds: nil, peakMemory: nil, host: nil,
        key: key, message: nil, log: nil)
    }
    return ExecutionList(
      schema: "repro.log.run/1", run: try summary(of: run), node: nil, executions: executed + reused, lines: nil)
  }

  /// Every attempt at a node, the last first, with the log that was kept of the last one that has one.
  public func executions(of node: NodeID) throws -> ExecutionList {
    let entries = try ledger.executions(of: node).map(entry)
    let log = entries.first { $0.log != nil }?.log
    let lines = try log.map { path in
      String(decoding: try store.files.read(path), as: UTF8.self).split(separator: "\n").map(String.init)
    }
    return ExecutionList(schema: "repro.log.node/1", run: nil, node: node.text, executions: entries, lines: lines)
  }

  private func summary(of run: RunRecord) throws(LedgerError) -> RunList.Run {
    let counts = try ledger.counts(ofRun: run.id)
    return RunList.Run(
      run: run.id, started: Wording.timestamp(run.started), seconds: run.finished.map { max(0, $0 - run.started) },
      status: run.status, host: run.host, pid: run.pid, command: RunWords.text(of: run.command),
      executed: counts.executed,
      reused: counts.reused, failedAttempts: counts.failed)
  }

  private func entry(_ record: ExecutionRecord) -> ExecutionList.Entry {
    ExecutionList.Entry(
      node: record.node.text, run: record.run, status: record.status, attempt: record.attempt,
      started: Wording.timestamp(record.started), seconds: record.duration, peakMemory: record.peakMemoryBytes,
      host: record.host, key: record.key.hex, message: record.message,
      log: record.logPath.flatMap { store.files.isRegularFile($0) ? $0 : nil })
  }
}
