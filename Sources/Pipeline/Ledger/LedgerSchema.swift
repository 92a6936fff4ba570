import GRDB

/// The tables, as migrations: each is applied once and never changed afterwards.
enum LedgerSchema {
  /// `Repr` in ASCII, in SQLite's header: tells a ledger from any other database.
  static let applicationID = 0x5265_7072

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: version1)
    }
    migrator.registerMigration("2") { db in
      try db.execute(sql: version2)
    }
    migrator.registerMigration("origins") { db in
      try db.execute(sql: origins)
      try db.execute(sql: LedgerViews.sql)
    }
    migrator.registerMigration("seals") { db in
      try db.execute(sql: seals)
      let writer = ResultWriter(db)
      for row in try Row.fetchAll(db, sql: "SELECT id, key FROM results") {
        try writer.seal(result: row[0], key: Key(Digest(trusted: row[1])))
      }
    }
    migrator.registerMigration("log-tails") { db in
      try db.execute(sql: logTails)
      let rows = try Row.fetchAll(
        db,
        sql:
          "SELECT DISTINCT e.id, e.log FROM results r JOIN executions e ON e.id = r.execution_id WHERE e.log IS NOT NULL"
      )
      for row in rows {
        guard let tail = LogFile.kept(of: row[1] as String) else { continue }
        try db.execute(sql: "UPDATE executions SET log_tail = ? WHERE id = ?", arguments: [tail, row[0] as Int64])
      }
    }
    return migrator
  }

  private static let logTails = """
    -- The last lines that it printed, since logs are cleared; NULL where it printed none, or its log was gone already.
    ALTER TABLE executions ADD COLUMN log_tail TEXT;
    """

  private static let seals = """
    -- A checksum over the key and the outputs: see `ResultSeal`. An entry whose seal does not fit counts as none.
    ALTER TABLE results ADD COLUMN seal INTEGER;
    """

  private static let version1 = """
    -- One invocation that executed or reused something.
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      started REAL NOT NULL,
      finished REAL,
      status TEXT NOT NULL CHECK (status IN ('running', 'done', 'failed', 'interrupted')),
      host TEXT NOT NULL,
      pid INTEGER NOT NULL,
      command TEXT NOT NULL
    ) STRICT;

    -- A result: what came of a key. It is executed at most once while its artifacts last.
    CREATE TABLE results (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE CHECK (length(key) = 64),
      stage TEXT NOT NULL,
      stage_version INTEGER NOT NULL,
      execution_id INTEGER REFERENCES executions (id) DEFERRABLE INITIALLY DEFERRED
    ) STRICT;

    -- A node by name, with its last result.
    CREATE TABLE nodes (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      result_id INTEGER REFERENCES results (id)
    ) STRICT;
    CREATE INDEX nodes_by_result ON nodes (result_id);

    CREATE TABLE components (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      value TEXT NOT NULL,
      UNIQUE (name, value)
    ) STRICT;
    CREATE TABLE result_components (
      result_id INTEGER NOT NULL REFERENCES results (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      component_id INTEGER NOT NULL REFERENCES components (id),
      PRIMARY KEY (result_id, position)
    ) STRICT, WITHOUT ROWID;

    -- A file of the store; the last five columns are the stat cache.
    CREATE TABLE artifacts (
      id INTEGER PRIMARY KEY,
      digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
      size INTEGER NOT NULL,
      inode INTEGER,
      modified INTEGER,
      changed INTEGER,
      checked INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE outputs (
      result_id INTEGER NOT NULL REFERENCES results (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      artifact_id INTEGER NOT NULL REFERENCES artifacts (id),
      PRIMARY KEY (result_id, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX outputs_by_artifact ON outputs (artifact_id);

    -- Raw files, by path.
    CREATE TABLE files (
      path TEXT PRIMARY KEY,
      digest TEXT NOT NULL CHECK (length(digest) = 64),
      size INTEGER NOT NULL,
      inode INTEGER NOT NULL,
      modified INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      checked INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- One attempt to run a node. Times in seconds, `started` since 1970.
    CREATE TABLE executions (
      id INTEGER PRIMARY KEY,
      run_id INTEGER NOT NULL REFERENCES runs (id),
      node_id INTEGER NOT NULL REFERENCES nodes (id),
      key TEXT NOT NULL,
      attempt INTEGER NOT NULL,
      started REAL NOT NULL,
      duration REAL NOT NULL,
      peak_memory INTEGER,
      host TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('done', 'failed', 'cancelled')),
      message TEXT,
      log TEXT
    ) STRICT;
    CREATE INDEX executions_by_node ON executions (node_id, id);
    CREATE INDEX executions_by_run ON executions (run_id);

    -- Which result a run gave a node, executed by it or found again.
    CREATE TABLE run_nodes (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      node_id INTEGER NOT NULL REFERENCES nodes (id),
      result_id INTEGER NOT NULL REFERENCES results (id),
      is_executed INTEGER NOT NULL,
      PRIMARY KEY (run_id, node_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX run_nodes_by_node ON run_nodes (node_id, run_id);

    -- `value` is NULL for what is not a number.
    CREATE TABLE metrics (
      execution_id INTEGER NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      step INTEGER,
      value REAL,
      is_volatile INTEGER NOT NULL,
      PRIMARY KEY (execution_id, position)
    ) STRICT, WITHOUT ROWID;

    -- Results kept across a change that somebody judged cosmetic.
    CREATE TABLE acceptances (
      id INTEGER PRIMARY KEY,
      node_id INTEGER NOT NULL REFERENCES nodes (id),
      from_key TEXT NOT NULL,
      to_key TEXT NOT NULL,
      reason TEXT NOT NULL,
      accepted REAL NOT NULL
    ) STRICT;

    CREATE VIEW node_results AS
      SELECT n.name AS node, r.stage, r.stage_version, r.key, e.run_id AS run, e.started, e.duration, e.peak_memory, e.host
      FROM nodes n JOIN results r ON r.id = n.result_id LEFT JOIN executions e ON e.id = r.execution_id;
    CREATE VIEW node_components AS
      SELECT n.name AS node, rc.position, c.name, c.value
      FROM nodes n JOIN result_components rc ON rc.result_id = n.result_id JOIN components c ON c.id = rc.component_id;
    CREATE VIEW node_outputs AS
      SELECT n.name AS node, o.name AS output, a.digest, a.size
      FROM nodes n JOIN outputs o ON o.result_id = n.result_id JOIN artifacts a ON a.id = o.artifact_id;
    CREATE VIEW node_metrics AS
      SELECT n.name AS node, m.name AS metric, m.step, m.value, m.is_volatile
      FROM nodes n JOIN results r ON r.id = n.result_id JOIN metrics m ON m.execution_id = r.execution_id;
    """

  private static let version2 = """
    -- What the program said of the machine, as a JSON object of strings; NULL where it said nothing.
    ALTER TABLE executions ADD COLUMN environment TEXT;
    """

  private static let origins = """
    -- Where an input came from: the output `name` of a node ('' for all of them, a trailing / for a folder), or, where
    -- `node` is '', the file at the path `name`. What stood in the ledger before has none.
    CREATE TABLE sources (
      id INTEGER PRIMARY KEY,
      node TEXT NOT NULL,
      name TEXT NOT NULL,
      UNIQUE (node, name)
    ) STRICT;
    ALTER TABLE result_components ADD COLUMN source_id INTEGER REFERENCES sources (id);

    -- What the node said it had to do, so that its time can be scaled to other parameters; NULL where it said nothing.
    ALTER TABLE executions ADD COLUMN flops REAL;
    ALTER TABLE executions ADD COLUMN work_kind TEXT;

    -- Files that a stage took in from outside while it ran, such as downloads.
    CREATE TABLE raw_files (
      execution_id INTEGER NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      digest TEXT NOT NULL CHECK (length(digest) = 64),
      size INTEGER NOT NULL,
      origin TEXT,
      PRIMARY KEY (execution_id, name)
    ) STRICT, WITHOUT ROWID;

    -- What the acceptance passed over, as a JSON array of {component, from, to}, and the run that stands for it.
    ALTER TABLE acceptances ADD COLUMN changes TEXT;
    ALTER TABLE acceptances ADD COLUMN run_id INTEGER REFERENCES runs (id);
    """
}
