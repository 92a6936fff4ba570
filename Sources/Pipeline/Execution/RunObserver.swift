/// What happens during a run, in the order it does.
public enum RunEvent: Sendable {
  /// Another coordinator holds the cache; the run waits.
  case waitingForLock(LockHolder?)
  case planned(Plan)
  case started(NodeID, attempt: Int)
  case progressed(NodeID, Progress)
  /// Seconds it took.
  case finished(NodeID, duration: Double)
  case reused(NodeID)
  case failed(NodeFailure, willRetry: Bool)
  case cancelled(NodeID)
  /// Something to tell that is no failure of a node: a damaged artifact, a run that was cut off.
  case message(String)
  case ended(RunSummary)
}

/// Watches a run. Called from the thread that called `Coordinator.run`.
public protocol RunObserver: Sendable {
  func observe(_ event: RunEvent)
  /// Called several times a second while something runs.
  func tick()
}

extension RunObserver {
  public func tick() {}
}

/// Watches nothing.
public struct SilentObserver: RunObserver {
  public init() {}
  public func observe(_ event: RunEvent) {}
}
