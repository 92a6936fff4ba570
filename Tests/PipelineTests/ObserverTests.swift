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

  @Test func plainLinesNameTheLogOfAFailure() throws {
    let bench = try Workbench()
    let lines = Lines()
    _ = try bench.run(diamond(b: ["fail": "It broke."]), observer: PlainProgress { lines.add($0) })
    #expect(lines.all.contains("FAILED  b: It broke."))
    #expect(lines.all.contains("        | about to fail"))
    #expect(lines.all.contains { $0.hasPrefix("        log: ") && $0.hasSuffix("b.1.log") })
  }
}
