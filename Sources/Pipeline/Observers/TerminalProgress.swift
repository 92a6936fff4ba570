import Foundation
import Synchronization

/// A live view at the bottom of a terminal: one line for each running node and a bar with the time left. What ends scrolls
/// away above it as plain lines.
public final class TerminalProgress: RunObserver {
  private struct RunningNode {
    let started: ContinuousClock.Instant
    var progress = Progress()
    /// Where the node was when it first said so: one that was taken up again did not begin at nothing.
    var first: (fraction: Double, time: ContinuousClock.Instant)?

    /// Seconds, at the pace so far; nil where nothing is known.
    func secondsLeft(at now: ContinuousClock.Instant) -> Double? {
      guard let first, let fraction = progress.fraction?.clamped, fraction > first.fraction else { return nil }
      return (now - first.time).seconds * (1 - fraction) / (fraction - first.fraction)
    }
  }

  private struct State {
    var plan: Plan?
    var running: [NodeID: RunningNode] = [:]
    /// Expected seconds of all that was to run, and of what has ended.
    var totalSeconds = 0.0
    var doneSeconds = 0.0
    var doneCount = 0
    var totalCount = 0
    var start = ContinuousClock.now
    var drawnLines = 0
    var lastDraw: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let usesColour: Bool
  private let width: @Sendable () -> Int
  private let write: @Sendable (String) -> Void
  private let now: @Sendable () -> ContinuousClock.Instant

  /// Nil where standard error is not a terminal that can move its cursor: use `PlainProgress` there.
  public convenience init?() {
    let environment = ProcessInfo.processInfo.environment
    guard isatty(2) == 1, let kind = environment["TERM"], kind != "dumb" else { return nil }
    self.init(
      usesColour: (environment["NO_COLOR"] ?? "").isEmpty, width: { Self.terminalWidth() },
      write: { FileHandle.standardError.write(Data($0.utf8)) })
  }

  init(
    usesColour: Bool, width: @escaping @Sendable () -> Int, write: @escaping @Sendable (String) -> Void,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.usesColour = usesColour
    self.width = width
    self.write = write
    self.now = now
  }

  /// The observer that suits standard error.
  public static func suitable() -> any RunObserver {
    TerminalProgress() ?? PlainProgress()
  }

  public func observe(_ event: RunEvent) {
    let text = state.withLock { state -> String in
      let lines = apply(event, to: &state)
      if lines.isEmpty, case .progressed = event { return "" }
      return draw(&state, above: lines)
    }
    if !text.isEmpty { write(text) }
  }

  public func tick() {
    let text = state.withLock { state -> String in
      if let last = state.lastDraw, now() - last < .milliseconds(200) { return "" }
      return draw(&state, above: [])
    }
    if !text.isEmpty { write(text) }
  }

  /// - Returns: lines that stay.
  private func apply(_ event: RunEvent, to state: inout State) -> [String] {
    switch event {
    case .waitingForLock(let holder):
      return ["Waiting: the cache is used by \(holder?.description ?? "another process")."]
    case .planned(let plan):
      state.plan = plan
      state.totalSeconds = plan.expectedSeconds
      state.totalCount = plan.stale.count + plan.waiting.count
      state.start = now()
      return plan.isUpToDate ? [] : [ProgressText.summary(of: plan)]
    case .started(let node, _):
      state.running[node] = RunningNode(started: now())
      return []
    case .progressed(let node, let progress):
      state.running[node]?.progress = progress
      if state.running[node]?.first == nil, let fraction = progress.fraction {
        state.running[node]?.first = (fraction.clamped, now())
      }
      return []
    case .finished(let node, let duration):
      leave(node, &state)
      return [colour("✓", 32) + " \(node)  \(ProgressText.duration(duration))"]
    case .reused(let node):
      leave(node, &state)
      return [colour("=", 36) + " \(node)  found again"]
    case .cancelled(let node):
      state.running[node] = nil
      return [colour("-", 33) + " \(node)  stopped"]
    case .failed(let failure, let willRetry):
      state.running[failure.node] = nil
      var lines = ProgressText.lines(of: failure, willRetry: willRetry)
      lines[0] = colour("✗", 31) + lines[0].dropFirst("FAILED ".count)
      return lines
    case .message(let text): return [text]
    case .ended(let summary):
      state.running = [:]
      state.totalCount = 0
      return [ProgressText.summary(of: summary)]
    }
  }

  private func leave(_ node: NodeID, _ state: inout State) {
    state.running[node] = nil
    state.doneCount += 1
    state.doneSeconds += state.plan?.expectedSeconds(of: node) ?? 0
  }

  /// Clears what was drawn, writes lines that stay, draws anew.
  private func draw(_ state: inout State, above lines: [String]) -> String {
    var text = state.drawnLines > 0 ? "\u{1B}[\(state.drawnLines)A\u{1B}[J" : ""
    for line in lines { text += line + "\n" }
    let columns = max(20, width())
    let view = state.totalCount > 0 ? liveLines(state, columns: columns) : []
    for line in view { text += line + "\n" }
    state.drawnLines = view.count
    state.lastDraw = now()
    return text
  }

  private func liveLines(_ state: State, columns: Int) -> [String] {
    let now = self.now()
    var lines = state.running.sorted { ($0.value.started, $0.key) < ($1.value.started, $1.key) }.prefix(16).map {
      id, node in
      let fraction = node.progress.fraction.map { "\(Int(($0.clamped * 100).rounded()))%  " } ?? ""
      let elapsed = ProgressText.duration((now - node.started).seconds)
      let left = node.secondsLeft(at: now).map { ", \(ProgressText.duration($0)) left" } ?? ""
      return String("  \(id)  \(fraction)\(node.progress.message)  \(elapsed)\(left)".prefix(columns - 1))
    }
    var done = state.doneSeconds
    for (id, node) in state.running {
      done += (node.progress.fraction?.clamped ?? 0) * (state.plan?.expectedSeconds(of: id) ?? 0)
    }
    let share = state.totalSeconds > 0 ? (done / state.totalSeconds).clamped : 0
    let elapsed = (now - state.start).seconds
    let left = share > 0.01 ? "about \(ProgressText.duration(elapsed * (1 - share) / share)) left" : ""
    let cells = max(5, min(40, columns - 45))
    let filled = Int((share * Double(cells)).rounded())
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
    let total = "  \(bar) \(state.doneCount)/\(max(state.doneCount, state.totalCount))  \(left)"
    lines.append(String(total.prefix(columns - 1)))
    return lines
  }

  private func colour(_ text: String, _ code: Int) -> String {
    usesColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// Columns of the terminal behind standard error.
  static func terminalWidth() -> Int {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

extension Double {
  fileprivate var clamped: Double { isFinite ? min(1, max(0, self)) : 0 }
}
