import Foundation

/// Tells how far a long copy or check of bytes is: on a terminal in one line that renews itself, elsewhere in a plain line now
/// and then. What is over within a second says nothing.
public final class ByteProgress {
  private let title: String
  private let isLive: Bool
  private let width: () -> Int
  private let write: (String) -> Void
  private let now: () -> ContinuousClock.Instant
  private let start: ContinuousClock.Instant
  private var next: ContinuousClock.Instant
  private var isDrawn = false

  /// On standard error.
  ///
  /// - Parameter title: what is under way, such as “Writing results.tar”.
  public convenience init(_ title: String) {
    self.init(
      title, isLive: TerminalProgress() != nil, width: { TerminalProgress.terminalWidth() },
      write: { FileHandle.standardError.write(Data($0.utf8)) })
  }

  init(
    _ title: String, isLive: Bool, width: @escaping () -> Int, write: @escaping (String) -> Void,
    now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    self.title = title
    self.isLive = isLive
    self.width = width
    self.write = write
    self.now = now
    start = now()
    next = start + .seconds(1)
  }

  /// To be called as often as is convenient.
  ///
  /// - Parameter total: the bytes in all, as far as is known; what came from a file need not be true.
  public func update(_ done: Int, of total: Int) {
    let time = now()
    guard time >= next, total > 0 else { return }
    next = time + (isLive ? .milliseconds(200) : .seconds(5))
    let share = min(1, max(0, Double(done) / Double(total)))
    var line = "\(title): \(Int(share * 100))%, \(Wording.bytes(Double(done))) of \(Wording.bytes(Double(total)))"
    if share > 0.01, share < 1 {
      let left = (time - start).seconds * (1 - share) / share
      line += ", about \(ProgressText.duration(left)) left"
    }
    guard isLive else { return write(line + "\n") }
    write("\r" + line.prefix(max(20, width()) - 1) + "\u{1B}[K")
    isDrawn = true
  }

  /// Clears the line, so that what is printed next stands alone.
  public func end() {
    guard isDrawn else { return }
    write("\r\u{1B}[K")
    isDrawn = false
  }
}
