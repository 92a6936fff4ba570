import GRDB

/// Writes results and all that belongs to them, for many nodes in one transaction.
struct ResultWriter {
  private let rows: RowWriter
  /// Rows that were written or found already: nodes of one graph have most components in common.
  private var components: [KeyComponent: Int] = [:]
  private var sources: [InputOrigin: Int] = [:]

  /// - Parameter db: in a transaction that outlives this.
  init(_ db: Database) {
    rows = RowWriter(db)
  }

  /// A node that was executed: its attempt, its result, and that this is its result now.
  mutating func commit(_ finished: FinishedNode, run: Int64) throws {
    let node = try node(finished.attempt.node)
    let execution = try add(finished.attempt, node: node, run: run, work: finished.work)
    let result = try put(finished, key: finished.attempt.key, execution: execution)
    try point(node: node, to: result, run: run, isExecuted: true)
  }

  /// A result as a record tells of it. Its execution is written once, however many records tell of it.
  ///
  /// - Parameter points: whether it becomes the result that its node has.
  mutating func take(_ record: ResultRecordLine, points: Bool = true) throws {
    let finished = FinishedNode(record)
    let node = try node(record.node)
    let known = try knownExecution(of: finished.attempt, node: node, behind: record.key)
    let execution =
      try known?.id ?? add(finished.attempt, node: node, run: record.executedRun ?? record.run, work: finished.work)
    let result = try put(finished, key: record.key, execution: execution)
    if points {
      let isExecuted = record.executedKey == nil && (known?.node ?? node) == node
      try point(node: node, to: result, run: record.run, isExecuted: isExecuted)
    }
    for acceptance in record.acceptances ?? [] { try add(acceptance) }
  }

  /// The result of a key, with its outputs and what the key is made of.
  /// - Returns: its row.
  private mutating func put(_ finished: FinishedNode, key: Key, execution: Int) throws -> Int {
    try rows.execute(
      """
      INSERT INTO results (key, stage, stage_version, execution_id, seal) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET execution_id = excluded.execution_id, seal = excluded.seal
      """,
      .string(key.hex), .string(finished.stage), .int(finished.stageVersion), .int(execution),
      .int(ResultSeal.value(key: key, outputs: finished.outputs)))
    guard let result = try result(of: key) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a row just written is not there")
    }
    try replaceOutputs(of: result, finished.outputs)
    try replaceComponents(of: result, finished.components, origins: finished.origins)
    // What was written is found where it is looked for: an index that was damaged would lead elsewhere.
    guard try outputs(of: result) == finished.outputs.map({ WrittenOutput($0) }) else { throw Self.indexDiffers }
    return result
  }

  /// The row of an attempt that is there already, and the node it was for: among those of the node, or behind a result of
  /// this key or of its own, since nodes with one key share the execution.
  private func knownExecution(of attempt: Attempt, node: Int, behind key: Key) throws -> (id: Int, node: Int)? {
    let (own, started) = (RowWriter.Value.string(attempt.key.hex), RowWriter.Value.double(attempt.started))
    let mine = try rows.integer(
      "SELECT id FROM executions WHERE node_id = ? AND key = ? AND started = ?", .int(node), own, started)
    if let mine { return (mine, node) }
    var found: (id: Int, node: Int)?
    try rows.forEach(
      """
      SELECT e.id, e.node_id FROM results r JOIN executions e ON e.id = r.execution_id
      WHERE r.key IN (?, ?) AND e.key = ? AND e.started = ?
      """, [own, .string(key.hex), own, started]
    ) { row in found = (row.integer(0), row.integer(1)) }
    return found
  }

  /// An acceptance, if it is not there.
  func add(_ acceptance: AcceptanceRecord) throws {
    let changes = String(decoding: try JobFormat.encode(acceptance.changes), as: UTF8.self)
    try rows.execute(
      """
      INSERT INTO acceptances (node_id, from_key, to_key, reason, accepted, changes, run_id)
      SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (
        SELECT 1 FROM acceptances WHERE node_id = ?1 AND from_key = ?2 AND to_key = ?3 AND accepted = ?5)
      """,
      .int(try node(acceptance.node)), .string(acceptance.fromKey.hex), .string(acceptance.toKey.hex),
      .string(acceptance.reason), .double(acceptance.accepted), .string(changes),
      .integer(acceptance.run.map { Int($0) }))
  }

  /// The row of a node, which is made where there is none.
  func node(_ node: NodeID) throws -> Int {
    if let id = try rows.integer("SELECT id FROM nodes WHERE name = ?", .string(node.text)) {
      try check("SELECT 1 FROM nodes WHERE id = ? AND name = ?", id, node.text)
      return id
    }
    try rows.execute("INSERT INTO nodes (name) VALUES (?)", .string(node.text))
    return rows.lastInsertedRow
  }

  /// The row of what came of a key; nil where there is none.
  func result(of key: Key) throws -> Int? {
    guard let id = try rows.integer("SELECT id FROM results WHERE key = ?", .string(key.hex)) else { return nil }
    try check("SELECT 1 FROM results WHERE id = ? AND key = ?", id, key.hex)
    return id
  }

  /// From now on, the node has this result.
  func point(node: Int, to result: Int, run: Int64, isExecuted: Bool) throws {
    try rows.execute("UPDATE nodes SET result_id = ? WHERE id = ?", .int(result), .int(node))
    try rows.execute(
      "INSERT OR REPLACE INTO run_nodes (run_id, node_id, result_id, is_executed) VALUES (?, ?, ?, ?)",
      .int(Int(run)), .int(node), .int(result), .flag(isExecuted))
  }

  /// An attempt, however it ended, with its metrics and the raw files that it took in.
  /// - Returns: its row.
  @discardableResult
  func add(_ attempt: Attempt, node: Int, run: Int64, work: Work? = nil) throws -> Int {
    let result = attempt.result
    let environment = result.environment.isEmpty ? nil : try JobFormat.encode(result.environment)
    try rows.execute(
      """
      INSERT INTO executions
        (run_id, node_id, key, attempt, started, duration, peak_memory, host, status, message, log, environment,
          flops, work_kind, log_tail)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      .int(Int(run)), .int(node), .string(attempt.key.hex), .int(attempt.number), .double(attempt.started),
      .double(result.duration), .integer(result.peakMemoryBytes), .string(result.host),
      .string(result.status.rawValue), .text(result.message), .text(attempt.logPath),
      .text(environment.map { String(decoding: $0, as: UTF8.self) }),
      .real(work.flatMap { $0.flops > 0 ? $0.flops : nil }), .text(work?.kind), .text(attempt.logTail))
    let execution = rows.lastInsertedRow
    for (position, metric) in result.metrics.enumerated() {
      try rows.execute(
        "INSERT INTO metrics (execution_id, position, name, step, value, is_volatile) VALUES (?, ?, ?, ?, ?, ?)",
        .int(execution), .int(position), .string(metric.name), .integer(metric.step),
        .real(metric.value.isNaN ? nil : metric.value), .flag(metric.isVolatile))
    }
    for file in result.rawFiles ?? [] {
      try rows.execute(
        "INSERT OR REPLACE INTO raw_files (execution_id, name, digest, size, origin) VALUES (?, ?, ?, ?, ?)",
        .int(execution), .string(file.name), .string(file.digest.hex), .int(file.size), .text(file.origin))
    }
    return execution
  }

  private func replaceOutputs(of result: Int, _ outputs: [OutputRecord]) throws {
    try rows.execute("DELETE FROM outputs WHERE result_id = ?", .int(result))
    for output in outputs {
      let artifact = output.artifact
      try rows.execute(
        """
        INSERT INTO artifacts (digest, size, inode, modified, changed, checked) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (digest) DO UPDATE SET size = excluded.size,
          inode = excluded.inode, modified = excluded.modified, changed = excluded.changed, checked = excluded.checked
        """,
        .string(artifact.digest.hex), .int(artifact.size), .integer(artifact.stamp?.inode),
        .integer(artifact.stamp?.modified), .integer(artifact.stamp?.changed), .int(artifact.checkedAt))
      try rows.execute(
        "INSERT INTO outputs (result_id, name, artifact_id) SELECT ?, ?, id FROM artifacts WHERE digest = ?",
        .int(result), .string(output.name), .string(artifact.digest.hex))
    }
  }

  /// What the key was made of, and where each input came from.
  mutating func replaceComponents(of result: Int, _ list: [KeyComponent], origins: [InputOrigin?]) throws {
    try rows.execute("DELETE FROM result_components WHERE result_id = ?", .int(result))
    for (position, component) in list.enumerated() {
      let source = position < origins.count ? try origins[position].map { try self.source($0) } : nil
      try rows.execute(
        "INSERT INTO result_components (result_id, position, component_id, source_id) VALUES (?, ?, ?, ?)",
        .int(result), .int(position), .int(try self.component(component)), .integer(source))
    }
  }

  private mutating func component(_ component: KeyComponent) throws -> Int {
    if let known = components[component] { return known }
    let (name, value) = (RowWriter.Value.string(component.name), RowWriter.Value.string(component.value))
    let there = try rows.integer("SELECT id FROM components WHERE name = ? AND value = ?", name, value)
    if there == nil { try rows.execute("INSERT INTO components (name, value) VALUES (?, ?)", name, value) }
    let id = there ?? rows.lastInsertedRow
    components[component] = id
    return id
  }

  private mutating func source(_ origin: InputOrigin) throws -> Int {
    if let known = sources[origin] { return known }
    let (node, name) = (RowWriter.Value.string(origin.node), RowWriter.Value.string(origin.name))
    let there = try rows.integer("SELECT id FROM sources WHERE node = ? AND name = ?", node, name)
    if there == nil { try rows.execute("INSERT INTO sources (node, name) VALUES (?, ?)", node, name) }
    let id = there ?? rows.lastInsertedRow
    sources[origin] = id
    return id
  }

  /// Puts the checksum on a result whose outputs are written.
  func seal(result: Int, key: Key) throws {
    let outputs = try outputs(of: result).map {
      OutputRecord(name: $0.name, artifact: Artifact(digest: $0.digest, size: $0.size, stamp: nil, checkedAt: 0))
    }
    try rows.execute(
      "UPDATE results SET seal = ? WHERE id = ?", .int(ResultSeal.value(key: key, outputs: outputs)), .int(result))
  }

  private struct WrittenOutput: Equatable {
    let name: String
    let digest: Digest
    let size: Int

    init(_ output: OutputRecord) {
      self.init(name: output.name, digest: output.artifact.digest, size: output.artifact.size)
    }

    init(name: String, digest: Digest, size: Int) {
      self.name = name
      self.digest = digest
      self.size = size
    }
  }

  private func outputs(of result: Int) throws -> [WrittenOutput] {
    var outputs: [WrittenOutput] = []
    try rows.forEach(
      """
      SELECT o.name, a.digest, a.size FROM outputs o JOIN artifacts a ON a.id = o.artifact_id
      WHERE o.result_id = ? ORDER BY o.name
      """, [.int(result)]
    ) { row in
      outputs.append(
        WrittenOutput(name: row.text(0), digest: row.digest(1) ?? Digest(trusted: ""), size: row.integer(2)))
    }
    return outputs
  }

  /// An index that says otherwise than its table is damage that SQLite does not notice by itself.
  private func check(_ sql: String, _ id: Int, _ text: String) throws {
    guard try rows.integer(sql, .int(id), .string(text)) == nil else { return }
    throw Self.indexDiffers
  }

  private static var indexDiffers: DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an index and its table differ")
  }
}
