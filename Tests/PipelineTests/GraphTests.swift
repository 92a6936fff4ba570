import Testing

@testable import Pipeline

@Suite struct GraphTests {
  @Test func ordersInputsFirst() throws {
    let graph = try diamond()
    #expect(graph.ids == ["a", "b", "c", "d"])
    #expect(graph.descendants(of: "a") == ["b", "c", "d"])
    #expect(graph.inputs(of: "d") == ["b", "c"])
    #expect(graph.closure(of: ["b"]) == ["a", "b"])
  }

  @Test func refusesWhatCannotBe() {
    #expect(throws: GraphError.duplicateNode("a")) { try Graph([join("a"), join("a")]) }
    #expect(throws: GraphError.unknownInput(node: "b", input: "in0", upstream: "a")) {
      try Graph([join("b", from: ["a"])])
    }
    #expect(throws: GraphError.unknownOutput(node: "b", input: "x", upstream: "a", output: "no", declared: ["out"])) {
      try Graph([
        join("a"), Node(id: "b", stage: "join", inputs: [NodeInput("x", .output(of: "a", named: "no"))], outputs: []),
      ])
    }
    #expect(throws: GraphError.invalidOutput(node: "a", output: "../x")) {
      try Graph([Node(id: "a", stage: "join", outputs: ["../x"])])
    }
    #expect(throws: GraphError.duplicateInput(node: "b", input: "x")) {
      try Graph([
        join("a"),
        Node(
          id: "b", stage: "join", inputs: [NodeInput("x", .allOutputs(of: "a")), NodeInput("x", .allOutputs(of: "a"))],
          outputs: []),
      ])
    }
  }

  @Test func namesTheCycle() throws {
    let error = #expect(throws: GraphError.self) {
      try Graph([join("x"), join("a", from: ["c"]), join("b", from: ["a", "x"]), join("c", from: ["b"])])
    }
    guard case .cycle(let nodes)? = error else { throw StageError("no cycle was found") }
    #expect(nodes.count == 3 && Set(nodes) == ["a", "b", "c"])
    // Each is an input of the next.
    let needs: [NodeID: NodeID] = ["a": "c", "b": "a", "c": "b"]
    for (node, next) in zip(nodes, nodes.dropFirst() + nodes.prefix(1)) { #expect(needs[next] == node) }
  }

  @Test func refusesAnUnknownStage() throws {
    let bench = try Workbench()
    let graph = try Graph([join("a", stage: "nonsense")])
    #expect(throws: GraphError.unknownStage(node: "a", stage: "nonsense")) { try bench.run(graph) }
  }

  @Test(arguments: [
    ("train/*/*/d4/*", ["train/cifar/bt/d4/s0"]), ("train/cifar", ["train/cifar/bt/d4/s0", "train/cifar/ss/d8/s1"]),
    ("train/**", ["train/cifar/bt/d4/s0", "train/cifar/ss/d8/s1"]), ("**/s0", ["train/cifar/bt/d4/s0"]),
    ("train/", ["train/cifar/bt/d4/s0", "train/cifar/ss/d8/s1"]), ("**/d[4-7]/s?", ["train/cifar/bt/d4/s0"]),
    ("figure/fig[!3]", ["figure/fig4"]), ("figure/fig4", ["figure/fig4"]),
  ])
  func selectsByPattern(pattern: String, expected: [String]) throws {
    let graph = try Graph(
      ["train/cifar/bt/d4/s0", "train/cifar/ss/d8/s1", "figure/fig4", "figure/fig3"].map {
        Node(id: try NodeID($0), stage: "join", outputs: [])
      })
    #expect(try graph.select([pattern]).map(\.text) == expected)
  }

  @Test func namesTheNearestNode() throws {
    let graph = try Graph([
      Node(id: "figure/fig4", stage: "s", outputs: []), Node(id: "table", stage: "s", outputs: []),
    ])
    #expect(throws: GraphError.noMatch(pattern: "figur/fig4", nearest: "figure/fig4")) {
      try graph.select(["figur/fig4"])
    }
  }

  @Test(arguments: [
    "", "/", "a//b", "a/", "/a", "a b", "..", "a/../b", ".", "ä", "a\0", String(repeating: "x", count: 300),
  ])
  func refusesNodeNames(text: String) {
    #expect(throws: GraphError.invalidNodeID(text)) { try NodeID(text) }
  }
}
