import Foundation
import Testing

@testable import Pipeline

/// A small pipeline of real workers, killed with SIGKILL at random moments: coordinator, worker or both.
@Suite(.serialized) struct CrashStormTests {
  /// Three hundred on request; the short form is part of every run.
  static let kills = Int(ProcessInfo.processInfo.environment["PIPELINE_STORM"] ?? "") ?? 8
  static let seed = UInt64(ProcessInfo.processInfo.environment["PIPELINE_STORM_SEED"] ?? "") ?? 1

  /// Light nodes and workers, some that keep progress, over three levels.
  static func graph() throws -> Graph {
    var nodes: [Node] = (0..<6).map { index in
      Node(
        id: NodeID(trusted: "light/\(index)"), stage: "text", parameters: ["text": .string("light \(index)")],
        outputs: ["out"])
    }
    for index in 0..<4 {
      nodes.append(
        ProcessTests.slow(
          NodeID(trusted: "slow/\(index)"), steps: 6 + 3 * index,
          from: [NodeID(trusted: "light/\(index)"), NodeID(trusted: "light/\(index + 1)")]))
    }
    for index in 0..<5 {
      nodes.append(
        Node(
          id: NodeID(trusted: "join/\(index)"), stage: "text", parameters: ["text": .string("join \(index)")],
          inputs: (0..<4).filter { $0 != index }.map {
            NodeInput("in\($0)", .output(of: NodeID(trusted: "slow/\($0)"), named: "out"))
          }, outputs: ["out"]))
    }
    nodes.append(
      ProcessTests.slow("last", steps: 5, from: (0..<5).map { NodeID(trusted: "join/\($0)") }))
    return try Graph(nodes)
  }

  @Test(.enabled(if: Rerun.role == "storm")) func actAsCoordinator() throws {
    let folder = CacheFolder(URL(filePath: try #require(ProcessInfo.processInfo.environment["PIPELINE_TEST_CACHE"])))
    let coordinator = Coordinator(folder: folder, registry: ProcessTests.registry, executor: ProcessTests.executor())
    var options = RunOptions()
    options.maxThreads = 3
    options.keepsGoing = true
    let summary = try coordinator.run(Self.graph(), options: options)
    exit(summary.isSuccess ? 0 : 1)
  }

  @Test(.enabled(if: Rerun.role == nil)) func nothingIsLostAndNothingIsHalfDone() throws {
    let root = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    var generator = SeededGenerator(seed: Self.seed)
    let calm = CacheFolder(root.appending(path: "calm"))
    #expect(try Rerun.coordinator(calm, role: "storm", suite: "CrashStormTests").wait().code == 0)
    let truth = try outputs(calm)

    let folder = CacheFolder(root.appending(path: "storm"))
    var kills = 0
    var runs = 0
    while kills < Self.kills {
      // A cache that is finished has nothing left to disturb: begin with a new one, having looked at this.
      if let done = try? CacheReader(folder).results().count, done == truth.count {
        try check(folder, truth, "after \(kills) kills, seed \(Self.seed)")
        try FileManager.default.removeItem(atPath: folder.path)
      }
      runs += 1
      let child = try Rerun.coordinator(folder, role: "storm", suite: "CrashStormTests")
      usleep(UInt32.random(in: 50_000...900_000, using: &generator))
      let choice = Int.random(in: 0..<3, using: &generator)
      let workers = Self.children(of: child.pid)
      if choice != 1 { child.signal(SIGKILL) }
      if choice != 0 { for worker in workers { kill(worker, SIGKILL) } }
      if choice == 1 {
        // A worker that died fails its node, and nothing else.
        #expect([0, 1].contains(child.wait().code))
      } else {
        _ = child.wait()
      }
      kills += 1
    }
    let last = try Rerun.coordinator(folder, role: "storm", suite: "CrashStormTests").wait()
    #expect(last.code == 0, "seed \(Self.seed)")
    try check(folder, truth, "at the end, seed \(Self.seed)")
    print("\(kills) kills in \(runs) runs, seed \(Self.seed)")
  }

  private func outputs(_ folder: CacheFolder) throws -> [String: [String]] {
    Dictionary(
      uniqueKeysWithValues: try CacheReader(folder).results().map { node, result in
        (node.text, [result.key.hex] + result.outputs.map { "\($0.name) \($0.artifact.digest.hex)" })
      })
  }

  private func check(_ folder: CacheFolder, _ truth: [String: [String]], _ moment: String) throws {
    let reader = try CacheReader(folder)
    #expect(try outputs(folder) == truth, "artifacts differ \(moment)")
    #expect(try reader.verify().isSound, "damage \(moment)")
    for node in truth.keys {
      let done = try reader.ledger.executions(of: NodeID(node)).filter { $0.status == "done" }
      #expect(done.count == 1, "\(node) was done \(done.count) times \(moment)")
    }
    let files = LocalFileSystem()
    let objects = try Store(folder: folder).objects().map(\.digest)
    // What a killed coordinator left is removed by the next run, so one more is needed to see it gone.
    let abandoned = try reader.ledger.runs(limit: 10_000).filter { $0.status == "running" }.count
    if abandoned == 0 { #expect(Set(objects) == (try reader.ledger.knownDigests()), "orphans \(moment)") }
    #expect(try files.list(folder.quarantine) == [], "quarantine \(moment)")
  }

  /// Processes whose parent is `pid`.
  private static func children(of pid: pid_t) -> [pid_t] {
    let path = "/proc/\(pid)/task/\(pid)/children"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    var found = text.split(separator: " ").compactMap { pid_t($0) }
    // A child that another thread started is listed under that thread.
    for task in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? [] {
      let more = (try? String(contentsOfFile: "/proc/\(pid)/task/\(task)/children", encoding: .utf8)) ?? ""
      found += more.split(separator: " ").compactMap { pid_t($0) }
    }
    return Array(Set(found))
  }
}
