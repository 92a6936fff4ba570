import Foundation

/// One JSON object a line and event, for programs: `event`, `time` in seconds since 1970, and what the event says.
public struct JSONProgress: RunObserver {
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes one line; standard error by default.
  public init(write: @escaping @Sendable (String) -> Void = { FileHandle.standardError.write(Data(($0 + "\n").utf8)) })
  {
    self.write = write
  }

  /// What a line may say; which members are there depends on the event.
  struct Line: Codable, Equatable {
    var event: String
    var time = Date().timeIntervalSince1970
    var node: String?
    var attempt: Int?
    /// Between 0 and 1.
    var fraction: Double?
    var message: String?
    var seconds: Double?
    var willRetry: Bool?
    var log: String?
    var lastLines: [String]?
    /// Of the plan.
    var stale: Int?
    var waiting: Int?
    var upToDate: Int?
    var expectedSeconds: Double?
    /// Of the end.
    var status: String?
    var executed: [String]?
    var reused: [String]?
    var failed: [String]?
    var blocked: [String]?
    var cancelled: [String]?
    var notStarted: [String]?
  }

  public func observe(_ event: RunEvent) {
    guard let data = try? JobFormat.encode(Self.line(event)) else { return }
    write(String(decoding: data, as: UTF8.self))
  }

  private static func line(_ event: RunEvent) -> Line {
    switch event {
    case .waitingForLock(let holder):
      Line(event: "waiting", message: holder?.description)
    case .planned(let plan):
      Line(
        event: "planned", stale: plan.stale.count, waiting: plan.waiting.count,
        upToDate: plan.upToDate.count + plan.reusable.count, expectedSeconds: plan.expectedSeconds)
    case .started(let node, let attempt): Line(event: "started", node: node.text, attempt: attempt)
    case .progressed(let node, let progress):
      Line(event: "progressed", node: node.text, fraction: progress.fraction, message: progress.message)
    case .finished(let node, let duration): Line(event: "finished", node: node.text, seconds: duration)
    case .reused(let node): Line(event: "reused", node: node.text)
    case .failed(let failure, let willRetry):
      Line(
        event: "failed", node: failure.node.text, message: failure.sentence, willRetry: willRetry, log: failure.logPath,
        lastLines: failure.lastLines)
    case .cancelled(let node): Line(event: "cancelled", node: node.text)
    case .message(let text): Line(event: "message", message: text)
    case .ended(let summary):
      Line(
        event: "ended", seconds: summary.duration, upToDate: summary.upToDateCount,
        status: summary.isInterrupted ? "interrupted" : summary.failed.isEmpty ? "done" : "failed",
        executed: summary.executed.map(\.text), reused: summary.reused.map(\.text),
        failed: summary.failed.map(\.node.text), blocked: summary.blocked.map(\.text),
        cancelled: summary.cancelled.map(\.text), notStarted: summary.notStarted.map(\.text))
    }
  }
}
