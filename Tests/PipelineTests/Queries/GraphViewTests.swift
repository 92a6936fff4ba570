import Foundation
import Testing

@testable import Pipeline

@Suite struct GraphViewTests {
  @Test func nodesAreColouredByState() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let view = GraphView(try bench.plan(diamond(b: ["text": "B"])))
    #expect(!view.isCollapsed)
    #expect(
      view.boxes.map { "\($0.id) \($0.state.rawValue)" } == ["a up-to-date", "b stale", "c up-to-date", "d waits"])
    #expect(view.edges.map { [$0.from, $0.to] } == [[0, 1], [0, 2], [1, 3], [2, 3]])
    #expect(view.dot.contains("\"b\" [label=\"b\", fillcolor=\"\(NodeStatus.State.stale.colors.fill)\""))
    #expect(view.dot.contains("\"b\" -> \"d\";"))
    #expect(view.mermaid.contains("n1[\"b\"]:::stale") && view.mermaid.contains("n1 --> n3"))
    #expect(view.names == "a\nb\nc\nd")
  }

  @Test func thousandsOfNodesCollapseByStage() throws {
    let bench = try Workbench()
    let count = 3000
    let graph = try Graph(
      (0..<count).map { index in
        join(
          try NodeID("n\(index)"), from: index < count / 2 ? [] : [try NodeID("n\(index - count / 2)")],
          stage: index < count / 2 ? "work" : "join", ["text": .int(index)])
      })
    let view = GraphView(try bench.plan(graph))
    #expect(view.isCollapsed)
    #expect(view.boxes.map(\.id) == ["work", "join"] && view.boxes.map(\.count) == [1500, 1500])
    #expect(view.boxes[0].states == [.init(state: .stale, count: 1500)])
    #expect(view.boxes[1].states == [.init(state: .waits, count: 1500)])
    #expect(view.edges == [.init(from: 0, to: 1, count: 1500)])
    #expect(GraphView(try bench.plan(graph), collapse: .never).boxes.count == count)
    #expect(GraphView(try bench.plan(diamond()), collapse: .stages).boxes.map(\.id) == ["join", "other"])
  }

  /// What is left says which box is upstream of which as before, and nothing more can go.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func essentialEdgesSayTheSame(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let bench = try Workbench()
      let count = 12
      let graph = try Graph(
        (0..<count).map { index in
          let sources = (0..<index).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
          return join(try NodeID("n\(index)"), from: try sources.map { try NodeID("n\($0)") }, ["text": .int(index)])
        })
      let view = GraphView(try bench.plan(graph))
      func reachable(_ edges: [GraphView.Edge]) -> Set<[Int]> {
        var pairs = Set(edges.map { [$0.from, $0.to] })
        for middle in 0..<count {
          for from in 0..<count where pairs.contains([from, middle]) {
            for to in 0..<count where pairs.contains([middle, to]) { pairs.insert([from, to]) }
          }
        }
        return pairs
      }
      let essential = view.essentialEdges
      #expect(reachable(essential) == reachable(view.edges), "seed \(seed)")
      for edge in essential {
        #expect(reachable(essential.filter { $0 != edge }) != reachable(essential), "seed \(seed)")
      }
    }
  }
}
