import Foundation
import GRDB

/// What `CacheReader.verify` found.
public struct Verified: Sendable, Hashable {
  public struct Bad: Sendable, Hashable {
    public enum Problem: String, Sendable, Hashable {
      case missing, damaged, unreadable
    }

    public let digest: String
    public let problem: Problem
    /// Nodes whose last result has it, with the output's name.
    public let outputs: [String]
  }

  public var artifacts = 0
  public var bytes = 0
  public var bad: [Bad] = []
  /// Nodes whose entry in the ledger is not what was written.
  public var damagedEntries: [NodeID] = []
  /// What SQLite finds wrong with the ledger's file.
  public var ledgerProblems: [String] = []
  /// Nodes of which the ledger says other things than the record of their result does.
  public var contradicted: [NodeID] = []
  /// Records of results that cannot be read.
  public var damagedRecords = 0
  /// Nodes whose result has no record that can be read, from which a lost ledger would be made anew.
  public var unrecorded: [NodeID] = []

  public var isSound: Bool {
    bad.isEmpty && damagedEntries.isEmpty && contradicted.isEmpty && ledgerProblems.isEmpty && damagedRecords == 0
      && unrecorded.isEmpty
  }
}

extension CacheReader {
  /// Reads every artifact of the ledger, whatever the stat cache says, and checks the ledger and the records.
  ///
  /// What is damaged stays where it is: the next run sets it aside and makes it again. So that it looks there, too, where
  /// the file's times are still those at which it was right, its time of change is renewed, if the folder may be written.
  /// - Parameter onProgress: called with the bytes of artifacts read so far and their number.
  public func verify(onProgress: (Int, Int) -> Void = { _, _ in }) throws -> Verified {
    var verified = Verified()
    verified.ledgerProblems = try ledger.problems()
    let (current, unsound, _) = try ledger.currentAndUnsound()
    verified.damagedEntries = unsound
    let journal = try ResultJournal(folder: folder, files: store.files).read()
    verified.damagedRecords = journal.damagedLines
    let recorded = Dictionary(grouping: journal.records, by: \.key)
    for entry in try ledger.records() {
      if let records = recorded[entry.key] {
        if !records.contains(where: entry.agrees) { verified.contradicted.append(entry.node) }
      } else {
        verified.unrecorded.append(entry.node)
      }
    }
    var owners: [Digest: [String]] = [:]
    for (node, result) in current {
      for output in result.outputs { owners[output.artifact.digest, default: []].append("\(output.name) of \(node)") }
    }
    let artifacts = try ledger.artifacts()
    let total = artifacts.reduce(0) { $0 + $1.size }
    for artifact in artifacts {
      onProgress(verified.bytes, total)
      verified.artifacts += 1
      verified.bytes += artifact.size
      let unseen = Artifact(digest: artifact.digest, size: artifact.size, stamp: nil, checkedAt: 0)
      let problem: Verified.Bad.Problem
      switch store.check(unseen) {
      case .intact: continue
      case .missing: problem = .missing
      case .damaged:
        problem = .damaged
        try? store.files.makeReadOnly(store.path(of: artifact.digest))
      case .unreadable: problem = .unreadable
      }
      verified.bad.append(
        Verified.Bad(
          digest: artifact.digest.hex, problem: problem, outputs: (owners[artifact.digest] ?? []).sorted()))
    }
    onProgress(total, total)
    return verified
  }
}

extension ResultRecordLine {
  /// Whether another record of the same key says the same of how it was made. Nodes that share a result, the runs that numbers
  /// count, and what earlier versions did not write down may differ.
  fileprivate func agrees(_ other: ResultRecordLine) -> Bool {
    stage == other.stage && stageVersion == other.stageVersion && components == other.components
      && outputs.sorted { $0.name < $1.name } == other.outputs.sorted { $0.name < $1.name }
      && metrics.count == other.metrics.count && zip(metrics, other.metrics).allSatisfy { $0.says(the: $1) }
      && attempt == other.attempt && started == other.started && duration == other.duration
      && peakMemoryBytes == other.peakMemoryBytes && host == other.host && environment == other.environment
  }
}

extension Metric {
  /// Equality in which not a number is itself.
  fileprivate func says(the other: Metric) -> Bool {
    name == other.name && step == other.step && isVolatile == other.isVolatile
      && (value == other.value || value.isNaN && other.value.isNaN)
  }
}

extension Ledger {
  /// All artifacts, by digest.
  func artifacts() throws(LedgerError) -> [Artifact] {
    try read { db in
      let rows = try RowScan(db, sql: "SELECT digest, size FROM artifacts ORDER BY digest")
      var artifacts: [Artifact] = []
      while try rows.next() {
        guard let digest = rows.digest(0) else { continue }
        artifacts.append(Artifact(digest: digest, size: rows.integer(1), stamp: nil, checkedAt: 0))
      }
      return artifacts
    }
  }

  /// What SQLite's own checks find.
  func problems() throws(LedgerError) -> [String] {
    try read { db in
      var problems = try String.fetchAll(db, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
      for row in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check") {
        let table: String? = row[0]
        let parent: String? = row[2]
        problems.append("a row of \(table ?? "a table") speaks of one of \(parent ?? "another") that is not there")
      }
      return problems
    }
  }
}
