import Foundation
import Testing

@testable import Pipeline

@Suite struct PlanEstimateTests {
  private func graph(_ flops: [Double], kind: String? = "small", resources: Resources = Resources()) throws -> Graph {
    try Graph(
      flops.enumerated().map { index, flops in
        Node(
          id: try NodeID("n\(index)"), stage: "join", parameters: ["text": .int(index), "flops": .double(flops)],
          outputs: ["out"], resources: resources, expectedCost: 7,
          work: Work(flops: flops, outputBytes: 100, kind: kind))
      })
  }

  private func estimate(
    _ bench: Workbench, _ graph: Graph, calibration: [Calibration.Rate] = [], threads: Int = 1
  ) throws -> PlanEstimate {
    var known = Calibration(machine: bench.machine)
    for rate in calibration { known.add(rate) }
    let past = PastWork(
      costs: try bench.ledger.lastCosts(), rates: try bench.ledger.rates(host: Host.name, environment: bench.machine))
    return PlanEstimate(
      try bench.plan(graph), past: past, machine: bench.machine, calibration: known, threads: threads,
      memoryMegabytes: .max)
  }

  @Test func nothingIsKnownAtFirst() throws {
    let bench = try Workbench()
    let estimate = try estimate(bench, graph([1e9, 2e9]))
    #expect(estimate.toExecute == 2 && estimate.flops == 3e9 && estimate.bytes == 200)
    #expect(estimate.workSeconds == 14 && estimate.stages[0].bases == ["hint": 2])
    #expect(estimate.text.contains("guesses"))
    let plan = try bench.plan(graph([1e9, 2e9]))
    let none = Calibration(machine: [:])
    #expect(PlanEstimate.unknownKinds(plan, past: PastWork(), calibration: none) == ["small"])
  }

  @Test func aCalibrationPricesOperations() throws {
    let bench = try Workbench()
    let rates = [Calibration.Rate(kind: "small", flopsPerSecond: 1e9, measured: 0)]
    let estimate = try estimate(bench, graph([1e9, 2e9]), calibration: rates)
    #expect(estimate.workSeconds == 3 && estimate.stages[0].bases == ["calibration": 2])
    #expect(estimate.rates == [.init(kind: "small", flopsPerSecond: 1e9, basis: .calibration)])
  }

  /// What a node took is scaled to what it has to do now; others of its kind run at the rate that was seen.
  @Test func historyIsScaled() throws {
    let bench = try Workbench()
    try bench.run(graph([1e9]))
    try bench.ledger.write { try $0.execute(sql: "UPDATE executions SET duration = 2") }
    let estimate = try estimate(bench, graph([3e9, 1e9]))
    #expect(estimate.workSeconds == 6 + 2)
    #expect(estimate.stages[0].bases == ["history": 1, "rate": 1])
    #expect(try bench.plan(graph([3e9, 1e9])).expectedSeconds(of: "n0") == 6)
    // Work of another kind says nothing.
    let other = try self.estimate(bench, graph([3e9], kind: "large"))
    #expect(other.workSeconds == 7 && other.stages[0].bases == ["hint": 1])
  }

  @Test func timesOfAnotherMachineDoNotCount() throws {
    let bench = try Workbench()
    bench.machine = ["processor": "old"]
    try bench.run(graph([1e9]))
    #expect(try bench.ledger.rates(host: Host.name, environment: ["processor": "old"]).count == 1)
    #expect(try bench.ledger.rates(host: Host.name, environment: ["processor": "new"]).isEmpty)
    #expect(try bench.ledger.rates(host: "elsewhere", environment: ["processor": "old"]).isEmpty)
  }

  @Test func theClockIsThatOfTheScheduler() throws {
    let bench = try Workbench()
    let rates = [Calibration.Rate(kind: "small", flopsPerSecond: 1, measured: 0)]
    let parallel = try graph([4, 3, 3, 2])
    #expect(try estimate(bench, parallel, calibration: rates).wallSeconds == 12)
    #expect(try estimate(bench, parallel, calibration: rates, threads: 2).wallSeconds == 6)
    #expect(try estimate(bench, parallel, calibration: rates, threads: 64).wallSeconds == 4)
    let wide = try graph([4, 3, 3, 2], resources: Resources(threads: 2))
    #expect(try estimate(bench, wide, calibration: rates, threads: 2).wallSeconds == 12)
    #expect(try estimate(bench, wide, calibration: rates, threads: 2).longestPathSeconds == 4)
  }

  /// No schedule is shorter than the longest path or than the work shared out, and none wastes a processor for ever.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func theClockLiesBetweenItsBounds(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let bench = try Workbench()
      let costs = (0..<15).map { _ in Double.random(in: 1...9, using: &generator) }
      let nodes = try costs.indices.map { index in
        let sources = (0..<index).filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
        return Node(
          id: try NodeID("n\(index)"), stage: "join",
          inputs: try sources.map { NodeInput("in\($0)", .output(of: try NodeID("n\($0)"), named: "out")) },
          outputs: ["out"], expectedCost: costs[index])
      }
      let plan = try bench.plan(Graph(nodes))
      let work = costs.reduce(0, +)
      let path = plan.longestPath()
      #expect(abs(path.nodes.map { plan.expectedSeconds(of: $0) }.reduce(0, +) - path.seconds) < 1e-9)
      for threads in 1...4 {
        let clock = plan.expectedWallSeconds(threads: threads)
        #expect(clock >= max(path.seconds, work / Double(threads)) - 1e-9, "seed \(seed)")
        // Graham, 1966: list scheduling is at most so far from the best.
        #expect(clock <= work / Double(threads) + path.seconds * (1 - 1 / Double(threads)) + 1e-9, "seed \(seed)")
      }
    }
  }

  @Test func aCalibrationIsOfOneMachine() throws {
    let root = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    let folder = CacheFolder(root.appending(path: "cache"))
    var calibration = Calibration.load(folder, machine: ["a": "b"])
    #expect(calibration.rates.isEmpty)
    calibration.add(.init(kind: "k", flopsPerSecond: 1, measured: 0))
    calibration.add(.init(kind: "k", flopsPerSecond: 2, measured: 1))
    try calibration.save(to: folder)
    #expect(Calibration.load(folder, machine: ["a": "b"]).rate(of: "k")?.flopsPerSecond == 2)
    #expect(Calibration.load(folder, machine: ["a": "c"]).rates.isEmpty)
    try Data("{".utf8).write(to: URL(filePath: folder.calibration))
    #expect(Calibration.load(folder, machine: ["a": "b"]).rates.isEmpty)
  }
}
