import Testing

@testable import Pipeline

@Suite struct SchedulerTests {
  private func node(_ id: NodeID, threads: Int = 1, memory: Int = 1, cost: Double = 1, from: [NodeID] = []) -> Node {
    Node(
      id: id, stage: "s", inputs: from.map { NodeInput($0.text, .output(of: $0, named: "out")) }, outputs: ["out"],
      resources: Resources(threads: threads, memoryMegabytes: memory), expectedCost: cost)
  }

  /// Starts what fits until nothing does; ends the first that was started; and so on.
  private func waves(_ nodes: [Node], threads: Int, memory: Int = 1000) throws -> [[NodeID]] {
    let graph = try Graph(nodes)
    var scheduler = Scheduler(
      graph: graph, selected: Array(graph.nodes.indices), costs: graph.nodes.map(\.expectedCost), maxThreads: threads,
      maxMemoryMegabytes: memory)
    var waves: [[NodeID]] = []
    var running: [Int] = []
    repeat {
      while let position = scheduler.nextToEvaluate() { scheduler.makeReady(position) }
      var wave: [NodeID] = []
      while let position = scheduler.nextToLaunch() {
        running.append(position)
        wave.append(graph.nodes[position].id)
      }
      waves.append(wave)
      if !running.isEmpty { scheduler.complete(running.removeFirst()) }
    } while !running.isEmpty || scheduler.hasReady || scheduler.hasEvaluable
    #expect(scheduler.unfinished.isEmpty)
    return waves.filter { !$0.isEmpty }
  }

  @Test func theLongestPathGoesFirst() throws {
    let nodes = [
      node("short", cost: 3), node("long/1", cost: 1), node("long/2", cost: 5, from: ["long/1"]),
      node("tiny", cost: 0.5),
    ]
    #expect(try waves(nodes, threads: 1) == [["long/1"], ["long/2"], ["short"], ["tiny"]])
  }

  @Test func threadsAndMemoryAreHonoured() throws {
    let wide = [node("a", threads: 3, cost: 9), node("b", threads: 2, cost: 8), node("c", threads: 1, cost: 7)]
    #expect(try waves(wide, threads: 4) == [["a", "c"], ["b"]])
    let heavy = [node("a", memory: 700, cost: 9), node("b", memory: 700, cost: 8), node("c", memory: 200, cost: 7)]
    #expect(try waves(heavy, threads: 4, memory: 2000) == [["a", "b", "c"]])
    #expect(try waves(heavy, threads: 4, memory: 1000) == [["a", "c"], ["b"]])
  }

  @Test func whatAsksForTooMuchRunsAlone() throws {
    let nodes = [node("giant", threads: 99, memory: 5000, cost: 2), node("small", cost: 1)]
    #expect(try waves(nodes, threads: 2) == [["giant"], ["small"]])
  }

  @Test func patternsOfFailureReachAllDescendants() throws {
    let graph = try diamond()
    var scheduler = Scheduler(
      graph: graph, selected: [0, 1, 2, 3], costs: [1, 1, 1, 1], maxThreads: 1, maxMemoryMegabytes: 1)
    let first = scheduler.nextToEvaluate()
    #expect(first == 0)
    scheduler.fail(0)
    #expect(scheduler.blocked.map { graph.nodes[$0].id } == ["b", "c", "d"])
    #expect(scheduler.unfinished.isEmpty)
  }
}
