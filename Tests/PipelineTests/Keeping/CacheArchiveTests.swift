import Foundation
import Testing

@testable import Pipeline

@Suite struct CacheArchiveTests {
  private func filled(_ graph: Graph) throws -> Workbench {
    let bench = try Workbench()
    _ = try bench.coordinator.run(graph, options: bench.options)
    return bench
  }

  private func export(_ bench: Workbench, _ nodes: Set<NodeID>? = nil, name: String = "cache.tar") throws -> String {
    let path = bench.root.appending(path: name).path
    _ = try CacheReader(bench.folder, files: bench.files).export(nodes, to: path)
    return path
  }

  @Test(arguments: ["cache.tar", "cache.tar.gz"])
  func anotherMachineTakesItIn(name: String) throws {
    let source = try filled(diamond())
    let archive = try export(source, name: name)
    let target = try Workbench()
    let imported = try target.coordinator.take(archive: archive, options: target.options)
    #expect(imported.results == 4 && imported.artifacts == 4 && imported.incomplete.isEmpty)
    // Nothing is executed, and everything that is known of the results came along.
    #expect(try target.coordinator.run(diamond(), options: target.options).upToDateCount == 4)
    let reader = try CacheReader(target.folder)
    #expect(try reader.ledger.metrics(of: "a").map(\.name) == ["length", "seconds"])
    #expect(try reader.ledger.components(of: "d") == CacheReader(source.folder).ledger.components(of: "d"))
    #expect(try reader.verify().isSound)
    // Once more, nothing is taken in.
    let again = try target.coordinator.take(archive: archive, options: target.options)
    #expect(again.results == 0 && again.known == 4 && again.artifacts == 0)
    #expect(try LocalFileSystem().list(target.folder.work) == [])
  }

  /// What another ledger calls run 3 is no run of this one, not even after the ledger was lost.
  @Test func importedResultsCountToTheRunThatTookThemIn() throws {
    let source = try Workbench()
    for text in ["one", "two", "a"] { _ = try source.coordinator.run(diamond(a: ["text": .string(text)])) }
    let target = try filled(Graph([join("own")]))
    _ = try target.coordinator.take(archive: export(source), options: target.options)
    let records = try ResultJournal(folder: target.folder, files: target.files).read().records
    #expect(records.map(\.run) == [1, 2, 2, 2, 2])
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: target.folder.ledger + suffix) }
    let graph = try Graph(diamond().nodes + [join("own")])
    #expect(try target.coordinator.run(graph, options: target.options).upToDateCount == 5)
    let ledger = try CacheReader(target.folder).ledger
    #expect(try ledger.runs().map(\.id) == [2, 1])
    #expect(try ledger.executions(of: "d").map(\.run) == [2] && ledger.executions(of: "own").map(\.run) == [1])
  }

  /// What is told on the way grows to the number of bytes that was moved, of which it speaks from the beginning.
  @Test func progressEndsAtTheWhole() throws {
    let source = try filled(diamond())
    let path = source.root.appending(path: "cache.tar").path
    var written: [(done: Int, total: Int)] = []
    let exported = try CacheReader(source.folder, files: source.files).export(to: path) { written.append(($0, $1)) }
    let target = try Workbench()
    var read: [(done: Int, total: Int)] = []
    _ = try target.coordinator.take(archive: path, options: target.options) { read.append(($0, $1)) }
    var checked: [(done: Int, total: Int)] = []
    _ = try CacheReader(target.folder).verify { checked.append(($0, $1)) }
    for steps in [written, read, checked] {
      #expect(steps.last?.done == exported.bytes && steps.allSatisfy { $0.total == exported.bytes })
      #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.done <= $1.done })
    }
  }

  @Test func theSameResultsGiveTheSameArchive() throws {
    let bench = try filled(diamond())
    let first = try Data(contentsOf: URL(filePath: export(bench, name: "one.tar.gz")))
    #expect(try first == Data(contentsOf: URL(filePath: export(bench, name: "two.tar.gz"))))
  }

  @Test func aPartOfTheCache() throws {
    let source = try filled(diamond())
    let target = try Workbench()
    let imported = try target.coordinator.take(archive: export(source, ["a", "b"]), options: target.options)
    #expect(imported.results == 2)
    #expect(try target.coordinator.run(diamond(), options: target.options).executed == ["c", "d"])
    #expect(throws: CacheArchiveError.self) { try export(source, ["nothing"]) }
  }

  @Test func aDamagedArtifactIsNotExported() throws {
    let bench = try filled(diamond())
    let digest = try #require(CacheReader(bench.folder).lastResult(of: "b")?.outputs.first?.artifact.digest)
    let path = Store(folder: bench.folder).path(of: digest)
    chmod(path, 0o644)
    var data = try Data(contentsOf: URL(filePath: path))
    data[0] ^= 4
    try data.write(to: URL(filePath: path))
    let error = #expect(throws: CacheArchiveError.self) { try export(bench) }
    #expect(error?.description.contains(digest.hex) == true)
    #expect(!FileManager.default.fileExists(atPath: bench.root.appending(path: "cache.tar").path))
    #expect(!FileManager.default.fileExists(atPath: bench.root.appending(path: "cache.tar.part").path))
  }

  /// Whatever bit of an archive flips, what is taken in is what was exported, or nothing.
  @Test func anyDamageRefusesTheArchive() throws {
    let source = try filled(diamond())
    let good = try Data(contentsOf: URL(filePath: export(source)))
    let expected = try CacheReader(source.folder).results().mapValues { $0.outputs.map(\.artifact.digest) }
    var generator = SeededGenerator(seed: 5)
    var refused = 0
    for trial in 0..<60 {
      let target = try Workbench()
      var bad = good
      let bit = Int.random(in: 0..<(good.count * 8), using: &generator)
      bad[bit / 8] ^= 1 << UInt8(bit % 8)
      if trial % 5 == 4 { bad = bad.prefix(Int.random(in: 0..<good.count, using: &generator)) }
      let path = target.root.appending(path: "bad.tar").path
      try bad.write(to: URL(filePath: path))
      do {
        _ = try target.coordinator.take(archive: path, options: target.options)
        let results = try CacheReader(target.folder).results().mapValues { $0.outputs.map(\.artifact.digest) }
        for (node, digests) in results { #expect(expected[node] == digests, "bit \(bit)") }
        #expect(try CacheReader(target.folder).verify().bad.isEmpty, "bit \(bit)")
      } catch let error as CacheArchiveError {
        refused += 1
        #expect(error.description.hasSuffix(".") || error.description.hasSuffix("?"))
        #expect(try LocalFileSystem().list(target.folder.objects) == [], "bit \(bit)")
      }
    }
    #expect(refused > 20)
  }

  @Test func whatIsNoArchiveIsRefused() throws {
    let bench = try Workbench()
    let path = bench.root.appending(path: "no.tar").path
    #expect(throws: CacheArchiveError.self) { try bench.coordinator.take(archive: path, options: bench.options) }
    try Data("no archive".utf8).write(to: URL(filePath: path))
    #expect(throws: CacheArchiveError.self) { try bench.coordinator.take(archive: path, options: bench.options) }
    let writer = try CacheArchiveWriter(path)
    try writer.add("../../etc/passwd", Data("x".utf8))
    try writer.finish()
    let error = #expect(throws: CacheArchiveError.self) {
      try bench.coordinator.take(archive: path, options: bench.options)
    }
    #expect(error?.description.contains("../../etc/passwd") == true)
  }
}
