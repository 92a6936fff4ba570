import Foundation
import Synchronization

/// One plain line an event: for logs, pipes and terminals that cannot do more.
public struct PlainProgress: RunObserver {
  private let write: @Sendable (String) -> Void
  private let counter = Counter()

  /// - Parameter write: takes one line; standard error by default.
  public init(write: @escaping @Sendable (String) -> Void = { FileHandle.standardError.write(Data(($0 + "\n").utf8)) })
  {
    self.write = write
  }

  public func observe(_ event: RunEvent) {
    switch event {
    case .waitingForLock(let holder):
      write("Waiting: the cache is used by \(holder?.description ?? "another process").")
    case .planned(let plan):
      counter.start(total: plan.stale.count + plan.waiting.count)
      if !plan.isUpToDate { write(ProgressText.summary(of: plan)) }
    case .started(let node, let attempt):
      write("start   \(node)" + (attempt > 1 ? " (attempt \(attempt))" : ""))
    case .progressed: break
    case .finished(let node, let duration):
      write("done    \(node)  \(ProgressText.duration(duration))  \(counter.next())")
    case .reused(let node): write("reuse   \(node)")
    case .cancelled(let node): write("stopped \(node)")
    case .failed(let failure, let willRetry):
      ProgressText.lines(of: failure, willRetry: willRetry).forEach(write)
    case .message(let text): write(text)
    case .ended(let summary): write(ProgressText.summary(of: summary))
    }
  }

  private final class Counter: Sendable {
    private let state = Mutex((done: 0, total: 0))

    func start(total: Int) { state.withLock { $0 = (0, total) } }

    func next() -> String {
      state.withLock {
        $0.done += 1
        return "[\($0.done)/\(max($0.done, $0.total))]"
      }
    }
  }
}

/// Wording that the observers share.
enum ProgressText {
  static func summary(of plan: Plan) -> String {
    let waiting = plan.waiting.count
    let more = waiting > 0 ? ", up to \(waiting) more after \(plan.stale.count == 1 ? "it" : "them")" : ""
    return "\(count(plan.stale.count, "node")) to run\(more), \(plan.upToDate.count + plan.reusable.count) up to date; "
      + "about \(duration(plan.expectedSeconds)) of work."
  }

  static func summary(of summary: RunSummary) -> String {
    var parts = ["\(summary.executed.count) executed"]
    if !summary.reused.isEmpty { parts.append("\(summary.reused.count) reused") }
    parts.append("\(summary.upToDateCount) up to date")
    if !summary.failed.isEmpty { parts.append("\(summary.failed.count) failed") }
    if !summary.blocked.isEmpty { parts.append("\(summary.blocked.count) blocked by that") }
    if !summary.cancelled.isEmpty { parts.append("\(summary.cancelled.count) stopped") }
    if !summary.notStarted.isEmpty { parts.append("\(summary.notStarted.count) not begun") }
    let verb = summary.isInterrupted ? "Interrupted" : summary.failed.isEmpty ? "Done" : "Failed"
    return "\(verb) after \(duration(summary.duration)): \(parts.joined(separator: ", "))."
  }

  static func lines(of failure: NodeFailure, willRetry: Bool) -> [String] {
    var lines = ["FAILED  \(failure.node): \(failure.sentence)" + (willRetry ? " It is tried again." : "")]
    lines += failure.lastLines.map { "        | \($0)" }
    if let log = failure.logPath { lines.append("        log: \(log)") }
    return lines
  }

  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "an unknown time" }
    if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 10 { return "\((seconds * 10).rounded() / 10) s" }
    let total = Int(seconds.rounded())
    if total < 60 { return "\(total) s" }
    if total < 3600 { return "\(total / 60) min \(total % 60) s" }
    return "\(total / 3600) h \(total % 3600 / 60) min"
  }

  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
