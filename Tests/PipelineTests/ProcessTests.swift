import Foundation
import Testing

@testable import Pipeline

/// Real workers and real coordinators, killed at the worst moments. Both are this test program, started again.
@Suite(.serialized) struct ProcessTests {
  /// `slow` writes a counter into its progress folder, one step a call; `text` says what comes out.
  static let registry = StageRegistry(
    [
      StageDefinition(name: "slow", version: 1) { context in
        let progress = context.progressFolder.map { $0.appending(path: "steps") }
        let steps = context.parameters["steps"]?.intValue ?? 1
        context.metric("process", Double(getpid()))
        if let lost = context.parameters["lost"]?.stringValue { context.warn("\(lost) is damaged: all begins anew.") }
        var done = progress.flatMap { try? String(contentsOf: $0, encoding: .utf8) }.flatMap { Int($0) } ?? 0
        context.log("begins at step \(done)")
        let begin = done
        while done < steps {
          try context.checkCancellation()
          if context.parameters["crash"]?.intValue == done - begin { kill(getpid(), SIGKILL) }
          usleep(10_000)
          done += 1
          try progress.map { try Data("\(done)".utf8).write(to: $0, options: .atomic) }
          context.progress(fraction: Double(done) / Double(steps), message: "step \(done)")
        }
        context.metric("steps", Double(steps))
        try Data("did \(steps) steps".utf8).write(to: context.output("out"))
      },
      StageDefinition(name: "text", version: 1, isLight: true) { context in
        var text = context.parameters["text"]?.stringValue ?? ""
        for name in context.inputs { text += try " " + String(contentsOf: context.input(name), encoding: .utf8) }
        try context.write(Data(text.utf8), to: "out")
      },
      StageDefinition(name: "fails", version: 1) { context in
        context.log("line before the end")
        throw StageError("It has to fail.")
      },
    ], environment: { ["role": Rerun.role ?? "none"] })

  static func slow(_ id: NodeID, steps: Int, from: [NodeID] = [], crash: Int? = nil) -> Node {
    var parameters: [String: ParameterValue] = ["steps": .int(steps), "id": .string(id.text)]
    if let crash { parameters["crash"] = .int(crash) }
    return Node(
      id: id, stage: "slow", parameters: parameters,
      inputs: from.map { NodeInput($0.text, .output(of: $0, named: "out")) }, outputs: ["out"], ownsProgress: true)
  }

  static func executor() -> LocalProcessExecutor {
    LocalProcessExecutor(
      executable: Rerun.executable, arguments: Rerun.arguments(filter: "actAsWorker"),
      environment: ["PIPELINE_TEST_ROLE": "worker"])
  }

  @Test(.enabled(if: Rerun.role == "worker")) func actAsWorker() throws {
    let arguments = CommandLine.arguments
    guard let index = arguments.firstIndex(of: "--job") else { exit(try WorkerMain.serve(registry: Self.registry)) }
    exit(try WorkerMain.run(jobPath: arguments[index + 1], registry: Self.registry))
  }

  @Test(.enabled(if: Rerun.role == "coordinator")) func actAsCoordinator() throws {
    let folder = CacheFolder(URL(filePath: try #require(ProcessInfo.processInfo.environment["PIPELINE_TEST_CACHE"])))
    let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: Self.executor())
    var options = RunOptions()
    options.handlesSignals = true
    options.maxThreads = 2
    let summary = try coordinator.run(Self.chain(), options: options)
    exit(summary.isInterrupted ? 130 : summary.isSuccess ? 0 : 1)
  }

  static func chain() throws -> Graph {
    try Graph([
      slow("one", steps: 3), slow("two", steps: 40, from: ["one"]), slow("three", steps: 3, from: ["two"]),
    ])
  }

  private func withCache(_ body: (CacheFolder) throws -> Void) throws {
    let root = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    try body(CacheFolder(root.appending(path: "cache")))
  }

  @Test func workersRunNodes() throws {
    try withCache { folder in
      let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: Self.executor())
      let graph = try Graph([
        Self.slow("a", steps: 2), Self.slow("b", steps: 3, from: ["a"]),
        Node(id: "c", stage: "fails", outputs: ["out"]),
      ])
      var options = RunOptions()
      options.keepsGoing = true
      let summary = try coordinator.run(graph, options: options)
      #expect(summary.executed == ["a", "b"])
      #expect(summary.failed.map(\.sentence) == ["It has to fail."])
      #expect(summary.failed.first?.lastLines.contains("line before the end") == true)
      let reader = try CacheReader(folder)
      #expect(try String(contentsOf: reader.url(of: "out", node: "b"), encoding: .utf8) == "did 3 steps")
      #expect(try reader.ledger.metrics(of: "b").last == Metric(name: "steps", value: 3))
      #expect(try reader.ledger.executions(of: "b").map(\.environment) == [["role": "worker"]])
      #expect((try reader.ledger.executions(of: "b").first?.peakMemoryBytes ?? 0) > 1 << 20)
      #expect(try LocalFileSystem().list(folder.progress) == [])
      #expect(try LocalFileSystem().list(folder.work) == [])
    }
  }

  /// The processes that did some nodes, in the order of these.
  private func processes(_ folder: CacheFolder, of nodes: [NodeID]) throws -> [Double] {
    let ledger = try CacheReader(folder).ledger
    return try nodes.map { try #require(try ledger.metrics(of: $0).first { $0.name == "process" }).value }
  }

  /// A worker that is done with a short job takes the next; each has its own log, and its own result.
  @Test func aWorkerTakesOneJobAfterAnother() throws {
    try withCache { folder in
      let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: Self.executor())
      let ids = (0..<5).map { NodeID(trusted: "n\($0)") }
      var options = RunOptions()
      options.maxThreads = 1
      let graph = try Graph(ids.enumerated().map { Self.slow($1, steps: 1 + $0, from: $0 > 0 ? [ids[$0 - 1]] : []) })
      #expect(try coordinator.run(graph, options: options).executed == ids)
      #expect(Set(try processes(folder, of: ids)).count == 1)
      let reader = try CacheReader(folder)
      for (index, id) in ids.enumerated() {
        #expect(try String(contentsOf: reader.url(of: "out", node: id), encoding: .utf8) == "did \(index + 1) steps")
        let log = try #require(reader.ledger.executions(of: id).first?.logPath)
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(lines.filter { $0.contains("begins at step 0") }.count == 1, "\(id)")
      }
    }
  }

  /// What ends a worker is the doing of the job that it had, and of no other.
  @Test func aCrashIsBlamedOnTheJobThatTheWorkerHad() throws {
    try withCache { folder in
      let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: Self.executor())
      var options = RunOptions()
      options.maxThreads = 1
      options.keepsGoing = true
      let graph = try Graph([
        Self.slow("a", steps: 1), Self.slow("b", steps: 3, crash: 1), Self.slow("c", steps: 1),
        Node(id: "f", stage: "fails", outputs: ["out"]), Self.slow("g", steps: 1),
      ])
      let summary = try coordinator.run(graph, options: options)
      #expect(summary.executed.sorted() == ["a", "c", "g"])
      #expect(summary.failed.map(\.node).sorted() == ["b", "f"])
      #expect(summary.failed.first { $0.node == "b" }?.sentence.contains("was killed (signal 9") == true)
      let used = try processes(folder, of: ["a", "c", "g"])
      #expect(Set(used).count == 3, "after a crash and after a failure there is another")
    }
  }

  /// One that ends while it waits harms nobody.
  @Test func aWorkerThatEndsWhileItWaitsIsReplaced() throws {
    try withCache { folder in
      let executor = Self.executor()
      let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: executor)
      #expect(try coordinator.run(Graph([Self.slow("a", steps: 1)])).executed == ["a"])
      let first = pid_t(try processes(folder, of: ["a"])[0])
      #expect(kill(first, SIGKILL) == 0, "it waits")
      #expect(try coordinator.run(Graph([Self.slow("b", steps: 2)])).executed == ["b"])
      #expect(try processes(folder, of: ["b"]) != [Double(first)])
    }
  }

  /// A process that a worker started and left behind keeps nobody waiting, although it holds the worker's standard input.
  @Test func whatAWorkerLeavesBehindIsNotWaitedFor() throws {
    try withCache { folder in
      let leaver = LocalProcessExecutor(
        executable: "/bin/sh", arguments: ["-c", "sleep 1000 <&0 & echo $! > \(folder.path)/left; exit 3", "worker"])
      try LocalFileSystem().createFolder(folder.path)
      let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: leaver)
      let summary = try coordinator.run(Graph([Self.slow("a", steps: 1)]))
      #expect(summary.failed.first?.sentence.contains("ended with status 3") == true)
      let text = try String(contentsOfFile: folder.path + "/left", encoding: .utf8).filter(\.isNumber)
      let left = try #require(pid_t(text))
      #expect(kill(left, SIGKILL) == 0, "it is still there")
    }
  }

  /// Those that wait end with whoever may need them.
  @Test func workersThatWaitEndWithTheirExecutor() throws {
    try withCache { folder in
      do {
        let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: Self.executor())
        #expect(try coordinator.run(Graph([Self.slow("a", steps: 1)])).executed == ["a"])
      }
      let worker = pid_t(try processes(folder, of: ["a"])[0])
      try waitUntil { kill(worker, 0) != 0 }
    }
  }

  /// Work that is lost is told in the run's output and in the node's log, wherever the node runs.
  @Test(arguments: [true, false]) func aWarningIsReadByWhoeverRunsTheNode(inWorker: Bool) throws {
    try withCache { folder in
      let executor: any Executor = inWorker ? Self.executor() : InProcessExecutor(registry: Self.registry)
      let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: executor)
      let observer = MessageObserver()
      let graph = try Graph([Node(id: "a", stage: "slow", parameters: ["lost": "state.bin"], outputs: ["out"])])
      #expect(try coordinator.run(graph, observer: observer).executed == ["a"])
      #expect(observer.messages == ["Warning from a: state.bin is damaged: all begins anew."])
      let log = try #require(CacheReader(folder).ledger.executions(of: "a").first?.logPath)
      #expect(try String(contentsOfFile: log, encoding: .utf8).contains("warning: state.bin is damaged"))
    }
  }

  @Test func aKilledWorkerFailsItsNodeAndProgressIsKept() throws {
    try withCache { folder in
      let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: Self.executor())
      let graph = try Graph([Self.slow("a", steps: 6, crash: 4)])
      let summary = try coordinator.run(graph)
      #expect(summary.failed.first?.sentence.contains("was killed (signal 9") == true)
      #expect(summary.failed.first?.sentence.contains("worker of a") == true)
      // The next worker goes on where the killed one was.
      #expect(try coordinator.run(graph).executed == ["a"])
      let log = try #require(CacheReader(folder).ledger.executions(of: "a").first?.logPath)
      #expect(try String(contentsOfFile: log, encoding: .utf8).contains("begins at step 4"))
    }
  }

  @Test func aKilledCoordinatorLosesNothingThatWasFinished() throws {
    try withCache { folder in
      let child = try Rerun.coordinator(folder)
      try waitUntil { (try? CacheReader(folder).lastResult(of: "one")) != nil && Self.steps(in: folder) > 5 }
      child.signal(SIGKILL)
      #expect(child.wait().signal == SIGKILL)
      // The worker of the dead coordinator ends by itself, and the lock is free.
      let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: Self.executor())
      let summary = try coordinator.run(Self.chain())
      #expect(summary.executed == ["two", "three"] && summary.upToDateCount == 1)
      let reader = try CacheReader(folder)
      let log = try #require(reader.ledger.executions(of: "two").first?.logPath)
      let begin = try String(contentsOfFile: log, encoding: .utf8)
      #expect(!begin.contains("begins at step 0"))
      #expect(try String(contentsOf: reader.url(of: "out", node: "two"), encoding: .utf8) == "did 40 steps")
      #expect(try reader.ledger.runs().map(\.status) == ["done", "interrupted"])
    }
  }

  @Test func ctrlCEndsWorkersAndKeepsProgress() throws {
    try withCache { folder in
      let child = try Rerun.coordinator(folder)
      try waitUntil { Self.steps(in: folder) > 5 }
      child.signal(SIGINT)
      #expect(child.wait().code == 130)
      let reader = try CacheReader(folder)
      #expect(try reader.ledger.runs().first?.status == "interrupted")
      #expect(try reader.ledger.executions(of: "two").map(\.status) == ["cancelled"])
      #expect(Self.steps(in: folder) > 5)
    }
  }

  @Test func severalAtOnceRunEachNodeOnce() throws {
    try withCache { folder in
      let children = try (0..<8).map { _ in try Rerun.coordinator(folder) }
      for child in children { #expect(child.wait().code == 0) }
      let ledger = try CacheReader(folder).ledger
      for node: NodeID in ["one", "two", "three"] { #expect(try ledger.executions(of: node).count == 1) }
    }
  }

  @Test func theSecondIsToldWhoHoldsTheCache() throws {
    try withCache { folder in
      let lock = try CacheLock(folder, timeout: 0, command: "repro all")
      var waited: LockHolder?
      let error = #expect(throws: LockError.self) {
        try CacheLock(folder, timeout: 0.1, onWait: { waited = $0 })
      }
      #expect(error?.holder?.pid == getpid() && waited?.command == "repro all")
      #expect(error?.description.contains("process \(getpid()) on") == true)
      _ = lock
    }
  }

  @Test func aWorkerThatCannotStartIsOneSentence() throws {
    try withCache { folder in
      let executor = LocalProcessExecutor(executable: "/nonexistent/program")
      let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: executor)
      let summary = try coordinator.run(Graph([Self.slow("a", steps: 1)]))
      #expect(summary.failed.first?.sentence.contains("/nonexistent/program") == true)
      let quitter = LocalProcessExecutor(executable: "/bin/sh", arguments: ["-c", "echo so long; exit 3", "worker"])
      let other = Coordinator(folder: folder, registry: Self.registry, executor: quitter)
      let second = try other.run(Graph([Self.slow("a", steps: 1)]))
      #expect(second.failed.first?.sentence == "The worker of a ended with status 3, without a result.")
      #expect(second.failed.first?.lastLines == ["so long"])
    }
  }

  @Test func aNodeThatTakesTooLongIsEnded() throws {
    try withCache { folder in
      var options = RunOptions()
      options.timeout = 0.3
      options.grace = 0.3
      let stubborn = LocalProcessExecutor(
        executable: "/bin/sh", arguments: ["-c", "trap '' TERM; while :; do sleep 0.05; done", "worker"])
      let coordinator = Coordinator(folder: folder, registry: Self.registry, executor: stubborn)
      let summary = try coordinator.run(Graph([Self.slow("a", steps: 1)]), options: options)
      #expect(summary.failed.first?.sentence.contains("longer than") == true)
    }
  }

  /// How far the node with the longest progress is.
  private static func steps(in folder: CacheFolder) -> Int {
    let keys = (try? LocalFileSystem().list(folder.progress)) ?? []
    return keys.compactMap { try? String(contentsOfFile: "\(folder.progress)/\($0)/steps", encoding: .utf8) }
      .compactMap { Int($0) }.max() ?? 0
  }

  private func waitUntil(_ condition: () -> Bool) throws {
    for _ in 0..<1000 {
      if condition() { return }
      usleep(20_000)
    }
    throw StageError("Nothing came of waiting.")
  }
}

/// This test program, started again in another role.
enum Rerun {
  static let role = ProcessInfo.processInfo.environment["PIPELINE_TEST_ROLE"]
  static let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path

  static func arguments(filter: String, suite: String = "ProcessTests") -> [String] {
    ["--testing-library", "swift-testing", "--filter", "\(suite)/\(filter)"]
  }

  static func coordinator(
    _ folder: CacheFolder, role: String = "coordinator", suite: String = "ProcessTests"
  ) throws -> ChildProcess {
    try LocalFileSystem().createFolder(folder.path)
    let log = open(folder.path + "/coordinator.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    defer { close(log) }
    var environment = ProcessInfo.processInfo.environment
    environment["PIPELINE_TEST_ROLE"] = role
    environment["PIPELINE_TEST_CACHE"] = folder.path
    return try ChildProcess.spawn(
      executable, arguments(filter: "actAsCoordinator", suite: suite), environment: environment, output: log)
  }
}
