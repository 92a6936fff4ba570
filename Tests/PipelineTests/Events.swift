import Synchronization

@testable import Pipeline

/// A list that several threads may add to.
final class Events: Sendable {
  private let entries = Mutex<[(node: NodeID, isStart: Bool)]>([])
  func add(_ node: NodeID, isStart: Bool) { entries.withLock { $0.append((node, isStart)) } }
  var list: [(node: NodeID, isStart: Bool)] { entries.withLock { $0 } }
}

/// Keeps the messages of a run.
final class MessageObserver: RunObserver {
  private let texts = Mutex<[String]>([])

  func observe(_ event: RunEvent) {
    if case .message(let text) = event { texts.withLock { $0.append(text) } }
  }

  var messages: [String] { texts.withLock { $0 } }
}
