import Testing

@testable import Pipeline

@Suite struct GraphTests {
  @Test func ordersInputsFirst() throws {
    let graph = try diamond()
    #expect(graph.ids == ["a", "b", "c", "d"])
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

  /// Stars that could be tried in exponentially many ways: each character is held against each part once at most.
  @Test(arguments: [
    String(repeating: "*a", count: 30) + "b", String(repeating: "**a", count: 30) + "b",
    String(repeating: "**/*a*/", count: 12) + "b", String(repeating: "?*", count: 30) + "b",
    String(repeating: "*[ab]", count: 30) + "c",
  ])
  func patternsTakeNoMoreStepsThanTheirLengthTimesTheNames(pattern: String) {
    for name in [String(repeating: "a", count: 240), String(repeating: "aaa/", count: 59) + "a"] {
      var steps = 0
      #expect(!NodePattern(pattern).matches(name, steps: &steps))
      #expect(steps <= pattern.utf8.count * name.utf8.count)
    }
  }

  /// Against a definition by cases, on short patterns and names of few letters.
  @Test func patternsMeanWhatTheirDefinitionSays() {
    var generator = SeededGenerator(seed: 17)
    var matched = 0
    for trial in 0..<20_000 {
      let pattern = (0..<Int.random(in: 1...7, using: &generator)).map { _ in
        ["a", "b", "/", "*", "**", "?", "[a]", "[!a]", "[a-b]"].randomElement(using: &generator) ?? "a"
      }.joined()
      let name = (0..<Int.random(in: 1...8, using: &generator)).map { _ in
        ["a", "b", "c", "/"].randomElement(using: &generator) ?? "a"
      }.joined()
      var steps = 0
      let isMatch = NodePattern(pattern).matches(name, steps: &steps)
      var wanted = Array(pattern)
      if wanted.last == "/" { wanted.removeLast() }
      #expect(isMatch == Self.matches(wanted[...], Array(name)[...]), "trial \(trial): \(pattern) and \(name)")
      matched += isMatch ? 1 : 0
    }
    #expect(matched > 1000)
    // A set that does not end stands for nothing.
    #expect(!NodePattern("[a").matches("a") && !NodePattern("*[").matches("a"))
  }

  /// What each part of a pattern may stand for, tried one after the other.
  private static func matches(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty || name.first == "/" }
    let rest = pattern.dropFirst()
    if first == "*" {
      let isDeep = rest.first == "*"
      let behind = rest.drop { $0 == "*" }
      return (0...name.count).contains { count in
        (isDeep || !name.prefix(count).contains("/")) && matches(behind, name.dropFirst(count))
      }
    }
    guard let character = name.first else { return false }
    switch first {
    case "?": return character != "/" && matches(rest, name.dropFirst())
    case "[":
      let set = String(rest.prefix { $0 != "]" })
      let members: [Character] = set == "a-b" ? ["a", "b"] : set.contains("a") ? ["a"] : []
      let isIn = character != "/" && members.contains(character) != set.hasPrefix("!")
      return isIn && matches(rest.drop { $0 != "]" }.dropFirst(), name.dropFirst())
    default: return character == first && matches(rest, name.dropFirst())
    }
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
