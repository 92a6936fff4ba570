import Foundation
import Testing

@testable import Pipeline

@Suite struct RunLogTests {
  @Test func runsAreListedWithWhatTheyDid() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    try bench.run(diamond(d: ["fail": "It has to."]))
    try bench.run(diamond())
    try bench.run(diamond(a: ["text": "A"]))
    try bench.run(diamond())
    let list = try bench.reader.runList(limit: 3)
    #expect(list.hasMore && list.runs.map(\.run) == [4, 3, 2])
    let all = try bench.reader.runList(limit: 10)
    #expect(!all.hasMore)
    #expect(all.runs.map(\.executed) == [0, 4, 0, 4])
    #expect(all.runs.map(\.reused) == [4, 0, 0, 0])
    #expect(all.runs.map(\.failedAttempts) == [0, 0, 1, 0])
    #expect(all.runs.map(\.status) == ["done", "done", "failed", "done"])
    #expect(all.text.split(separator: "\n").count == 5)

    let second = try bench.reader.executions(of: try #require(try bench.ledger.run(2)))
    #expect(second.executions.map(\.status) == ["failed"])
    #expect(second.text().contains("It has to."))
    let last = try bench.reader.executions(of: try #require(try bench.ledger.run(4)))
    #expect(last.executions.map(\.status) == Array(repeating: "reused", count: 4))
  }

  @Test func theLogOfANodeIsKept() throws {
    let bench = try Workbench()
    try bench.run(Graph([join("a", ["fail": "It has to."])]))
    let list = try bench.reader.executions(of: "a" as NodeID)
    #expect(list.executions.map(\.message) == ["It has to."])
    #expect(list.lines == ["about to fail"])
    #expect(list.text().contains("  | about to fail"))
    #expect(try bench.reader.executions(of: "b" as NodeID).executions.isEmpty)
  }
}

@Suite struct RunComparisonTests {
  @Test func whatIsDifferentIsTold() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    try bench.run(diamond(b: ["text": "longer"]))
    let comparison = try bench.compare(1, 2)
    #expect(comparison.nodes.map(\.node) == ["b", "d"] && comparison.unchanged == 2)
    let b = try #require(comparison.nodes.first)
    #expect(b.kind == .changed && !b.hasSameOutputs)
    #expect(b.components == [.init(component: "parameters.text", from: "\"b\"", to: "\"longer\"")])
    let length = try #require(b.metrics.first)
    #expect(b.metrics.count == 1, "volatile metrics are left out")
    #expect(length.metric == "length" && length.from == 8 && length.to == 13 && length.largestDifference == 5)
    #expect(comparison.text().contains("parameters.text  \"b\" → \"longer\""))
    let back = try bench.compare(2, 1)
    #expect(back.nodes.first?.components == [.init(component: "parameters.text", from: "\"longer\"", to: "\"b\"")])
    let same = try bench.compare(2, 2)
    #expect(same.nodes.isEmpty && same.unchanged == 4)
  }

  @Test func otherKeysMayGiveTheSameBytes() throws {
    let bench = try Workbench()
    try bench.run(diamond(b: ["text": "b", "constant": "same"]))
    try bench.run(diamond(b: ["text": "other", "constant": "same"]))
    let comparison = try bench.compare(1, 2)
    #expect(comparison.nodes.map(\.node) == ["b"] && comparison.nodes[0].hasSameOutputs)
  }

  @Test func newNodesAreNew() throws {
    let bench = try Workbench()
    try bench.run(diamond(), targets: ["b"])
    try bench.run(diamond())
    let comparison = try bench.compare(1, 2)
    #expect(comparison.nodes.map(\.kind) == [.new, .new] && comparison.unchanged == 2)
  }

  @Test func metricsAreComparedStepByStep() {
    func loss(_ values: [Double]) -> [Metric] {
      values.enumerated().map { Metric(name: "loss", step: $0 + 1, value: $1) }
    }
    let changes = MetricComparison.compare(
      loss([3, 2, 1]) + [Metric(name: "gone", value: 1), Metric(name: "nan", value: .nan)],
      loss([3, 1.5, 1]) + [Metric(name: "new", value: 2), Metric(name: "nan", value: .nan)])
    #expect(changes.map(\.metric) == ["loss", "new", "gone"])
    #expect(changes[0].step == 3 && changes[0].from == 1 && changes[0].to == 1 && changes[0].largestDifference == 0.5)
    #expect(changes[1].from == nil && changes[1].to == 2)
    #expect(changes[2].from == 1 && changes[2].to == nil)
    #expect(MetricComparison.compare(loss([1]), loss([1])).isEmpty)
  }
}
