import Foundation
import Testing

@testable import Pipeline

@Suite struct StatusReportTests {
  @Test func nodesWithOneReasonAreOneGroup() throws {
    let bench = try Workbench()
    func graph(_ rate: ParameterValue) throws -> Graph {
      try Graph(
        [join("data")]
          + (0..<20).map { join(try NodeID("train/\($0)"), from: ["data"], ["rate": rate, "index": .int($0)]) }
          + [join("report", from: (0..<20).map { try NodeID("train/\($0)") })])
    }
    try bench.run(graph(1))
    let report = try bench.status(graph(2))
    #expect(report.counts == .init(stale: 20, waiting: 1, reusable: 0, upToDate: 1, impossible: 0))
    #expect(report.groups.map(\.nodes.count) == [20, 1])
    #expect(report.groups[0].reason == "parameters.rate changed from 1 to 2")
    #expect(report.groups[0].nodes.first == "train/0")
    #expect(report.groups[1].nodes == ["report"])
    let text = report.text(limit: 3)
    #expect(text.contains("20 nodes: parameters.rate changed from 1 to 2"))
    #expect(text.contains("and 17 more"))
    #expect(report.text(limit: .max).contains("train/19"))
    #expect(report.nodes == nil)
    #expect(try bench.status(graph(2), listsNodes: true).nodes?.count == 22)
  }

  @Test func whatChangedInAWaitingNodeIsToldAlready() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let report = try bench.status(diamond(a: ["text": "A"], d: ["text": "D"]))
    #expect(report.groups.map(\.nodes) == [["a"], ["d"], ["b", "c"]])
    #expect(report.groups[1].reason == "parameters.text changed from \"d\" to \"D\"")
    #expect(report.groups[2].reason.hasPrefix("wait for these"))
  }

  /// The shortcut for waiting nodes says the same as the stored components.
  @Test(arguments: [11, 12, 13] as [UInt64])
  func theShortcutForWaitingNodesChangesNothing(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for round in 0..<15 {
      let bench = try Workbench()
      var texts = (0..<12).map { "t\($0)" }
      let sources = (0..<12).map { index in
        (0..<index).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
      }
      func graph() throws -> Graph {
        try Graph(
          texts.indices.map { index in
            join(
              try NodeID("n\(index)"), from: try sources[index].map { try NodeID("n\($0)") },
              ["text": .string(texts[index])])
          })
      }
      try bench.run(graph())
      var edited: Set<Int> = []
      for _ in 0..<2 {
        let index = Int.random(in: 0..<12, using: &generator)
        texts[index] += "+"
        edited.insert(index)
      }
      let plan = try bench.plan(graph())
      for index in texts.indices {
        let own = edited.contains(index)
        switch plan.state(of: try NodeID("n\(index)")) {
        case .waits(_, let reasons): #expect(reasons.isEmpty != own, "seed \(seed), round \(round), n\(index)")
        case .stale: #expect(own, "seed \(seed), round \(round), n\(index)")
        default: #expect(!own, "seed \(seed), round \(round), n\(index)")
        }
      }
    }
  }

  @Test func timesComeFromHistory() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    try bench.ledger.write { db in
      for (node, seconds) in [("a", 10.0), ("b", 20), ("c", 5), ("d", 3)] {
        try db.execute(
          sql: "UPDATE executions SET duration = ? WHERE node_id = (SELECT id FROM nodes WHERE name = ?)",
          arguments: [seconds, node])
      }
    }
    let report = try bench.status(diamond(b: ["text": "B"]))
    #expect(report.time.workSeconds == 23 && report.time.longestPathSeconds == 23)
    let all = try bench.status(diamond(a: ["text": "A"]))
    #expect(all.time.workSeconds == 38 && all.time.longestPathSeconds == 33)
    #expect(all.time.longestPath == ["a", "b", "d"])
    #expect(all.time.withoutHistory == 0)
    let plan = try bench.plan(diamond(a: ["text": "A"]))
    #expect(plan.expectedWallSeconds(threads: 1) == 38)
    #expect(plan.expectedWallSeconds(threads: 2) == 33)
    #expect(all.text().contains("About 38 s of work, as it took last; 33 s along the longest path (a … d)."))
  }

  /// A node that was never made is taken to run at its stage's pace.
  @Test func whatWasNeverMadeIsEstimated() throws {
    let bench = try Workbench()
    func graph(_ count: Int) throws -> Graph {
      try Graph(
        (0..<count).map { index in
          Node(
            id: try NodeID("n\(index)"), stage: "join", parameters: ["text": .int(index)], outputs: ["out"],
            expectedCost: Double(index + 1))
        })
    }
    try bench.run(graph(3))
    try bench.ledger.write { try $0.execute(sql: "UPDATE executions SET duration = 4 * (node_id)") }
    let plan = try bench.plan(graph(5))
    #expect(plan.expectedSeconds(of: "n3") == 16 && !plan.hasHistory("n3"))
    #expect(try bench.status(graph(5)).time.withoutHistory == 2)
  }

  @Test func aRunThatIsUnderWayIsNamed() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    #expect(try bench.reader.runInProgress() == nil)
    let run = try bench.ledger.beginRun(command: "repro all", at: Date().timeIntervalSince1970)
    let running = try #require(try bench.reader.runInProgress())
    #expect(running.run == run && running.isSeen && running.pid == getpid())
    #expect(try bench.status(diamond()).text().hasPrefix("Run \(run) is in progress"))
    // A process that began after the run only has its number.
    try bench.ledger.write { try $0.execute(sql: "UPDATE runs SET started = 1000 WHERE status = 'running'") }
    #expect(try bench.reader.runInProgress() == nil)
    try bench.ledger.write {
      try $0.execute(sql: "UPDATE runs SET host = 'elsewhere' WHERE status = 'running'")
    }
    #expect(try bench.reader.runInProgress()?.isSeen == false)
  }

  @Test func aMissingRawFileIsAGroup() throws {
    let bench = try Workbench()
    let file = bench.root.appending(path: "raw.txt")
    let graph = try Graph([
      Node(id: "a", stage: "join", inputs: [NodeInput("raw", .file(file))], outputs: ["out"]), join("b", from: ["a"]),
    ])
    let report = try bench.status(graph)
    #expect(report.counts.impossible == 1)
    #expect(report.groups.first?.state == .impossible)
    #expect(report.groups.first?.reason.contains("raw.txt") == true)
  }
}
