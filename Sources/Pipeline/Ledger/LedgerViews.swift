import GRDB

/// A view that a program adds to the ledger, for whoever reads it with SQL: what the nodes mean in its own words.
public struct LedgerView: Hashable, Sendable {
  /// Letters, digits and `_`; not the name of a table or view of every ledger.
  public let name: String
  /// A SELECT over the tables and views of the ledger.
  public let query: String

  public init(name: String, query: String) {
    self.name = name
    self.query = query
  }

  /// As SQLite keeps it in `sqlite_master`.
  var definition: String { "CREATE VIEW \(name) AS \(query)" }
}

/// The views that every ledger has, for notebooks and `repro query`: their columns are documented and stay.
enum LedgerViews {
  private static func time(_ column: String) -> String { "strftime('%Y-%m-%dT%H:%M:%SZ', \(column), 'unixepoch')" }

  static let sql = """
    -- Runs, with what they did; `seconds` is NULL for one that is under way or was cut off.
    CREATE VIEW run_overview AS
      SELECT r.id AS run, \(time("r.started")) AS started, \(time("r.finished")) AS finished,
        r.finished - r.started AS seconds, r.status, r.host, r.pid, r.command,
        (SELECT count(*) FROM run_nodes n WHERE n.run_id = r.id AND n.is_executed = 1) AS executed,
        (SELECT count(*) FROM run_nodes n WHERE n.run_id = r.id AND n.is_executed = 0) AS reused,
        (SELECT count(*) FROM executions e WHERE e.run_id = r.id AND e.status = 'failed') AS failed_attempts
      FROM runs r;

    -- Attempts at nodes, with what is recorded of each.
    CREATE VIEW node_executions AS
      SELECT n.name AS node, e.run_id AS run, e.attempt, e.status, \(time("e.started")) AS started, e.duration AS seconds,
        e.peak_memory, e.host, e.environment, e.key, e.message, e.log
      FROM executions e JOIN nodes n ON n.id = e.node_id;

    -- Where the inputs of the current results came from; `source_node` is '' for a file.
    CREATE VIEW node_inputs AS
      SELECT n.name AS node, substr(c.name, 8) AS input, c.value AS digest, s.node AS source_node, s.name AS source
      FROM nodes n JOIN result_components rc ON rc.result_id = n.result_id
        JOIN components c ON c.id = rc.component_id AND c.name LIKE 'inputs.%'
        LEFT JOIN sources s ON s.id = rc.source_id;

    -- Every artifact with the results it is an output of, of whatever time, and the node each was executed for.
    CREATE VIEW artifact_origins AS
      SELECT a.digest, a.size, o.name AS output, n.name AS node, r.stage, r.stage_version, r.key, e.run_id AS run,
        \(time("e.started")) AS started
      FROM artifacts a JOIN outputs o ON o.artifact_id = a.id JOIN results r ON r.id = o.result_id
        LEFT JOIN executions e ON e.id = r.execution_id LEFT JOIN nodes n ON n.id = e.node_id;

    -- Metrics of the current results that belong to an epoch, or another step. Those that differ between equal runs, such
    -- as rates, have `is_volatile` 1.
    CREATE VIEW metrics_by_epoch AS
      SELECT node, metric, step AS epoch, value, is_volatile FROM node_metrics WHERE step IS NOT NULL;

    -- Results that were kept across a change; `is_current` while that is the node's.
    CREATE VIEW accepted_results AS
      SELECT n.name AS node, a.reason, \(time("a.accepted")) AS accepted, a.run_id AS run, a.from_key, a.to_key, a.changes,
        coalesce((SELECT r.key = a.to_key AND e.key <> r.key FROM results r LEFT JOIN executions e ON e.id = r.execution_id
          WHERE r.id = n.result_id), 0) AS is_current
      FROM acceptances a JOIN nodes n ON n.id = a.node_id;
    """
}

extension Ledger {
  /// Brings the program's own views up to date. Where they are already, nothing is written.
  func install(_ views: [LedgerView]) throws(LedgerError) {
    guard !views.isEmpty else { return }
    let known = try read { db in
      Dictionary(
        try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'view'")
          .map { row -> (String, String) in (row[0], row[1]) }, uniquingKeysWith: { first, _ in first })
    }
    let changed = views.filter { known[$0.name] != $0.definition }
    guard !changed.isEmpty else { return }
    try write { db in
      for view in changed {
        try db.execute(sql: "DROP VIEW IF EXISTS \(view.name)")
        try db.execute(sql: view.definition)
      }
    }
  }
}
