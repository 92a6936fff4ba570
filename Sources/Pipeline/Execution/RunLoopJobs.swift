import Foundation

/// Jobs of a run: how they begin, are watched and end.
extension RunLoop {
  mutating func launch(_ position: Int) throws {
    guard let (material, key) = pending[position] else { return }
    let node = graph.nodes[position]
    let run = try runNumber()
    let attempt = attempts[position, default: 0] + 1
    attempts[position] = attempt
    jobCount += 1
    let isLight = coordinator.registry[node.stage]?.isLight ?? false
    let folder = (isLight ? emptyFolders.popLast() : nil) ?? "\(coordinator.folder.work)/\(run)-\(jobCount)"
    let executor: any Executor = isLight ? light : coordinator.executor
    do {
      let job = Job(
        node: node.id, stage: node.stage, stageVersion: material.stageVersion, key: key, attempt: attempt,
        parameters: node.parameters,
        inputs: try JobInputs(graph: graph, results: results, store: store, links: !isLight)
          .prepare(position, folder: folder),
        outputs: node.outputs,
        threads: scheduler.threads(of: position), memoryMegabytes: node.resources.memoryMegabytes, folder: folder,
        progressFolder: node.ownsProgress ? coordinator.folder.progress(of: key) : nil,
        logPath: "\(coordinator.folder.logs)/\(run)/\(node.id).\(attempt).log", synchronises: executor.runsElsewhere)
      if let progress = job.progressFolder {
        try ProgressOwner(node: node.id, run: run).write(to: progress, files: store.files)
      }
      observer.observe(.started(node.id, attempt: attempt))
      let handle = try executor.start(job) { [finished] in finished.add(position, $0) }
      running[position] = Running(
        job: job, material: material, handle: handle, started: Date().timeIntervalSince1970, clock: .now)
    } catch {
      fail(
        position, NodeFailure(node: node.id, sentence: sentence(of: error), logPath: nil, lastLines: []), key: key)
    }
  }

  /// Passes on what a running job says, and ends it when its time is over.
  mutating func watch(_ position: Int, _ job: Running) {
    pass(on: job.handle.progress(), from: job.job.node)
    var job = job
    let now = ContinuousClock.now
    if let timeout = options.timeout, job.askedToStop == nil, (now - job.clock).seconds > timeout {
      job.timedOut = true
    }
    if job.askedToStop == nil && (job.timedOut || options.cancellation.isCancelled) {
      job.askedToStop = now
      job.handle.cancel()
    }
    if let asked = job.askedToStop, (now - asked).seconds > options.grace || options.cancellation.isUrgent {
      job.handle.kill()
    }
    running[position] = job
  }

  private func pass(on progress: [Progress], from node: NodeID) {
    for progress in progress {
      if let warning = progress.warning {
        observer.observe(.message("Warning from \(node): \(warning)"))
      } else {
        observer.observe(.progressed(node, progress))
      }
    }
  }

  static func tooLong(_ timeout: Double) -> String { "It ran longer than the \(timeout) s it may take." }

  mutating func finish(_ position: Int, _ ended: Running, _ given: JobResult) throws {
    let job = ended.job
    pass(on: ended.handle.progress(), from: job.node)
    var result = given
    if ended.timedOut, let timeout = options.timeout, result.status != .done {
      result.status = .failed
      result.message = Self.tooLong(timeout)
    } else if ended.askedToStop != nil && result.status == .failed {
      result.status = .cancelled
    } else if ended.askedToStop == nil && !options.cancellation.isCancelled && result.status == .cancelled {
      result.status = .failed
      result.message = "It was stopped from outside."
    }
    var outputs: [OutputRecord] = []
    if result.status == .done {
      do {
        outputs = try store.take(result.outputs, from: job.outputFolder)
      } catch {
        hasOrphans = true
        result.status = .failed
        result.message = error.description
      }
    }
    let attempt = Attempt(
      node: job.node, key: job.key, number: job.attempt, started: ended.started, result: result, logPath: job.logPath,
      logTail: LogFile.kept(of: job.logPath))
    switch result.status {
    case .done:
      let record = ResultRecord(id: 0, key: job.key, outputs: outputs)
      keep(
        FinishedNode(
          attempt: attempt, stage: job.stage, stageVersion: job.stageVersion, components: ended.material.components,
          origins: ended.material.origins, work: ended.material.node.work,
          outputs: outputs), job)
      evaluator.add(record)
      results[position] = record
      pending[position] = nil
      scheduler.complete(position)
      release(job.key)
    case .cancelled:
      try settle()
      try ledger.recordUnsuccessful(attempt, run: runNumber())
      summary.cancelled.append(job.node)
      observer.observe(.cancelled(job.node))
    case .failed:
      try settle()
      try ledger.recordUnsuccessful(attempt, run: runNumber())
      concludeFailure(position, job, message: result.message ?? "It failed without saying why.")
    }
    if result.status == .done, coordinator.registry[job.stage]?.isLight == true, isEmpty(job) {
      emptyFolders.append(job.folder)
    } else {
      try? store.files.remove(job.folder)
    }
  }

  /// Whether a job left nothing but the folder of its outputs, which were all taken. Such a folder is kept for the next short job:
  /// two folders made and removed for each take longer on a disk than all else, since the file system gives every new folder,
  /// and the files in it, a place of their own.
  private func isEmpty(_ job: Job) -> Bool {
    guard let names = try? store.files.list(job.folder), let outputs = try? store.files.list(job.outputFolder) else {
      return false
    }
    return job.outputFolder == job.folder + "/" + (names.first ?? "") && names.count == 1 && outputs.isEmpty
  }

  private mutating func concludeFailure(_ position: Int, _ job: Job, message: String) {
    let hasLog = FileManager.default.fileExists(atPath: job.logPath)
    let failure = NodeFailure(
      node: job.node, sentence: message, logPath: hasLog ? job.logPath : nil,
      lastLines: hasLog ? LogFile.tail(of: job.logPath, lines: 10) : [])
    if job.attempt <= options.retries && !isStopping {
      observer.observe(.failed(failure, willRetry: true))
      scheduler.makeReady(position)
    } else {
      fail(position, failure, key: job.key)
    }
  }

  /// Nodes that waited for the key are looked at again.
  private mutating func release(_ key: Key) {
    for position in inFlight.removeValue(forKey: key) ?? [] { scheduler.reconsider(position) }
  }

  /// What fails with a key fails for every node that has it: it is not executed for each of them.
  private mutating func fail(_ position: Int, _ failure: NodeFailure, key: Key) {
    failedKeys[key] = failure
    release(key)
    fail(position, failure)
  }

  mutating func fail(_ position: Int, _ failure: NodeFailure) {
    pending[position] = nil
    summary.failed.append(failure)
    observer.observe(.failed(failure, willRetry: false))
    scheduler.fail(position)
    if !options.keepsGoing { isStopping = true }
  }

  /// Ends all jobs, without taking in their results.
  mutating func stopAll() {
    for job in running.values { job.handle.cancel() }
    let deadline = ContinuousClock.now + .seconds(options.grace)
    while !running.isEmpty {
      for (position, _) in finished.wait(seconds: 0.1) { running[position] = nil }
      if ContinuousClock.now > deadline {
        for job in running.values { job.handle.kill() }
        if ContinuousClock.now > deadline + .seconds(2) { return }
      }
    }
  }
}
