import Foundation
import Synchronization
import Testing

@testable import Pipeline

@Suite struct ObserverTests {
  /// Lines that an observer wrote.
  private final class Lines: Sendable {
    private let texts = Mutex<[String]>([])
    func add(_ text: String) { texts.withLock { $0.append(text) } }
    var all: [String] { texts.withLock { $0 } }
  }

  /// A clock that goes as it is told to.
  private final class Clock: Sendable {
    private let time = Mutex(ContinuousClock.now)
    var now: ContinuousClock.Instant { time.withLock { $0 } }
    func advance(by duration: Duration) { time.withLock { $0 += duration } }
  }

  @Test func programsGetOneObjectALine() throws {
    let bench = try Workbench()
    bench.options.keepsGoing = true
    let lines = Lines()
    _ = try bench.run(diamond(b: ["fail": "It broke."]), observer: JSONProgress { lines.add($0) })
    let events = try lines.all.map { try JobFormat.decode(JSONProgress.Line.self, from: Data($0.utf8)) }
    #expect(events.first?.event == "planned" && events.last?.event == "ended")
    #expect(events.filter { $0.event == "started" }.compactMap(\.node).sorted() == ["a", "b", "c"])
    #expect(events.filter { $0.event == "finished" }.compactMap(\.node).sorted() == ["a", "c"])
    let failed = try #require(events.first { $0.event == "failed" })
    #expect(failed.node == "b" && failed.message == "It broke." && failed.willRetry == false)
    #expect(failed.lastLines == ["about to fail"])
    #expect(failed.log.map { FileManager.default.fileExists(atPath: $0) } == true)
    let ended = try #require(events.last)
    #expect(ended.event == "ended" && ended.status == "failed")
    #expect(ended.executed?.sorted() == ["a", "c"] && ended.failed == ["b"] && ended.blocked == ["d"])
    #expect(lines.all.allSatisfy { !$0.contains("\n") })
  }

  /// A line for each node that runs, with what it says of itself and the time left; a bar; and what ended stays above.
  @Test func theTerminalShowsWhatRuns() throws {
    let lines = Lines()
    let clock = Clock()
    let terminal = TerminalProgress(
      usesColour: false, width: { 100 }, write: { lines.add($0) }, now: { clock.now })
    let bench = try Workbench()
    let plan = try bench.plan(diamond())
    terminal.observe(.planned(plan))
    terminal.observe(.started("a", attempt: 1))
    terminal.observe(.progressed("a", Pipeline.Progress(fraction: 0.1, message: "epoch 1/10  loss 2.5  300 pairs/s")))
    clock.advance(by: .seconds(8))
    terminal.observe(.progressed("a", Pipeline.Progress(fraction: 0.5, message: "epoch 5/10  loss 1.5  300 pairs/s")))
    terminal.tick()
    let drawn = try #require(lines.all.last)
    // Four tenths took eight seconds, so that five tenths take ten more.
    #expect(drawn.contains("a  50%  epoch 5/10  loss 1.5  300 pairs/s  8.0 s, 10 s left"))
    #expect(drawn.contains("0/4"))
    terminal.observe(.finished("a", duration: 1.5))
    let after = try #require(lines.all.last)
    // What was drawn is cleared, and the line that stays comes before the bar.
    #expect(after.hasPrefix("\u{1B}[2A\u{1B}[J✓ a  1.5 s\n"))
    #expect(after.contains("1/4") && !after.contains("epoch 5/10"))
    // No line is wider than the terminal, which would break the clearing.
    for text in lines.all {
      for line in text.split(separator: "\n") { #expect(line.drop { $0 == "\u{1B}" }.count <= 110) }
    }
  }

  /// A terminal's line renews itself and is cleared at the end; elsewhere there is a line now and then; neither at once.
  @Test(arguments: [true, false])
  func longCopiesSayHowFarTheyAre(isLive: Bool) {
    let lines = Lines()
    let clock = Clock()
    let progress = ByteProgress(
      "Writing it", isLive: isLive, width: { 80 }, write: { lines.add($0) }, now: { clock.now })
    progress.update(1_000_000, of: 100_000_000)
    #expect(lines.all == [])
    clock.advance(by: .seconds(2))
    progress.update(20_000_000, of: 100_000_000)
    progress.update(21_000_000, of: 100_000_000)
    clock.advance(by: .seconds(1))
    progress.update(30_000_000, of: 100_000_000)
    let first = "Writing it: 20%, 20.0 MB of 100 MB, about 8.0 s left"
    if isLive {
      let second = "Writing it: 30%, 30.0 MB of 100 MB, about 7.0 s left"
      #expect(lines.all == ["\r\(first)\u{1B}[K", "\r\(second)\u{1B}[K"])
    } else {
      #expect(lines.all == ["\(first)\n"])
    }
    progress.end()
    progress.end()
    #expect(lines.all.last == (isLive ? "\r\u{1B}[K" : "\(first)\n") && lines.all.count == (isLive ? 3 : 1))
  }

  /// An archive that says nonsense of itself is refused for what it holds; what is told of it meanwhile must not fail.
  @Test(arguments: [(5, 0), (5, -3), (-4, 7), (9, 3), (Int.max, 1)])
  func sizesNeedNotBeTrue(done: Int, total: Int) {
    let lines = Lines()
    let clock = Clock()
    let progress = ByteProgress(
      "Reading it", isLive: false, width: { 80 }, write: { lines.add($0) }, now: { clock.now })
    clock.advance(by: .seconds(2))
    progress.update(done, of: total)
    #expect(lines.all.count == (total > 0 ? 1 : 0))
  }

  @Test func plainLinesNameTheLogOfAFailure() throws {
    let bench = try Workbench()
    let lines = Lines()
    _ = try bench.run(diamond(b: ["fail": "It broke."]), observer: PlainProgress { lines.add($0) })
    #expect(lines.all.contains("FAILED  b: It broke."))
    #expect(lines.all.contains("        | about to fail"))
    #expect(lines.all.contains { $0.hasPrefix("        log: ") && $0.hasSuffix("b.1.log") })
  }
}
