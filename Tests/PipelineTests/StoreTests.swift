import Foundation
import Synchronization
import Testing

@testable import Pipeline

@Suite struct StoreTests {
  @Test func aDamagedArtifactIsQuarantinedAndMadeAgain() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let path = try bench.objectPath(of: "b")
    let good = try Data(contentsOf: URL(filePath: path))
    var bad = good
    bad[0] ^= 1
    chmod(path, 0o644)
    try bad.write(to: URL(filePath: path))
    guard case .stale(_, let reasons) = try bench.plan(diamond()).state(of: "b") else {
      throw StageError("b should be stale")
    }
    #expect(reasons == [.artifactDamaged(output: "out")])
    let observer = MessageObserver()
    #expect(try bench.run(diamond(), observer: observer).executed == ["b"])
    #expect(observer.messages.contains { $0.contains("damaged") && $0.contains("quarantine") })
    #expect(try Data(contentsOf: URL(filePath: path)) == good)
    let kept = try LocalFileSystem().list(bench.folder.quarantine)
    #expect(kept.count == 1)
    #expect(try Data(contentsOf: URL(filePath: "\(bench.folder.quarantine)/\(kept.first ?? "")")) == bad)
  }

  @Test(arguments: 0..<8)
  func everyFlippedBitIsNoticed(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let bench = try Workbench()
    try bench.run(diamond())
    for node: NodeID in ["a", "b", "c", "d"] {
      let path = try bench.objectPath(of: node)
      var data = try Data(contentsOf: URL(filePath: path))
      data[Int.random(in: 0..<data.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      chmod(path, 0o644)
      try data.write(to: URL(filePath: path))
    }
    let summary = try bench.run(diamond())
    #expect(summary.executed.sorted() == ["a", "b", "c", "d"])
  }

  /// A change within the tick in which the file was last seen leaves the stamp as it is.
  @Test func theRacyWindowIsNotTrusted() throws {
    let root = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    let files = FrozenFileSystem()
    let store = Store(folder: CacheFolder(root), files: files)
    let digest = Digest(of: "good")
    try files.createFolder(String(store.path(of: digest).dropLast(63)))
    try files.write(Data("good".utf8), to: store.path(of: digest))
    let artifact = Artifact(digest: digest, size: 4, stamp: nil, checkedAt: 0)

    // Looked at in the tick of the write: right, but not to be trusted.
    guard case .intact(let racy) = store.check(artifact) else { throw StageError("should be intact") }
    try files.write(Data("evil".utf8), to: store.path(of: digest))
    #expect(store.check(racy) == .damaged)

    // Looked at later: trusted without reading, as long as the stamp stays.
    try files.write(Data("good".utf8), to: store.path(of: digest))
    files.advance(by: 1_000_000_000)
    guard case .intact(let settled) = store.check(artifact) else { throw StageError("should be intact") }
    let reads = files.readCount
    #expect(store.check(settled) == .intact(settled))
    #expect(files.readCount == reads)

    // A later change moves the stamp.
    files.touch(by: 1)
    try files.write(Data("evil".utf8), to: store.path(of: digest))
    #expect(store.check(settled) == .damaged)
  }

  @Test func aStoreThatCannotBeWrittenIsOneSentence() throws {
    let root = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    let blocker = root.appending(path: "file")
    try Data().write(to: blocker)
    let registry = StageRegistry([StageDefinition(name: "join", version: 1, isLight: true, run: Workbench.join)])
    let coordinator = Coordinator(
      folder: CacheFolder(blocker.appending(path: "cache")), registry: registry,
      executor: InProcessExecutor(registry: registry))
    let error = #expect(throws: FileError.self) { try coordinator.run(diamond()) }
    #expect(error?.code == ENOTDIR)
    #expect(error?.description.contains("not a folder") == true)
  }

  @Test func objectsFolderBlockedByAFile() throws {
    let bench = try Workbench()
    try FileManager.default.createDirectory(at: bench.folder.url, withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: bench.folder.objects))
    let summary = try bench.run(Graph([join("a")]))
    #expect(summary.failed.first?.sentence.contains(bench.folder.objects) == true)
    #expect(try bench.ledger.lastResult(of: "a") == nil)
    try FileManager.default.removeItem(atPath: bench.folder.objects)
    #expect(try bench.run(Graph([join("a")])).executed == ["a"])
  }

  @Test func outputsAreCopiedOutWhole() throws {
    let bench = try Workbench()
    let coordinator = bench.coordinator
    _ = try coordinator.run(diamond(), options: bench.options)
    let reader = try CacheReader(bench.folder)
    let target = bench.root.appending(path: "outputs/table/d.txt")
    let digest = try reader.materialise("out", of: "d", to: target)
    #expect(digest == Digest(of: try Data(contentsOf: target)))
    // The same bytes are left alone, others of the same length are not.
    let stamp = try LocalFileSystem().stamp(of: target.path)
    try reader.materialise("out", of: "d", to: target)
    #expect(try LocalFileSystem().stamp(of: target.path) == stamp)
    try Data(repeating: 0x20, count: stamp?.size ?? 0).write(to: target)
    try reader.materialise("out", of: "d", to: target)
    #expect(try String(contentsOf: target, encoding: .utf8) == "\"d\"(\"b\"(\"a\"))(\"c\"(\"a\"))")
    #expect(try LocalFileSystem().list(bench.root.appending(path: "outputs/table").path) == ["d.txt"])
    #expect(throws: StageError.self) { try reader.materialise("no", of: "d", to: target) }
    let path = try reader.url(of: "out", node: "b").path
    chmod(path, 0o644)
    try Data("xxx".utf8).write(to: URL(filePath: path))
    let error = #expect(throws: StageError.self) { try reader.url(of: "out", node: "b") }
    #expect(error?.description.contains("damaged") == true)
    // A reader changes nothing; the next run sets it aside.
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(try reader.plan(diamond(), registry: bench.registry).stale == ["b"])
  }

  @Test func orphansOfAKilledRunAreRemoved() throws {
    let bench = try Workbench()
    try bench.run(diamond())
    let orphan = bench.folder.objects + "/ab/" + String(repeating: "0", count: 62)
    try LocalFileSystem().createFolder(bench.folder.objects + "/ab")
    try Data("x".utf8).write(to: URL(filePath: orphan))
    try LocalFileSystem().createFolder(bench.folder.work + "/9-1/outputs")
    _ = try bench.ledger.beginRun(command: "killed", at: 0)
    let observer = MessageObserver()
    #expect(try bench.run(diamond(), observer: observer).upToDateCount == 4)
    #expect(!FileManager.default.fileExists(atPath: orphan))
    #expect(try LocalFileSystem().list(bench.folder.work) == [])
    #expect(observer.messages.count == 1)
    #expect(try bench.ledger.runs().map(\.status) == ["interrupted", "done"])
  }

  #if os(Linux)
    /// Before 5.8, `syncfs` succeeds whatever becomes of the data.
    @Test(arguments: [
      ("6.18.44", true), ("5.8.0-63-generic", true), ("5.10", true), ("10.0.1", true), ("5.7.19", false),
      ("5.4.0-150-generic", false), ("4.18.0-553.el8_10.x86_64", false), ("", false), ("generic-6.1", false),
      ("6", false),
    ])
    func oldKernelsAreAskedAboutEachFile(release: String, together: Bool) {
      #expect(LinuxKernel.tellsOfFailedWrites(release: release) == together)
    }

    /// Both ways put down what is there, and say what is not.
    @Test(arguments: [true, false]) func manyFilesArePutDown(together: Bool) throws {
      let root = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: root) }
      let paths = (0..<8).map { root.path + "/\($0)" }
      for path in paths { try Data("x".utf8).write(to: URL(filePath: path)) }
      try LocalFileSystem().synchronise(all: paths + [root.path], together: together)
      let error = #expect(throws: FileError.self) {
        try LocalFileSystem().synchronise(all: paths + [root.path + "/gone"], together: together)
      }
      #expect(error?.code == ENOENT)
    }
  #endif
}
