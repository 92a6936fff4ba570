import Foundation
import Synchronization

/// One run from plan to summary. Everything happens on the thread that calls `run`, except jobs.
struct RunLoop {
  /// A job that runs, and what is needed when it ends.
  struct Running {
    let job: Job
    let material: KeyMaterial
    let handle: any RunningJob
    let started: Double
    let clock: ContinuousClock.Instant
    var askedToStop: ContinuousClock.Instant?
    var timedOut = false
  }

  let coordinator: Coordinator
  let graph: Graph
  let ledger: Ledger
  let store: Store
  let options: RunOptions
  let observer: any RunObserver
  let finished = FinishedJobs()
  let light: InProcessExecutor

  var evaluator: Evaluator
  /// What the planner found already, so that nothing is looked at twice.
  var planned: [Evaluator.Evaluation?]
  var results: [ResultRecord?]
  var scheduler: Scheduler
  var summary = RunSummary()
  var pending: [Int: (material: KeyMaterial, key: Key)] = [:]
  var attempts: [Int: Int] = [:]
  var running: [Int: Running] = [:]
  /// Keys being executed, with other nodes that wait for the same result.
  var inFlight: [Key: [Int]] = [:]
  /// Keys that were executed as often as they may be, and failed.
  var failedKeys: [Key: NodeFailure] = [:]
  var reuses: [(node: NodeID, key: Key)] = []
  /// Keys whose damaged entry was looked for among the records.
  var mended: Set<Key> = []
  var unsettled = Unsettled()
  var jobCount = 0
  /// Folders of short jobs that ended and left nothing in them, for the next ones.
  var emptyFolders: [String] = []
  /// Nothing more is to be started.
  var isStopping = false
  /// Whether a commit failed half-way, so that there may be objects that no row speaks of.
  var hasOrphans = false

  init(
    coordinator: Coordinator, planner: Planner, plan: Plan, ledger: Ledger, store: Store, options: RunOptions,
    observer: any RunObserver
  ) {
    self.coordinator = coordinator
    self.ledger = ledger
    self.store = store
    self.options = options
    self.observer = observer
    graph = plan.graph
    planned = planner.evaluations
    light = InProcessExecutor(registry: coordinator.registry, files: store.files)
    evaluator = planner.evaluator
    results = Array(repeating: nil, count: graph.nodes.count)
    scheduler = Scheduler(
      graph: graph, selected: planner.selected, costs: graph.nodes.map { plan.expectedSeconds(of: $0.id) },
      maxThreads: options.maxThreads, maxMemoryMegabytes: options.maxMemoryMegabytes)
  }

  mutating func run() throws -> RunSummary {
    let finished = finished
    let watch =
      options.handlesSignals
      ? SignalWatch([SIGINT, SIGTERM, SIGHUP]) { [cancellation = options.cancellation] in
        cancellation.cancel()
        finished.wake()
      } : nil
    defer { withExtendedLifetime(watch) {} }
    do {
      try loop()
    } catch {
      // The ledger or the disk fails: no result can be kept, so end the workers and say so.
      stopAll()
      removeOrphans()
      if let run = summary.run { try? ledger.endRun(run, status: "failed", at: Date().timeIntervalSince1970) }
      throw error
    }
    summary.blocked = scheduler.blocked.map { graph.nodes[$0].id }
    let cancelled = Set(summary.cancelled)
    summary.notStarted = scheduler.unfinished.map { graph.nodes[$0].id }.filter { !cancelled.contains($0) }
    summary.isInterrupted = options.cancellation.isCancelled && !(summary.notStarted.isEmpty && cancelled.isEmpty)
    if let run = summary.run {
      let status = summary.isInterrupted ? "interrupted" : summary.failed.isEmpty ? "done" : "failed"
      try ledger.endRun(run, status: status, at: Date().timeIntervalSince1970)
    }
    return summary
  }

  mutating func loop() throws {
    while true {
      try evaluate()
      if options.cancellation.isCancelled { isStopping = true }
      while !isStopping, let position = scheduler.nextToLaunch() { try launch(position) }
      if unsettled.isDue || running.isEmpty { try settle() }
      if running.isEmpty {
        // A launch that failed at once may have left others to look at.
        if isStopping || !(scheduler.hasReady || scheduler.hasEvaluable) { break }
        continue
      }
      // None of those that came together runs any more, even if the disk fails while the first of them is taken in: whoever
      // then ends the others would wait for them in vain.
      let ended = finished.wait(seconds: 0.1).compactMap { position, result in
        running.removeValue(forKey: position).map { (position, $0, result) }
      }
      for (position, job, result) in ended { try finish(position, job, result) }
      for (position, job) in running.sorted(by: { $0.key < $1.key }) { watch(position, job) }
      observer.tick()
    }
    for folder in emptyFolders { try? store.files.remove(folder) }
    if hasOrphans { removeOrphans() }
  }

  /// After a commit that failed half-way. The disk failed already, and may again: what is left over does no harm.
  private func removeOrphans() {
    try? coordinator.removeOrphans(ledger: ledger, store: store)
  }

  /// Looks at every node whose inputs are there.
  mutating func evaluate() throws {
    while let position = scheduler.nextToEvaluate() {
      var evaluation = try planned[position] ?? evaluator.evaluate(position, results: results)
      planned[position] = nil
      let damaged = evaluator.unsoundKeys.subtracting(mended)
      if !damaged.isEmpty {
        mended.formUnion(damaged)
        // What was found of other nodes may rest on what was damaged, too.
        planned = Array(repeating: nil, count: planned.count)
        _ = try coordinator.mend(nodes: [], keys: damaged, ledger: ledger)
        evaluation = try evaluator.evaluate(position, results: results)
      }
      switch evaluation {
      case .done(let result, let isCurrent):
        results[position] = result
        if isCurrent {
          summary.upToDateCount += 1
        } else {
          reuses.append((graph.nodes[position].id, result.key))
          summary.reused.append(graph.nodes[position].id)
          observer.observe(.reused(graph.nodes[position].id))
        }
        scheduler.complete(position)
      case .stale(let material, let key, _):
        if let first = failedKeys[key] {
          fail(position, first.shared(with: graph.nodes[position].id))
        } else if inFlight[key] != nil {
          inFlight[key]?.append(position)
        } else {
          inFlight[key] = []
          pending[position] = (material, key)
          scheduler.makeReady(position)
        }
      case .impossible(let why):
        fail(position, NodeFailure(node: graph.nodes[position].id, sentence: why, logPath: nil, lastLines: []))
      }
    }
    try setDamagedAside()
    try ledger.updateStamps(artifacts: evaluator.renewedArtifacts, files: evaluator.renewedFiles)
    evaluator.clearRenewed()
    if reuses.count >= 500 { try settle() }
  }

  mutating func setDamagedAside() throws {
    for (node, output, digest) in evaluator.damaged {
      guard try store.files.stamp(of: store.path(of: digest)) != nil else { continue }
      let place = try store.quarantine(digest)
      observer.observe(
        .message("The artifact \(output) of \(node) was damaged; it is now \(place), and is made again."))
    }
  }

  mutating func runNumber() throws -> Int64 {
    if let run = summary.run { return run }
    let run = try ledger.beginRun(command: options.command, at: Date().timeIntervalSince1970)
    summary.run = run
    return run
  }
}
