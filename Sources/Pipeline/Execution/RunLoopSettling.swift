import Foundation

/// How finished nodes become done: their artifacts go to the disk for good, then their records, then their entries in the
/// ledger, in one transaction. To wait for a disk takes ten milliseconds and more, and hardly longer for a hundred nodes than
/// for one: nodes that end within moments are settled together. What hangs on them may begin before, since it is settled after.
extension RunLoop {
  struct Unsettled {
    var nodes: [(node: FinishedNode, job: Job)] = []
    var since: ContinuousClock.Instant?
    /// Of work that would be lost.
    var seconds = 0.0
    /// What the last settling took, in seconds: a disk that others write to as well may take a tenth of one or more.
    var cost = 0.0

    /// Whether it should not wait any longer: not before ten times what the disk takes, but for two seconds at most.
    var isDue: Bool {
      guard let since else { return false }
      return seconds > 1 || nodes.count >= 500 || (ContinuousClock.now - since).seconds > min(2, max(0.2, 10 * cost))
    }
  }

  mutating func keep(_ node: FinishedNode, _ job: Job) {
    if unsettled.since == nil { unsettled.since = .now }
    unsettled.nodes.append((node, job))
    unsettled.seconds += node.attempt.result.duration
  }

  /// Puts down everything that is finished, and tells of it.
  mutating func settle() throws {
    // Swapped, not copied and then replaced: Swift 6.3 releases a copy once too often in optimised code.
    var settling = Unsettled()
    swap(&settling, &unsettled)
    unsettled.cost = settling.cost
    if !settling.nodes.isEmpty || !reuses.isEmpty {
      let start = ContinuousClock.now
      defer { unsettled.cost = (ContinuousClock.now - start).seconds }
      let run = try runNumber()
      let nodes = settling.nodes.map(\.node)
      if !nodes.isEmpty {
        let journal = ResultJournal(folder: coordinator.folder, files: store.files)
        let written = try journal.append(nodes.map { ResultRecordLine($0, run: run) }, run: run)
        try store.settle(nodes.lazy.flatMap { $0.outputs.map(\.artifact.digest) }, and: written)
      }
      try ledger.commit(nodes, reuses: reuses, run: run)
      reuses = []
    }
    for (node, job) in settling.nodes {
      // Only now: until its entry is written, a node may have to be made again.
      if let progress = job.progressFolder { try? store.files.remove(progress) }
      summary.executed.append(job.node)
      observer.observe(.finished(job.node, duration: node.attempt.result.duration))
    }
  }
}

extension ResultRecordLine {
  init(_ node: FinishedNode, run: Int64) {
    let result = node.attempt.result
    self.init(
      node: node.attempt.node, stage: node.stage, stageVersion: node.stageVersion, key: node.attempt.key,
      components: node.components,
      outputs: node.outputs.map { Output(name: $0.name, digest: $0.artifact.digest, size: $0.artifact.size) },
      metrics: result.metrics, attempt: node.attempt.number, started: node.attempt.started, duration: result.duration,
      peakMemoryBytes: result.peakMemoryBytes, host: result.host, environment: result.environment, run: run,
      origins: node.origins, rawFiles: result.rawFiles, flops: node.work?.flops, workKind: node.work?.kind,
      logTail: node.attempt.logTail)
  }
}
