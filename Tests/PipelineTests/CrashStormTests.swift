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
    // Kills that ended a process which lived, and kills that were tried.
    var hits = 0
    var tries = 0
    while hits < Self.kills {
      guard tries < 10 * Self.kills else {
        Issue.record("only \(hits) of \(tries) kills hit anything, seed \(Self.seed)")
        break
      }
      // A cache that is finished has nothing left to disturb: begin with a new one, having looked at this.
      if let done = try? CacheReader(folder).results().count, done == truth.count {
        try check(folder, truth, "after \(hits) kills, seed \(Self.seed)")
        try FileManager.default.removeItem(atPath: folder.path)
      }
      tries += 1
      let child = try Rerun.coordinator(folder, role: "storm", suite: "CrashStormTests")
      usleep(UInt32.random(in: 50_000...900_000, using: &generator))
      let choice = Int.random(in: 0..<3, using: &generator)
      let workers = Self.children(of: child.pid)
      if choice != 1 { child.signal(SIGKILL) }
      let hitWorkers = choice == 0 ? 0 : workers.filter { Self.isAlive($0) && kill($0, SIGKILL) == 0 }.count
      let exit = child.wait()
      // A worker that died fails its node, and nothing else.
      if choice == 1 { #expect([0, 1].contains(exit.code) && exit.signal == 0) }
      // One that had ended by itself before the signal came says so.
      if exit.signal == SIGKILL || hitWorkers > 0 { hits += 1 }
    }
    let last = try Rerun.coordinator(folder, role: "storm", suite: "CrashStormTests").wait()
    #expect(last.code == 0, "seed \(Self.seed)")
    try check(folder, truth, "at the end, seed \(Self.seed)")
    print("storm: \(hits) kills of \(tries) hit, seed \(Self.seed)")
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

  /// Whether a process runs: one that has ended and is not yet waited for can be signalled, too.
  private static func isAlive(_ pid: pid_t) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let state = text.split(separator: ")").last?.first(where: { $0 != " " })
    else { return false }
    return !"ZXx".contains(state)
  }

  @Test func whatHasEndedIsNoLongerAlive() throws {
    let place = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: place) }
    let log = open(place.path + "/log", O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    defer { close(log) }
    let child = try ChildProcess.spawn("/bin/sh", ["-c", "read line"], environment: [:], output: log)
    #expect(Self.isAlive(child.pid) && Self.isAlive(getpid()))
    child.signal(SIGKILL)
    var info = siginfo_t()
    // Ended, and not yet taken from the table of processes.
    #expect(waitid(P_PID, id_t(child.pid), &info, WEXITED | WNOWAIT) == 0)
    #expect(kill(child.pid, 0) == 0 && !Self.isAlive(child.pid))
    #expect(child.wait().signal == SIGKILL && !Self.isAlive(child.pid))
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
