import Foundation

/// A run that has begun and not ended.
public struct RunInProgress: Codable, Sendable, Hashable {
  public let run: Int64
  public let host: String
  public let pid: Int32
  public let command: String
  /// ISO 8601, UTC.
  public let since: String
  /// Nodes that it has executed so far.
  public let executed: Int
  /// Whether its process was seen alive. That of another host cannot be.
  public let isSeen: Bool

  public var sentence: String {
    let started = "since \(Wording.localTime(iso8601: since))"
    let so = "\(Wording.count(executed, "node")) executed so far"
    return isSeen
      ? "Run \(run) is in progress (process \(pid), \(started)): \(so)."
      : "Run \(run) on \(host) is in progress or was cut off (process \(pid), \(started)): \(so)."
  }
}

extension CacheReader {
  /// The run that holds the cache, as the ledger tells it. Takes no lock: a run that is about to begin must not find the
  /// cache busy because somebody looks.
  public func runInProgress() throws(LedgerError) -> RunInProgress? {
    guard let last = try ledger.runs(limit: 1).first, last.status == "running" else { return nil }
    let isHere = last.host == Host.name
    if isHere && !Self.isAlive(last.pid, startedBefore: last.started) { return nil }
    return RunInProgress(
      run: last.id, host: last.host, pid: last.pid, command: RunWords.text(of: last.command),
      since: Wording.timestamp(last.started),
      executed: try ledger.executedCount(ofRun: last.id), isSeen: isHere)
  }

  /// Whether a process lives, and is not another one that got its number since `time`.
  private static func isAlive(_ pid: Int32, startedBefore time: Double) -> Bool {
    guard kill(pid, 0) == 0 || errno == EPERM else { return false }
    // Numbers are given out again: a process that began after the run is not the run's.
    guard let start = startTime(of: pid) else { return true }
    return start <= time + 2
  }

  /// Seconds since 1970 at which a process began, where the system has a table of that (`/proc`, see proc(5): field 22 of
  /// its line, in ticks since the boot).
  private static func startTime(of pid: Int32) -> Double? {
    guard let line = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let end = line.lastIndex(of: ")"),
      let system = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let boot = system.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
        .flatMap({ Double($0.dropFirst("btime ".count)) })
    else { return nil }
    // The name in parentheses may hold anything; after it comes field 3.
    let fields = line[line.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let ticks = Double(fields[19]) else { return nil }
    return boot + ticks / Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
  }
}
