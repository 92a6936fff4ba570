import Foundation

/// What came of executing a node once more.
public struct Reexecuted: Sendable {
  public enum Verdict: Sendable, Hashable {
    case sameBits
    /// The greatest relative difference of a number.
    case withinTolerance(Double)
    case differs(output: String, relative: Double)
    case failed(String)
  }

  public let node: NodeID
  public let verdict: Verdict
  /// Seconds.
  public let duration: Double

  public var isAlike: Bool {
    switch verdict {
    case .sameBits, .withinTolerance: true
    case .differs, .failed: false
    }
  }
}

extension Coordinator {
  /// Executes nodes again in a scratch folder, from the inputs their last results were made of, and compares what comes out
  /// with what is in the store: bits first, then within the tolerance that the stage declares. The cache stays as it is.
  ///
  /// - Parameters:
  ///   - nodes: must be up to date. They are executed in topological order, one after another; after the first that differs
  ///     the others still are, since each reads what is in the store.
  ///   - options: `timeout` ends a node that takes longer, which has failed then.
  /// - Throws: `StageError` where one is not up to date, before any is executed; `LockError`, `LedgerError`, `FileError`, `GraphError`.
  public func rerun(
    _ nodes: [NodeID], of graph: Graph, options: RunOptions = RunOptions(), onVerdict: (Reexecuted) -> Void = { _ in }
  ) throws -> [Reexecuted] {
    let lock = try CacheLock(
      folder, timeout: options.lockTimeout, command: options.command,
      shouldStop: { options.cancellation.isCancelled })
    return try withExtendedLifetime(lock) {
      let store = Store(folder: folder, files: files)
      let planner = try Planner(
        graph: graph, targets: nodes, registry: registry, ledger: Ledger.open(folder), store: store)
      let wanted = Set(nodes)
      let positions = planner.selected.filter { wanted.contains(graph.nodes[$0].id) }
      let results = positions.compactMap { planner.results[$0] }
      guard results.count == positions.count else {
        let stale = positions.filter { planner.results[$0] == nil }.map { graph.nodes[$0].id.text }
        throw StageError(
          "\(Wording.some(stale, 5)) \(stale.count == 1 ? "is" : "are") not up to date: build first, then verify.")
      }
      var verdicts: [Reexecuted] = []
      for (position, result) in zip(positions, results) {
        let verdict = try rerun(position, of: graph, result, results: planner.results, store: store, options: options)
        onVerdict(verdict)
        verdicts.append(verdict)
        if options.cancellation.isCancelled { throw CancelledError() }
      }
      return verdicts
    }
  }

  private func rerun(
    _ position: Int, of graph: Graph, _ recorded: ResultRecord, results: [ResultRecord?], store: Store,
    options: RunOptions
  ) throws -> Reexecuted {
    let node = graph.nodes[position]
    let scratch = "\(folder.work)/verify-\(files.now())"
    defer { try? files.remove(scratch) }
    let inputs = try JobInputs(graph: graph, results: results, store: store, links: true)
      .prepare(position, folder: scratch)
    let isLight = registry[node.stage]?.isLight ?? false
    let executor: any Executor = isLight ? InProcessExecutor(registry: registry, files: files) : executor
    let job = Job(
      node: node.id, stage: node.stage, stageVersion: registry.version(of: node.stage) ?? 0, key: recorded.key,
      attempt: 1, parameters: node.parameters, inputs: inputs, outputs: node.outputs,
      threads: min(node.resources.threads, options.maxThreads), memoryMegabytes: node.resources.memoryMegabytes,
      folder: scratch, progressFolder: node.ownsProgress ? scratch + "/progress" : nil, logPath: scratch + "/log",
      synchronises: executor.runsElsewhere)
    let result = try wait(for: job, on: executor, options: options)
    guard result.status == .done else {
      return Reexecuted(
        node: node.id, verdict: .failed(result.message ?? "it was stopped"), duration: result.duration)
    }
    return Reexecuted(
      node: node.id, verdict: try compare(result.outputs, with: recorded, of: node, job, store),
      duration: result.duration)
  }

  private func wait(for job: Job, on executor: any Executor, options: RunOptions) throws -> JobResult {
    let finished = FinishedJobs()
    let handle = try executor.start(job) { finished.add(0, $0) }
    let start = ContinuousClock.now
    var asked: ContinuousClock.Instant?
    var isLate = false
    while true {
      if let (_, result) = finished.wait(seconds: 0.1).first {
        guard isLate, result.status != .done, let timeout = options.timeout else { return result }
        return .failed(RunLoop.tooLong(timeout), duration: result.duration)
      }
      _ = handle.progress()
      let now = ContinuousClock.now
      if let timeout = options.timeout, asked == nil, (now - start).seconds > timeout { isLate = true }
      if asked == nil, isLate || options.cancellation.isCancelled {
        asked = now
        handle.cancel()
      }
      if let asked, (now - asked).seconds > options.grace || options.cancellation.isUrgent { handle.kill() }
    }
  }

  private func compare(
    _ again: [StagedOutput], with recorded: ResultRecord, of node: Node, _ job: Job, _ store: Store
  ) throws -> Reexecuted.Verdict {
    let before = Dictionary(recorded.outputs.map { ($0.name, $0.artifact) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(again.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    if let name = Set(before.keys).symmetricDifference(after.keys).min() {
      return .differs(output: name, relative: .infinity)
    }
    var greatest: Double?
    for name in before.keys.sorted() {
      guard let old = before[name], let new = after[name], old.digest != new.digest else { continue }
      guard let tolerance = registry[node.stage]?.tolerance else { return .differs(output: name, relative: .infinity) }
      let difference = try tolerance.compare(
        name, files.read(store.path(of: old.digest)), files.read(job.outputFolder + "/" + name))
      guard difference.isWithin else { return .differs(output: name, relative: difference.relative) }
      greatest = max(greatest ?? 0, difference.relative)
    }
    return greatest.map { .withinTolerance($0) } ?? .sameBits
  }
}
