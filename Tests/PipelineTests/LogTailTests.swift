import Foundation
import GRDB
import Testing

@testable import Pipeline

/// What a node printed at last stays with its result, whatever becomes of the log.
@Suite struct LogTailTests {
  private static let registry = StageRegistry([
    StageDefinition(name: "talk", version: 1, isLight: true) { context in
      for line in context.parameters["says"]?.stringValue?.split(separator: "|") ?? [] { context.log(String(line)) }
      try context.write(Data(context.node.text.utf8), to: "out")
    }
  ])

  private static func graph() throws -> Graph {
    try Graph(
      [("loud", "one|two"), ("blank", " | "), ("silent", "")].map { name, says in
        Node(
          id: NodeID(trusted: name), stage: "talk", parameters: ["says": .string(says), "name": .string(name)],
          inputs: [],
          outputs: ["out"])
      })
  }

  private func coordinator(_ bench: Workbench) -> Coordinator {
    Coordinator(
      folder: bench.folder, registry: Self.registry,
      executor: InProcessExecutor(registry: Self.registry, files: bench.files), files: bench.files)
  }

  private func tails(_ bench: Workbench) throws -> [String: String] {
    let executions = try CacheReader(bench.folder).ledger.currentExecutions()
    #expect(executions.count == 3)
    return Dictionary(
      uniqueKeysWithValues: executions.compactMap { id, execution in
        execution.logTail.map { (id.text, $0) }
      })
  }

  /// Logs go, then the ledger, then the machine.
  @Test func itOutlivesTheLog() throws {
    let bench = try Workbench()
    let said = ["loud": "one\ntwo"]
    #expect(try coordinator(bench).run(Self.graph(), options: bench.options).executed.count == 3)
    #expect(try tails(bench) == said)
    try FileManager.default.removeItem(atPath: bench.folder.logs)
    #expect(try tails(bench) == said)

    let archive = bench.root.appending(path: "cache.tar").path
    _ = try CacheReader(bench.folder, files: bench.files).export(nil, to: archive)
    let target = try Workbench()
    _ = try coordinator(target).take(archive: archive, options: target.options)
    #expect(try tails(target) == said)

    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: bench.folder.ledger + suffix) }
    #expect(try coordinator(bench).run(Self.graph(), options: bench.options).upToDateCount == 3)
    #expect(try tails(bench) == said)
  }

  /// A ledger of an earlier version takes the logs in that are there.
  @Test func anEarlierLedgerTakesInItsLogs() throws {
    let root = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    let log = root.appending(path: "a.log")
    try Data("first\nsecond\n".utf8).write(to: log)
    let queue = try DatabaseQueue()
    try LedgerSchema.migrator.migrate(queue, upTo: "seals")
    try queue.write { db in
      try db.execute(sql: "INSERT INTO runs (id, started, status, host, pid, command) VALUES (1, 0, 'done', '', 0, '')")
      for (id, path) in [(1, log.path), (2, root.appending(path: "gone.log").path)] {
        try db.execute(sql: "INSERT INTO nodes (id, name) VALUES (?, ?)", arguments: [id, "n\(id)"])
        try db.execute(
          sql: """
            INSERT INTO executions (id, run_id, node_id, key, attempt, started, duration, host, status, log)
            VALUES (?, 1, ?, ?, 1, 0, 2, 'h', 'done', ?)
            """, arguments: [id, id, String(repeating: "\(id)", count: 64), path])
        try db.execute(
          sql: "INSERT INTO results (key, stage, stage_version, execution_id) VALUES (?, 's', 1, ?)",
          arguments: [String(repeating: "\(id)", count: 64), id])
      }
    }
    let ledger = try Ledger(queue)
    #expect(try ledger.executions(of: "n1").map(\.logTail) == ["first\nsecond"])
    #expect(try ledger.executions(of: "n2").map(\.logTail) == [nil])
  }

  private func kept(_ text: String, isCut: Bool = false) -> String? {
    LogFile.kept(of: Array(text.utf8)[...], isCut: isCut)
  }

  @Test func linesAreWholeAndFew() {
    #expect(kept("") == nil && kept(" \n\t\r\n") == nil)
    #expect(kept("a\r\n\r\nb\n") == "a\nb")
    #expect(kept("rest of one\ntwo\n", isCut: true) == "two" && kept("rest of one", isCut: true) == "rest of one")
    #expect(kept("a\0b") == "a\u{FFFD}b")
    #expect(
      kept((1...40).map(String.init).joined(separator: "\n")) == (29...40).map(String.init).joined(separator: "\n"))
    let letter = Array("é!".utf8)
    #expect(LogFile.kept(of: letter[1...], isCut: true) == "!")
  }

  /// However long a log is, what is kept of it is its end, and bounded.
  @Test func anyLogIsBounded() throws {
    let root = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    let path = root.appending(path: "log").path
    #expect(LogFile.kept(of: path) == nil && LogFile.kept(of: root.path) == nil)
    var generator = SeededGenerator(seed: 40)
    for round in 0..<200 {
      let lines = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
        String(repeating: "ü", count: Int.random(in: 1...150, using: &generator))
      }
      let text = lines.joined(separator: "\n")
      try Data(text.utf8).write(to: URL(filePath: path))
      let tail = try #require(LogFile.kept(of: path), "round \(round)")
      #expect(tail.utf8.count <= LogFile.keptBytes && text.hasSuffix(tail), "round \(round)")
      #expect(tail.split(separator: "\n").count <= LogFile.keptLines, "round \(round)")
      #expect(tail.split(separator: "\n").last.map(String.init) == lines.last, "round \(round)")
    }
    try Data([UInt8](repeating: 0xFF, count: 5000)).write(to: URL(filePath: path))
    #expect(try #require(LogFile.kept(of: path)).utf8.count <= 3 * LogFile.keptBytes)
  }
}
