import Pipeline

/// What the nodes mean, in SQL: the ledger knows names, readers want methods, datasets and dimensions.
enum CellViews {
  static let all = [cells, cellMetrics]

  /// A row for each training, probe or bound node: its name taken apart. Names hold no quotes, so they fit into JSON.
  private static let parts = """
    SELECT id, name, result_id, stage, json_extract(parts, '$[1]') AS dataset, json_extract(parts, '$[2]') AS method,
      CAST(substr(json_extract(parts, '$[3]'), 2) AS INTEGER) AS dimension,
      CAST(substr(json_extract(parts, '$[4]'), 2) AS INTEGER) AS seed
    FROM (SELECT n.id, n.name, n.result_id, r.stage, '["' || replace(n.name, '/', '","') || '"]' AS parts
      FROM nodes n JOIN results r ON r.id = n.result_id
      WHERE r.stage IN ('train', 'probe', 'bound') AND n.name LIKE r.stage || '/%/%/d%/s%')
    """

  /// A row for each cell that was trained: its nodes, their keys, how long each took and which run made it.
  static let cells = LedgerView(
    name: "cells",
    query: """
      WITH parts AS (\(parts)), made AS (
        SELECT p.*, r.key, e.duration, e.run_id FROM parts p JOIN results r ON r.id = p.result_id
          LEFT JOIN executions e ON e.id = r.execution_id)
      SELECT t.dataset, t.method, t.dimension, t.seed, t.name AS train, t.key AS train_key, t.duration AS train_seconds,
        t.run_id AS train_run, p.name AS probe, p.key AS probe_key, p.duration AS probe_seconds, p.run_id AS probe_run,
        b.name AS bound, b.key AS bound_key, b.duration AS bound_seconds, b.run_id AS bound_run
      FROM made t
        LEFT JOIN made p ON p.stage = 'probe' AND (p.dataset, p.method, p.dimension, p.seed)
          = (t.dataset, t.method, t.dimension, t.seed)
        LEFT JOIN made b ON b.stage = 'bound' AND (b.dataset, b.method, b.dimension, b.seed)
          = (t.dataset, t.method, t.dimension, t.seed)
      WHERE t.stage = 'train' ORDER BY t.dataset, t.method, t.dimension, t.seed
      """)

  /// The metrics of the current results, by cell and epoch.
  static let cellMetrics = LedgerView(
    name: "cell_metrics",
    query: """
      SELECT p.dataset, p.method, p.dimension, p.seed, p.stage, m.step AS epoch, m.name AS metric, m.value, m.is_volatile
      FROM (\(parts)) p JOIN results r ON r.id = p.result_id JOIN metrics m ON m.execution_id = r.execution_id
      """)
}
