import Foundation

/// Brings nodes up to date: plans, runs what is stale, takes results into the store and the ledger.
public struct Coordinator: Sendable {
  public let folder: CacheFolder
  public let registry: StageRegistry
  /// Runs the nodes of stages that are not light.
  public let executor: any Executor
  let files: any FileSystem

  public init(
    folder: CacheFolder, registry: StageRegistry, executor: any Executor, files: any FileSystem = LocalFileSystem()
  ) {
    self.folder = folder
    self.registry = registry
    self.executor = executor
    self.files = files
  }

  /// Runs the targets and what they need, all nodes by default. Blocks until it is over.
  ///
  /// A failing node is no error here: see `RunSummary.failed`.
  ///
  /// - Parameter onSuccess: called after a run that brought everything up to date, while nobody else can run: the current
  ///   results of the nodes are still those of this run.
  /// - Throws: `LockError` while another coordinator is at work, `LedgerError`, `FileError`, `GraphError`, and what
  ///   `onSuccess` throws.
  public func run(
    _ graph: Graph, targets: [NodeID]? = nil, options: RunOptions = RunOptions(),
    observer: any RunObserver = SilentObserver(), onSuccess: (RunSummary, CacheReader) throws -> Void = { _, _ in }
  ) throws -> RunSummary {
    let lock = try CacheLock(
      folder, timeout: options.lockTimeout, command: options.command,
      onWait: { observer.observe(.waitingForLock($0)) }, shouldStop: { options.cancellation.isCancelled })
    return try withExtendedLifetime(lock) {
      let summary = try withLedger(observer) {
        try run(graph, targets: targets, ledger: $0, options: options, observer: observer)
      }
      if summary.isSuccess { try onSuccess(summary, CacheReader(folder, files: files)) }
      return summary
    }
  }

  /// The same with a ledger that is open already. The caller sees to it that nobody else writes.
  func run(
    _ graph: Graph, targets: [NodeID]?, ledger: Ledger, options: RunOptions, observer: any RunObserver
  ) throws -> RunSummary {
    let start = ContinuousClock.now
    let store = Store(folder: folder, files: files)
    try ledger.install(registry.views)
    try tidy(ledger: ledger, store: store, observer: observer)
    try ResultJournal(folder: folder, files: files).begin(from: ledger)
    var planner = try Planner(graph: graph, targets: targets, registry: registry, ledger: ledger, store: store)
    let mended = planner.evaluator.unsoundKeys
    if try mend(planner.evaluator, ledger: ledger, observer: observer) {
      planner = try Planner(graph: graph, targets: targets, registry: registry, ledger: ledger, store: store)
    }
    let plan = try planner.plan()
    if options.leavesMemory { LeftMemory.leave((planner, plan)) }
    observer.observe(.planned(plan))
    var summary = RunSummary()
    if plan.isUpToDate {
      summary.upToDateCount = plan.nodes.count
      try ledger.updateStamps(
        artifacts: planner.evaluator.renewedArtifacts, files: planner.evaluator.renewedFiles)
    } else {
      var loop = RunLoop(
        coordinator: self, planner: planner, plan: plan, ledger: ledger, store: store, options: options,
        observer: observer)
      loop.mended = mended
      summary = try loop.run()
    }
    summary.duration = (ContinuousClock.now - start).seconds
    observer.observe(.ended(summary))
    return summary
  }

  /// Clears up after coordinators that were killed.
  private func tidy(ledger: Ledger, store: Store, observer: any RunObserver) throws {
    let abandoned = try ledger.closeAbandonedRuns()
    let leftovers = try files.list(folder.work)
    for name in leftovers { try files.remove(folder.work + "/" + name) }
    guard abandoned > 0 else { return }
    // What is recorded is a result, with or without its entry: its artifacts are no orphans.
    _ = try takeRecorded(ledger: ledger, store: store)
    try removeOrphans(ledger: ledger, store: store)
    observer.observe(.message("The last run was cut off; what it had finished is kept."))
  }
}
