import Foundation
import GRDB
import Synchronization
import Testing

@testable import Pipeline

/// What users of other pipelines suffer from, each turned into a promise: what survives. The threads are named by project and
/// number.
@Suite("Promise: what was finished survives, and nothing broken is taken for a result")
struct SurvivalPromises {
  /// It goes on from its progress folder, which goes only after the entry is written.
  @Test("Interrupted training loses days: checkpoints deleted (snakemake 2407, 509)")
  func anInterruptedTrainingGoesOnFromItsProgress() throws {
    let bench = try Workbench()
    let begins = Mutex<[Int]>([])
    let registry = StageRegistry([
      StageDefinition(name: "train", version: 1, isLight: true) { context in
        let state = try #require(context.progressFolder).appending(path: "epoch")
        let begin = (try? String(contentsOf: state, encoding: .utf8)).flatMap { Int($0) } ?? 0
        begins.withLock { $0.append(begin) }
        for epoch in begin..<5 {
          if epoch == begin + 2 { throw StageError("The power went out.") }
          try Data("\(epoch + 1)".utf8).write(to: state)
        }
        try context.write(Data("trained".utf8), to: "out")
      }
    ])
    let graph = try Graph([Node(id: "t", stage: "train", outputs: ["out"], ownsProgress: true)])
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    for _ in 0..<3 { _ = try coordinator.run(graph, options: bench.options) }
    #expect(begins.withLock { $0 } == [0, 2, 4])
    #expect(try LocalFileSystem().list(bench.folder.progress) == [])
  }

  /// The number of the attempt is in no key.
  @Test("A task that succeeded on retry reruns on resume (nextflow 6884)")
  func whatSucceededOnARetryIsDone() throws {
    let bench = try Workbench()
    bench.options.retries = 1
    let attempts = Mutex(0)
    let registry = StageRegistry([
      StageDefinition(name: "flaky", version: 1, isLight: true) { context in
        let attempt = attempts.withLock { count in
          count += 1
          return count
        }
        if attempt == 1 { throw StageError("Not yet.") }
        try context.write(Data("x".utf8), to: "out")
      }
    ])
    let graph = try Graph([Node(id: "f", stage: "flaky", outputs: ["out"])])
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    #expect(try coordinator.run(graph, options: bench.options).executed == ["f"])
    #expect(try coordinator.run(graph, options: bench.options).upToDateCount == 1)
  }

  @Test("Truncated output accepted after a crash (nextflow 5595; targets 1579)")
  func aTruncatedOutputIsNeverAccepted() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let path = try bench.objectPath(of: "b")
    chmod(path, 0o644)
    try Data(contentsOf: URL(filePath: path)).dropLast().write(to: URL(filePath: path))
    // An artifact that reached the store, but whose entry was not written, is none either.
    let stray = bench.folder.objects + "/aa/" + String(repeating: "a", count: 62)
    try LocalFileSystem().createFolder(bench.folder.objects + "/aa")
    try Data("half".utf8).write(to: URL(filePath: stray))
    _ = try bench.ledger.beginRun(command: "killed", at: 0)
    #expect(try bench.run(diamond()).executed == ["b"])
    #expect(!FileManager.default.fileExists(atPath: stray))
  }

  /// Permission bits are never evidence.
  @Test("Corrupted cache accepted silently (dvc 5978, 9652)", arguments: [0o444, 0o644])
  func aCorruptedArtifactIsNoticed(mode: UInt32) throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let path = try bench.objectPath(of: "b")
    chmod(path, 0o644)
    var data = try Data(contentsOf: URL(filePath: path))
    data[0] ^= 1
    try data.write(to: URL(filePath: path))
    chmod(path, mode_t(mode))
    let observer = MessageObserver()
    #expect(try bench.run(diamond(), observer: observer).executed == ["b"])
    #expect(observer.messages.contains { $0.contains("damaged") })
  }

  @Test("Collection leaves entries whose objects are gone (dvc 9420)")
  func entriesAndObjectsGoTogether() throws {
    let bench = try Workbench()
    for text in ["one", "two", "three"] { try bench.run(diamond(a: ["text": .string(text)])) }
    _ = try bench.coordinator.collect(keeping: Keeping(), dryRun: false, ledger: bench.ledger, options: bench.options)
    let store = Store(folder: bench.folder, files: bench.files)
    for artifact in try bench.ledger.artifacts() {
      guard case .intact = store.check(artifact) else {
        throw StageError("\(artifact.digest) has an entry and no object")
      }
    }
    #expect(try bench.run(diamond(a: ["text": "three"])).executed == [])
  }

  /// The system takes the lock from whoever dies, so there is nothing to unlock by hand.
  @Test("Locks that outlive their holder (dvc 10465; snakemake --unlock)")
  func aLockDiesWithItsHolder() throws {
    let bench = try Workbench()
    // What a holder that was killed left: the file, and its name in it.
    try LocalFileSystem().createFolder(bench.folder.path)
    let holder = LockHolder(host: "elsewhere", pid: 1, command: "repro all", since: 0)
    try JobFormat.encode(holder).write(to: URL(filePath: bench.folder.lock))
    #expect(try bench.coordinator.run(diamond(), options: bench.options).executed.count == 4)
    let held = try CacheLock(bench.folder, timeout: 0, command: "repro figure fig4")
    bench.options.lockTimeout = 0
    let error = #expect(throws: LockError.self) { try bench.coordinator.run(diamond(), options: bench.options) }
    #expect(error?.description.contains("repro figure fig4") == true)
    _ = held
  }

  /// No memory is shared there, and one process writes.
  @Test("SQLite hangs on network disks (dvc 1918, 7494)", arguments: ["nfs4", "cifs", "lustre", "fuse.sshfs"])
  func networkDisksGetNoSharedMemory(kind: String) {
    #expect(!Mount.isLocal(kind: kind))
  }

  /// A node that is told to be done is in the ledger before it is told.
  @Test("Metadata lost on Ctrl-C, database lost with kill -9 (targets 1523; doit 182)")
  func whatIsToldToBeDoneIsWrittenDown() throws {
    let bench = try Workbench()
    let observer = CallbackObserver { [folder = bench.folder] event in
      guard case .finished(let node, _) = event else { return }
      let entry = try? CacheReader(folder).lastResult(of: node)
      #expect(entry != nil, "\(node) is told to be done and has no entry")
    }
    _ = try bench.coordinator.run(diamond(), options: bench.options, observer: observer)
    #expect(try CacheReader(bench.folder).results().count == 4)
  }

  @Test("Accounting off, and jobs seem never to end (snakemake-executor-plugin-slurm 38)")
  func theResultFileDecides() throws {
    let bench = try Workbench()
    let coordinator = Coordinator(folder: bench.folder, registry: ProcessTests.registry, executor: SilentCluster())
    let summary = try coordinator.run(Graph([ProcessTests.slow("a", steps: 2)]), options: bench.options)
    #expect(summary.executed == ["a"])
  }
}

/// An executor behind the seam that forgets the process, and knows of a job only what its result file says.
private struct SilentCluster: Executor {
  var runsElsewhere: Bool { true }

  private struct Submitted: RunningJob {
    func progress() -> [Pipeline.Progress] { [] }
    func cancel() {}
    func kill() {}
  }

  func start(_ job: Job, onFinish: @escaping @Sendable (JobResult) -> Void) throws -> any RunningJob {
    try JobFormat.encode(job).write(to: URL(filePath: job.jobPath))
    let process = Process()
    process.executableURL = URL(filePath: Rerun.executable)
    process.arguments = Rerun.arguments(filter: "actAsWorker") + ["--job", job.jobPath]
    process.environment = ProcessInfo.processInfo.environment.merging(["PIPELINE_TEST_ROLE": "worker"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.detachNewThread {
      while true {
        usleep(1000)
        guard let data = try? LocalFileSystem().read(job.resultPath) else { continue }
        onFinish((try? JobFormat.decode(JobResult.self, from: data)) ?? .failed("The result file is not one."))
        return
      }
    }
    return Submitted()
  }
}

/// Calls a closure for each event.
private struct CallbackObserver: RunObserver {
  let body: @Sendable (RunEvent) -> Void
  init(_ body: @escaping @Sendable (RunEvent) -> Void) { self.body = body }
  func observe(_ event: RunEvent) { body(event) }
}
