import Foundation
import GRDB
import Synchronization
import Testing

@testable import Pipeline

/// What users of other pipelines wait for, each turned into a promise. Counted in operations of the disk and in processor
/// time, not by the clock: the machine may be busy with other things.
@Suite("Promise: to find that nothing is stale costs a look at each file")
struct SpeedPromises {
  @Test("Status takes minutes on many files (dvc 7607; snakemake 2920)")
  func aNoOpLooksAtEachFileOnceAndReadsNone() throws {
    let bench = try Workbench()
    let graph = try Graph((0..<700).map { join(try NodeID("n\($0)"), ["text": .int($0)]) })
    // A second later, so that the stamps are old enough to be trusted.
    bench.files = ShiftedClock(seconds: 1)
    try bench.run(graph)
    let counting = CountingFileSystem()
    bench.files = counting
    #expect(try bench.run(graph).upToDateCount == 700)
    #expect(counting.looks == 700)
    #expect(counting.reads == 0)
  }

  /// A raw file is read once, and again only when it was touched.
  @Test("Hours hashing terabytes (snakemake 2949)")
  func aRawFileIsReadOnce() throws {
    let bench = try Workbench()
    let raw = bench.root.appending(path: "raw.bin")
    try Data(repeating: 7, count: 100_000).write(to: raw)
    let old = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -1000)]
    try FileManager.default.setAttributes(old, ofItemAtPath: raw.path)
    let graph = try Graph([
      Node(
        id: "a", stage: "join", parameters: ["constant": "x"], inputs: [NodeInput("raw", .file(raw))], outputs: ["out"])
    ])
    let counting = CountingFileSystem()
    bench.files = counting
    for _ in 0..<5 { try bench.run(graph, targets: nil) }
    #expect(counting.readPaths.filter { $0.hasSuffix("raw.bin") }.count == 1)
  }

  /// The ledger stays small: at most 2 KiB a node, with three inputs and a dozen parameters each.
  @Test func theLedgerTakesTwoKibibytesANode() throws {
    let bench = try Workbench()
    let registry = StageRegistry([
      StageDefinition(name: "fast", version: 1, isLight: true) { context in
        try context.write(Data(context.node.text.utf8), to: "out")
      }
    ])
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry), files: bench.files)
    let graph = try ScaleTests.graph(count: 600)
    #expect(try coordinator.run(graph, options: bench.options).executed.count == 600)
    // What lies in the log belongs to it: written back into the file, nothing of it counts twice or not at all.
    try DatabaseQueue(path: bench.folder.ledger).writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    #expect(try LocalFileSystem().stamp(of: bench.folder.ledger + "-wal")?.size ?? 0 == 0)
    let size = try #require(try LocalFileSystem().stamp(of: bench.folder.ledger)?.size)
    #expect(size > 600 * 64, "all of it is in the file")
    #expect(size <= 600 * 2048, "\(size) bytes")
  }
}

/// Counts looks and reads.
private final class CountingFileSystem: DiskDouble {
  private let counts = Mutex((looks: 0, paths: [String]()))

  var looks: Int { counts.withLock { $0.looks } }
  var reads: Int { counts.withLock { $0.paths.count } }
  var readPaths: [String] { counts.withLock { $0.paths } }

  func stamp(of path: String) throws(FileError) -> FileStamp? {
    counts.withLock { $0.looks += 1 }
    return try disk.stamp(of: path)
  }

  func digest(of path: String) throws(FileError) -> Digest {
    counts.withLock { $0.paths.append(path) }
    return try disk.digest(of: path)
  }
}
