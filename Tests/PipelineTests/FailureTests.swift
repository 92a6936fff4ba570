import Foundation
import GRDB
import Synchronization
import Testing

@testable import Pipeline

/// What happens to the rest when a node fails.
@Suite struct FailureTests {
  @Test func aFailedNodeBlocksOnlyWhatNeedsIt() throws {
    let bench = try Workbench()
    bench.options.keepsGoing = true
    let summary = try bench.run(diamond(b: ["fail": "It broke."]))
    #expect(summary.executed == ["a", "c"])
    #expect(summary.failed.map(\.node) == ["b"])
    #expect(summary.failed.first?.sentence == "It broke.")
    #expect(summary.failed.first?.lastLines == ["about to fail"])
    #expect(summary.failed.first?.logPath.map { FileManager.default.fileExists(atPath: $0) } == true)
    #expect(summary.blocked == ["d"])
    #expect(!summary.isSuccess)
    #expect(try bench.ledger.runs().map(\.status) == ["failed"])
  }

  @Test func withoutKeepGoingNothingMoreIsStarted() throws {
    let bench = try Workbench()
    let summary = try bench.run(diamond(b: ["fail": "It broke."]))
    #expect(summary.executed == ["a"])
    #expect(summary.blocked == ["d"])
    #expect(summary.notStarted == ["c"])
    // What was finished stays.
    #expect(try bench.run(diamond()).executed == ["b", "c", "d"])
  }

  @Test func aFailedNodeIsTriedAgain() throws {
    let bench = try Workbench()
    let shared = Counter()
    let flaky = StageDefinition(name: "flaky", version: 1, isLight: true) { context in
      if shared.next() < 3 { throw StageError("Not yet.") }
      try Data("x".utf8).write(to: context.output("out"))
    }
    let registry = StageRegistry([flaky])
    bench.options.retries = 2
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    let graph = try Graph([Node(id: "f", stage: "flaky", outputs: ["out"])])
    let summary = try coordinator.run(
      graph, targets: nil, ledger: bench.ledger, options: bench.options, observer: SilentObserver())
    #expect(summary.executed == ["f"] && summary.failed.isEmpty)
    #expect(try bench.ledger.executions(of: "f").map(\.status) == ["done", "failed", "failed"])
    // No attempt in the key: it is not executed again.
    #expect(try bench.ledger.executions(of: "f").map(\.key).allSatisfy { $0.hex == summary.keyOfFirst(bench.ledger) })
  }

  /// Nodes with one key are one execution, also where it fails.
  @Test(arguments: [0, 2]) func aFailingKeyIsExecutedOnceForAllItsNodes(retries: Int) throws {
    let bench = try Workbench()
    bench.options.keepsGoing = true
    bench.options.retries = retries
    bench.options.maxThreads = 4
    let twins = try (0..<5).map { join(try NodeID("twin/\($0)"), ["fail": "It broke."]) }
    let summary = try bench.run(Graph(twins + [join("after", from: ["twin/3"]), join("other", ["text": "o"])]))
    #expect(summary.executed == ["other"] && summary.blocked == ["after"])
    #expect(summary.failed.map(\.node.text).sorted() == (0..<5).map { "twin/\($0)" })
    let attempts = try bench.ledger.database.read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM executions WHERE status = 'failed'")
    }
    #expect(attempts == 1 + retries)
    let others = summary.failed.filter { $0.node != "twin/0" }
    #expect(others.allSatisfy { $0.sentence == "It is the same work as twin/0, which failed: It broke." })
    #expect(Set(summary.failed.map(\.logPath)).count == 1, "the log of the one that was executed")
    // The next run tries again.
    #expect(try bench.run(Graph(twins)).failed.count == 5)
  }

  @Test func outputsMustBeThoseDeclared() throws {
    let bench = try Workbench()
    let registry = StageRegistry([
      StageDefinition(name: "less", version: 1, isLight: true) { _ in },
      StageDefinition(name: "more", version: 1, isLight: true) { context in
        try Data().write(to: context.output("out"))
        try Data().write(to: context.output("stray"))
      },
    ])
    bench.options.keepsGoing = true
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    let graph = try Graph([
      Node(id: "less", stage: "less", outputs: ["out"]), Node(id: "more", stage: "more", outputs: ["out"]),
    ])
    let summary = try coordinator.run(
      graph, targets: nil, ledger: bench.ledger, options: bench.options, observer: SilentObserver())
    #expect(
      summary.failed.map(\.sentence) == [
        "Stage “less” did not write the output “out” of less.",
        "Stage “more” wrote “stray”, which more does not declare as an output.",
      ])
  }

  @Test func cancellingStopsAndKeepsWhatWasFinished() throws {
    let bench = try Workbench()
    let cancellation = Cancellation()
    bench.options.cancellation = cancellation
    let registry = StageRegistry([
      StageDefinition(name: "quick", version: 1, isLight: true) { context in
        try Data("q".utf8).write(to: context.output("out"))
      },
      StageDefinition(name: "endless", version: 1, isLight: true) { context in
        try Data("half".utf8).write(to: #require(context.progressFolder).appending(path: "state"))
        cancellation.cancel()
        while true {
          try context.checkCancellation()
          usleep(1000)
        }
      },
    ])
    let graph = try Graph([
      Node(id: "q", stage: "quick", outputs: ["out"]),
      Node(
        id: "e", stage: "endless", inputs: [NodeInput("q", .output(of: "q", named: "out"))], outputs: ["out"],
        ownsProgress: true),
      Node(id: "z", stage: "quick", inputs: [NodeInput("e", .output(of: "e", named: "out"))], outputs: ["out"]),
    ])
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    let summary = try coordinator.run(
      graph, targets: nil, ledger: bench.ledger, options: bench.options, observer: SilentObserver())
    #expect(summary.executed == ["q"] && summary.cancelled == ["e"] && summary.notStarted == ["z"])
    #expect(summary.isInterrupted && !summary.isSuccess)
    #expect(try bench.ledger.runs().map(\.status) == ["interrupted"])
    // The progress folder belongs to the key and survives.
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.folder.progress).count == 1)
    #expect(try LocalFileSystem().list(bench.folder.work) == [])
  }

  @Test func aJobThatDoesNotListenIsLeftToItself() throws {
    let bench = try Workbench()
    let cancellation = Cancellation()
    bench.options.cancellation = cancellation
    let ended = DispatchSemaphore(value: 0)
    let released = DispatchSemaphore(value: 0)
    let registry = StageRegistry([
      StageDefinition(name: "deaf", version: 1, isLight: true) { context in
        cancellation.cancel()
        cancellation.cancel()
        // Its folder is gone by then, so that what it writes late may fail.
        defer { ended.signal() }
        released.wait()
        try Data("late".utf8).write(to: context.output("out"))
      }
    ])
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    let graph = try Graph([Node(id: "d", stage: "deaf", outputs: ["out"])])
    let summary = try coordinator.run(
      graph, targets: nil, ledger: bench.ledger, options: bench.options, observer: SilentObserver())
    #expect(summary.cancelled == ["d"] && summary.executed.isEmpty && summary.isInterrupted)
    #expect(try bench.ledger.executions(of: "d").map(\.status) == ["cancelled"])
    // What it does later changes nothing.
    released.signal()
    ended.wait()
    #expect(try bench.ledger.executions(of: "d").map(\.status) == ["cancelled"])
  }
}

private final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  func next() -> Int { value.add(1, ordering: .relaxed).newValue }
}

extension RunSummary {
  fileprivate func keyOfFirst(_ ledger: Ledger) -> String? {
    executed.first.flatMap { try? ledger.lastResult(of: $0)?.key.hex }
  }
}
