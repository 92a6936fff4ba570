import Foundation

/// Entries of the ledger that are damaged or missing, although their records stand beside it.
extension Coordinator {
  /// Writes the damaged entries that an evaluator came upon anew from their records.
  ///
  /// - Returns: whether any was, so that it is worth to look again.
  func mend(_ evaluator: Evaluator, ledger: Ledger, observer: any RunObserver) throws -> Bool {
    let mended = try mend(nodes: evaluator.unsound, keys: evaluator.unsoundKeys, ledger: ledger)
    let left = evaluator.unsound.isEmpty ? [] : Set(try ledger.currentAndUnsound().unsound)
    for node in evaluator.unsound {
      observer.observe(
        .message(
          left.contains(node)
            ? "The entry of \(node) in the ledger is damaged and has no record; it counts as none."
            : "The entry of \(node) in the ledger was damaged; it was written anew from its record."))
    }
    return mended > 0
  }

  /// The same for whatever is damaged among the results that nodes have now.
  func mend(ledger: Ledger) throws {
    let (_, unsound, keys) = try ledger.currentAndUnsound()
    _ = try mend(nodes: unsound, keys: keys, ledger: ledger)
  }

  /// - Parameter keys: of damaged entries, as far as they can be read.
  /// - Returns: how many records were taken.
  func mend(nodes: [NodeID], keys: Set<Key>, ledger: Ledger) throws -> Int {
    guard !nodes.isEmpty || !keys.isEmpty else { return 0 }
    let records = try ResultJournal(folder: folder, files: files).read().records
    // By its key an entry is mended where it is: nobody's result becomes another.
    var ofKeys: [Key: ResultRecordLine] = [:]
    for record in records where keys.contains(record.key) { ofKeys[record.key] = record }
    let command = "written anew from the records of results"
    try ledger.take(ofKeys.values.sorted { $0.key.digest < $1.key.digest }, command: command, points: false)
    // Where the key itself is damaged, all that is recorded of the node is written anew, and the last is its result: if that
    // is not the one it has to have, that one is found again by its key.
    let left = nodes.isEmpty ? [] : Set(try ledger.currentAndUnsound().unsound)
    let ofNodes = records.filter { left.contains($0.node) }
    try ledger.take(ofNodes, command: command)
    return ofKeys.count + ofNodes.count
  }

  /// Takes in results that are recorded and whole, and of which the ledger knows nothing: a coordinator was killed before it
  /// wrote the entries, or the ledger is older than the records. They become no node's result by this; whoever has their key
  /// finds them.
  ///
  /// - Returns: how many there were.
  func takeRecorded(ledger: Ledger, store: Store) throws -> Int {
    let records = try ResultJournal(folder: folder, files: files).read().records
    guard !records.isEmpty else { return 0 }
    let known = try ledger.allKeys()
    var found: [Key: ResultRecordLine] = [:]
    for record in records where !known.contains(record.key) && isWhole(record, in: store) { found[record.key] = record }
    guard !found.isEmpty else { return 0 }
    // Whoever was killed may not have waited until they were on disk for good.
    try store.settle(found.values.flatMap { $0.outputs.map(\.digest) })
    let taken = found.values.sorted { ($0.run, $0.node) < ($1.run, $1.node) }
    try ledger.take(taken, command: "taken from the records of results", points: false)
    for record in taken { try files.remove(folder.progress(of: record.key)) }
    return taken.count
  }

  /// Removes objects of which neither the ledger nor any record speaks.
  func removeOrphans(ledger: Ledger, store: Store) throws {
    var known = try ledger.knownDigests()
    for record in try ResultJournal(folder: folder, files: files).read().records {
      known.formUnion(record.outputs.map(\.digest.hex))
    }
    try store.removeObjects(except: known)
  }

  /// Whether all artifacts of a record are in the store as they should be.
  func isWhole(_ record: ResultRecordLine, in store: Store) -> Bool {
    record.outputs.allSatisfy { has($0, store) }
  }

  func has(_ output: ResultRecordLine.Output, _ store: Store) -> Bool {
    let artifact = Artifact(digest: output.digest, size: output.size, stamp: nil, checkedAt: 0)
    if case .intact = store.check(artifact) { return true }
    return false
  }
}
