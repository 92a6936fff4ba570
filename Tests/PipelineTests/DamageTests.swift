import Foundation
import GRDB
import Testing

@testable import Pipeline

/// Random bits flip in the store and in the ledger: none is ever used as a result, and all are noticed.
@Suite struct DamageTests {
  /// A thousand on request; the short form is part of every run.
  static let flips = Int(ProcessInfo.processInfo.environment["PIPELINE_FLIPS"] ?? "") ?? 120
  static let seed = UInt64(ProcessInfo.processInfo.environment["PIPELINE_FLIP_SEED"] ?? "") ?? 11
  private static let expected = "\"d\"(\"b\"(\"a\"))(\"c\"(\"a\"))"

  private func flip(_ path: String, bit: Int) throws {
    chmod(path, 0o644)
    let handle = try FileHandle(forUpdating: URL(filePath: path))
    defer { try? handle.close() }
    try handle.seek(toOffset: UInt64(bit / 8))
    let byte = try #require(handle.read(upToCount: 1)?.first)
    try handle.seek(toOffset: UInt64(bit / 8))
    try handle.write(contentsOf: Data([byte ^ (1 << UInt8(bit % 8))]))
  }

  @Test func everyFlipInTheStoreIsNoticed() throws {
    var generator = SeededGenerator(seed: Self.seed)
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    for trial in 0..<Self.flips {
      let reader = try CacheReader(bench.folder)
      let node: NodeID = ["a", "b", "c", "d"].randomElement(using: &generator) ?? "a"
      let digest = try #require(reader.lastResult(of: node)?.outputs.first?.artifact.digest)
      let path = Store(folder: bench.folder).path(of: digest)
      let size = try #require(LocalFileSystem().stamp(of: path)?.size)
      let bit = Int.random(in: 0..<(size * 8), using: &generator)
      try flip(path, bit: bit)
      #expect(try reader.verify().bad.map(\.digest) == [digest.hex], "trial \(trial), bit \(bit) of \(node)")
      #expect(throws: StageError.self, "trial \(trial)") { try reader.url(of: "out", node: node) }
      let summary = try bench.coordinator.run(diamond(), options: bench.options)
      #expect(summary.executed == [node], "trial \(trial), bit \(bit) of \(node)")
      let made = try CacheReader(bench.folder).url(of: "out", node: "d")
      #expect(try String(contentsOf: made, encoding: .utf8) == Self.expected, "trial \(trial)")
    }
    print("storm: \(Self.flips) flips in the store, seed \(Self.seed)")
  }

  /// After any flip in the ledger, a run gives the right results: those that are there, or the same made again.
  @Test func noFlipInTheLedgerIsUsedAsAResult() throws {
    var generator = SeededGenerator(seed: Self.seed + 1)
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    // Into one file, as it lies on disk after a run ended.
    try DatabaseQueue(path: bench.folder.ledger).writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: bench.folder.ledger + suffix) }
    let good = try Data(contentsOf: URL(filePath: bench.folder.ledger))
    let truth = try results(bench)
    // Most of a small ledger is room for more: bits that stand for something are the ones to flip.
    let used = good.indices.filter { good[$0] != 0 }
    var noticed = 0
    for trial in 0..<Self.flips {
      for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: bench.folder.ledger + suffix) }
      var bad = good
      let bit = (used.randomElement(using: &generator) ?? 0) * 8 + Int.random(in: 0..<8, using: &generator)
      bad[bit / 8] ^= 1 << UInt8(bit % 8)
      try bad.write(to: URL(filePath: bench.folder.ledger))
      do {
        let summary = try bench.coordinator.run(diamond(), options: bench.options)
        #expect(summary.isSuccess, "trial \(trial), bit \(bit): \(summary.failed)")
        if !summary.executed.isEmpty || !summary.reused.isEmpty { noticed += 1 }
        #expect(
          try results(bench) == truth,
          "trial \(trial), bit \(bit), executed \(summary.executed), reused \(summary.reused)")
        // A reader finds the right artifact, or says that it finds none.
        if let file = try? CacheReader(bench.folder).url(of: "out", node: "d") {
          #expect(try String(contentsOf: file, encoding: .utf8) == Self.expected, "trial \(trial), bit \(bit)")
        }
      } catch let error as LedgerError {
        // Refused with a sentence: what was hit says which version wrote it.
        noticed += 1
        #expect(error.description.hasSuffix("."), "trial \(trial), bit \(bit): \(error)")
      }
    }
    print(
      "storm: \(Self.flips) flips in the ledger, seed \(Self.seed + 1), \(noticed) hit something that a run looks at")
  }

  /// What nodes have and what they were made from.
  private func results(_ bench: Workbench) throws -> [String: [String]] {
    let results = try CacheReader(bench.folder).results()
    return Dictionary(
      uniqueKeysWithValues: ["a", "b", "c", "d"].map { (id: NodeID) in
        guard let result = results[id] else { return (id.text, ["none"]) }
        return (id.text, [result.key.hex] + result.outputs.map { "\($0.name) \($0.artifact.digest.hex)" })
      })
  }
}
