import Foundation

extension Coordinator {
  /// Runs `body` with the ledger. Where that is damaged, or shows to be while it is used, or is gone, it is made anew from
  /// the records of results, what is left of it is set aside, and `body` runs again.
  func withLedger<Value>(_ observer: any RunObserver, _ body: (Ledger) throws -> Value) throws -> Value {
    do {
      let ledger = try Ledger.open(folder)
      // One that knows nothing, beside records that do, was deleted or emptied, or its recovery was cut off.
      guard try ledger.isBlank(), try !files.list(folder.records).isEmpty else { return try body(ledger) }
    } catch let error as LedgerError where isLost(error) {
      // Made anew below.
    }
    let recovery = LedgerRecovery(folder: folder, files: files)
    let report = try recovery.run()
    observer.observe(.message(report.description))
    return try body(Ledger.open(folder))
  }

  /// A file that is no ledger is one that was damaged, where results were recorded beside it.
  private func isLost(_ error: LedgerError) -> Bool {
    switch error {
    case .damaged: true
    case .notALedger: (try? files.list(folder.records).isEmpty) == false
    default: false
    }
  }
}

/// Makes a ledger from the records of results, as far as they go.
struct LedgerRecovery {
  let folder: CacheFolder
  let files: any FileSystem

  struct Report: CustomStringConvertible {
    let setAside: String
    let results: Int
    let nodes: Int
    let damagedLines: Int
    /// Artifacts that records speak of and the store does not have.
    let missingArtifacts: Int

    var description: String {
      var text =
        "The ledger was damaged or gone; what there was of it is now \(setAside). A new one was made from the records: \(results) results of "
        + "\(nodes) nodes were found again."
      if missingArtifacts > 0 {
        text += " \(ProgressText.count(missingArtifacts, "artifact")) of them is not in the store."
      }
      if damagedLines > 0 { text += " \(ProgressText.count(damagedLines, "record")) could not be read." }
      return text + " Lost are failed attempts, and which runs found results again."
    }
  }

  /// The caller holds the lock of the cache.
  func run() throws -> Report {
    let place = "\(folder.quarantine)/ledger-\(files.now()).sqlite"
    try files.createFolder(folder.quarantine)
    for suffix in ["-wal", "-shm", ""] where try files.stamp(of: folder.ledger + suffix) != nil {
      try files.rename(folder.ledger + suffix, to: place + suffix)
    }
    let (records, damagedLines) = try ResultJournal(folder: folder, files: files).read()
    let store = Store(folder: folder, files: files)
    let missing = Set(records.flatMap { $0.outputs.map(\.digest) }).filter {
      (try? files.stamp(of: store.path(of: $0))) == nil
    }
    let ledger = try Ledger.open(folder)
    try ledger.take(records, command: "made anew from the records of results")
    return Report(
      setAside: place, results: Set(records.map(\.key)).count, nodes: Set(records.map(\.node)).count,
      damagedLines: damagedLines, missingArtifacts: missing.count)
  }
}

extension ResultJournal {
  /// Gives a cache whose results are older than the records a record of each.
  func begin(from ledger: Ledger) throws {
    guard try files.list(folder.records).isEmpty else { return }
    let records = try ledger.records()
    guard !records.isEmpty else { return }
    try files.synchronise(all: try append(records, run: 0))
  }
}
