import Synchronization

/// A flag that says: stop at the next opportunity. Shared between whoever asks and whoever works.
public final class Cancellation: Sendable {
  private let requests = Atomic<Int>(0)

  public init() {}

  /// Asks once more: the first request is polite, the second is not.
  public func cancel() {
    requests.wrappingAdd(1, ordering: .sequentiallyConsistent)
  }

  public var isCancelled: Bool { requests.load(ordering: .sequentiallyConsistent) > 0 }

  /// Whether it was asked for twice.
  public var isUrgent: Bool { requests.load(ordering: .sequentiallyConsistent) > 1 }
}

/// Thrown by `StageContext.checkCancellation()`; a node that ends with it is cancelled, not failed.
public struct CancelledError: SentenceError {
  public let description = "The node was cancelled."

  public init() {}
}
