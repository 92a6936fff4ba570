import Foundation
import GRDB
import Testing

@testable import Pipeline

@Suite struct LedgerQueryTests {
  private static let lengths = LedgerView(
    name: "lengths", query: "SELECT node, value AS length FROM node_metrics WHERE metric = 'length'")

  private func reader() throws -> (Workbench, CacheReader) {
    let bench = try Workbench()
    _ = try bench.coordinator.run(diamond(), options: bench.options)
    return (bench, try CacheReader(bench.folder))
  }

  @Test func aSelectIsAnswered() throws {
    let (_, reader) = try reader()
    let answer = try reader.query(
      "SELECT node, value, NULL AS none FROM node_metrics WHERE metric = 'length' ORDER BY node")
    #expect(answer.columns == ["node", "value", "none"])
    #expect(answer.rows.map { $0[0] } == [.text("a"), .text("b"), .text("c"), .text("d")])
    #expect(answer.rows[0] == [.text("a"), .real(3), .null])
    #expect(answer.csv.hasPrefix("node,value,none\r\na,3.0,\r\n"))
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(answer)) as? [[String: Any]]
    #expect(object?.first?["value"] as? Double == 3 && object?.first?["none"] is NSNull)
    #expect(answer.text.split(separator: "\n").count == 5)
  }

  @Test func fieldsOfCSVAreQuoted() throws {
    let (_, reader) = try reader()
    let answer = try reader.query("SELECT 'a,b' AS x, 'say \"hi\"' AS \"y\"\"\", char(10) AS z")
    #expect(answer.csv == "x,\"y\"\"\",z\r\n\"a,b\",\"say \"\"hi\"\"\",\"\n\"\r\n")
  }

  /// Neither the ledger nor another file nor a setting can be changed.
  @Test(arguments: [
    "DELETE FROM runs", "INSERT INTO nodes (name) VALUES ('x')", "UPDATE runs SET status = 'done'", "DROP TABLE runs",
    "CREATE TABLE t (a)", "CREATE TEMP TABLE t (a)", "PRAGMA journal_mode = DELETE", "PRAGMA query_only = 0",
    "PRAGMA writable_schema = 1", "ATTACH DATABASE ':memory:' AS x", "VACUUM", "VACUUM INTO '/nowhere/x'", "BEGIN",
    "BEGIN EXCLUSIVE", "COMMIT", "REINDEX", "ANALYZE", "WITH x AS (SELECT 1) DELETE FROM runs", "SELECT 1; SELECT 2",
    "SELECT 1; DELETE FROM runs", "DETACH DATABASE main", "SAVEPOINT s", "SELECT * FROM pragma_journal_mode('delete')",
    "REPLACE INTO nodes (name) VALUES ('a')", "", "-- nothing", "SELEC 1", "SELECT * FROM nowhere",
    "SELECT load_extension('x')",
    "SELECT writefile('/nowhere/x', 'y')", "EXPLAIN DELETE FROM runs",
  ])
  func nothingElseIs(sql: String) throws {
    let (bench, reader) = try reader()
    let before = try Data(contentsOf: URL(filePath: bench.folder.ledger))
    #expect(throws: QueryError.self) { try reader.query(sql) }
    #expect(try Data(contentsOf: URL(filePath: bench.folder.ledger)) == before)
    // And the next question is answered.
    #expect(try reader.query("SELECT count(*) FROM runs").rows == [[.integer(1)]])
  }

  @Test func viewsOfTheProgramAreThereBeforeAndAfterARun() throws {
    let (bench, reader) = try reader()
    let question = "SELECT length FROM lengths WHERE node = 'a'"
    #expect(throws: QueryError.self) { try reader.query(question) }
    #expect(try reader.query(question, views: [Self.lengths]).rows == [[.real(3)]])
    #expect(throws: QueryError.self) { try CacheReader(bench.folder).query(question) }
    var registry = bench.registry
    registry.views = [Self.lengths]
    let coordinator = Coordinator(
      folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry))
    _ = try coordinator.run(diamond(), options: bench.options)
    #expect(try CacheReader(bench.folder).query(question).rows == [[.real(3)]])
    // A view that the program changed is replaced.
    registry.views = [LedgerView(name: "lengths", query: "SELECT 7 AS length, 'a' AS node")]
    _ = try Coordinator(folder: bench.folder, registry: registry, executor: InProcessExecutor(registry: registry))
      .run(diamond(), options: bench.options)
    #expect(try CacheReader(bench.folder).query(question).rows == [[.integer(7)]])
  }

  /// The columns that docs/ledger.md promises.
  @Test(arguments: [
    ("run_overview", "run started finished seconds status host pid command executed reused failed_attempts"),
    ("node_executions", "node run attempt status started seconds peak_memory host environment key message log"),
    ("node_inputs", "node input digest source_node source"),
    ("artifact_origins", "digest size output node stage stage_version key run started"),
    ("metrics_by_epoch", "node metric epoch value is_volatile"),
    ("accepted_results", "node reason accepted run from_key to_key changes is_current"),
    ("node_results", "node stage stage_version key run started duration peak_memory host"),
    ("node_components", "node position name value"), ("node_outputs", "node output digest size"),
    ("node_metrics", "node metric step value is_volatile"),
  ])
  func viewsHaveTheirColumns(view: String, columns: String) throws {
    let (_, reader) = try reader()
    let answer = try reader.query("SELECT * FROM \(view)")
    #expect(answer.columns == columns.split(separator: " ").map(String.init))
    #expect(answer.rows.isEmpty == (view == "accepted_results"))
    let page = try String(
      contentsOf: URL(filePath: #filePath).appending(path: "../../../../docs/ledger.md").standardizedFileURL,
      encoding: .utf8)
    #expect(page.contains("**`\(view)`**"))
  }

  /// A ledger that no run has brought up to date yet is read all the same, and left as it is.
  @Test func aLedgerOfAnEarlierVersionIsRead() throws {
    let root = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: root) }
    let folder = CacheFolder(root)
    let queue = try DatabaseQueue(path: folder.ledger)
    try LedgerSchema.migrator.migrate(queue, upTo: "2")
    try queue.write { db in
      try db.execute(
        sql: "INSERT INTO runs (id, started, status, host, pid, command) VALUES (5, 0, 'done', 'h', 1, 'repro all')")
    }
    try queue.close()
    let before = try Data(contentsOf: URL(filePath: folder.ledger))
    let reader = try CacheReader(folder)
    #expect(try reader.runList(limit: 5).runs.map(\.run) == [5])
    #expect(try reader.query("SELECT run, command FROM run_overview").rows == [[.integer(5), .text("repro all")]])
    #expect(try Data(contentsOf: URL(filePath: folder.ledger)) == before)
    #expect(try Ledger.open(folder).runs().map(\.id) == [5])
  }
}
