/// What made a result, down to the digests of raw files: what `repro show` says.
public struct Provenance: Codable, Sendable {
  /// A file of the store, or one that has the same bytes.
  public struct File: Codable, Sendable, Hashable {
    public let digest: String
    /// Bytes.
    public let size: Int
    /// What the node that made it calls it.
    public let output: String
    /// `intact`, `missing`, `damaged` or `unreadable`: it is held against its digest where its stamp moved since it was last
    /// found right, as a run does; `verify` reads it whatever the stamp says.
    public let state: String
    /// Where it lies in the store.
    public let path: String
  }

  public struct Parameter: Codable, Sendable, Hashable {
    /// A dotted path.
    public let name: String
    /// JSON.
    public let value: String
  }

  public struct Input: Codable, Sendable, Hashable {
    public let name: String
    public let digest: String
    /// The node it came from; absent for a file, and where that is not stored.
    public let node: String?
    /// The output of that node (a folder ends in `/`; '' for all outputs), or the path of a file.
    public let source: String?
  }

  /// A node upstream, as far as its result is stored.
  public struct Ancestor: Codable, Sendable, Hashable {
    public let node: String
    public let stage: String
    public let version: Int
    public let key: String
  }

  /// What came from outside.
  public struct Raw: Codable, Sendable, Hashable {
    public let name: String
    public let digest: String
    /// The node that took it in.
    public let node: String
    /// Bytes, address or path; absent where not known.
    public let size: Int?
    public let origin: String?
  }

  /// The execution that made the result; absent as a whole where none is stored.
  public struct Execution: Codable, Sendable, Hashable {
    public let run: Int64
    public let command: String?
    public let attempt: Int
    /// ISO 8601, UTC.
    public let started: String
    public let seconds: Double
    /// Bytes; absent for what ran inside the coordinator.
    public let peakMemory: Int?
    public let host: String
    /// What the program said of the machine, such as processor and kernel.
    public let machine: [String: String]
    public let log: String?
  }

  public struct Measure: Codable, Sendable, Hashable {
    public let name: String
    /// The last step that it was reported for.
    public let step: Int?
    /// Absent for what is not a number.
    public let value: Double?
  }

  public let schema: String
  /// The artifact that was asked about, or whose bytes the file asked about has.
  public let file: File?
  public let node: String
  /// Whether that is the result the node has now.
  public let isCurrent: Bool
  /// Other nodes with the same key, which share the result.
  public let sharedWith: [String]
  public let stage: String
  public let version: Int
  public let key: String
  public let execution: Execution?
  /// Changes across which the result was kept, the oldest first.
  public let acceptances: [Acceptance]
  public let parameters: [Parameter]
  public let inputs: [Input]
  public let outputs: [File]
  public let metrics: [Measure]
  /// Every node upstream, inputs before what uses them.
  public let ancestors: [Ancestor]
  public let rawFiles: [Raw]
}

extension CacheReader {
  /// What made the result that a node has.
  /// - Throws: `StageError` where it was never built.
  public func provenance(of node: NodeID) throws -> Provenance {
    guard let result = try ledger.lastResult(of: node), let stored = try ledger.storedResult(result.id) else {
      throw StageError("Node \(node) was never built, so that nothing of it is stored.")
    }
    return try provenance(of: stored, node: node.text, output: nil)
  }

  /// What made an artifact.
  /// - Throws: `StageError` where no result has it.
  public func provenance(of digest: Digest) throws -> Provenance {
    guard let origin = try ledger.results(holding: digest.hex).first, let stored = try ledger.storedResult(origin.id)
    else { throw StageError("No result that is stored has an output with the digest \(digest).") }
    return try provenance(of: stored, node: nil, output: origin.output)
  }

  /// What made the result with this key.
  /// - Throws: `StageError` where there is none.
  public func provenance(of key: Key) throws -> Provenance {
    guard let result = try ledger.result(for: key), let stored = try ledger.storedResult(result.id) else {
      throw StageError("There is no result with the key \(key).")
    }
    return try provenance(of: stored, node: nil, output: nil)
  }

  /// What made the result behind the output of a node, with that output's file.
  public func provenance(of node: NodeID, output: String) throws -> Provenance {
    guard let result = try ledger.lastResult(of: node), let stored = try ledger.storedResult(result.id) else {
      throw StageError("Node \(node) was never built, so that nothing of it is stored.")
    }
    return try provenance(of: stored, node: node.text, output: output)
  }

  private func provenance(of result: StoredResult, node given: String?, output: String?) throws -> Provenance {
    let holders = try ledger.nodes(withResult: result.id)
    let execution = try result.executionID.flatMap { id throws(LedgerError) in try ledger.execution(id) }
    let node = given ?? holders.first?.name ?? execution?.node.text ?? ""
    var walk = AncestorWalk(ledger)
    try walk.visit(result, node: node)
    return Provenance(
      schema: "repro.show/1",
      file: result.outputs.first { $0.name == output }.map(file),
      node: node, isCurrent: holders.contains { $0.name == node && $0.isCurrent },
      sharedWith: holders.filter { $0.isCurrent && $0.name != node }.map(\.name),
      stage: result.stage, version: result.version, key: result.key,
      execution: try execution.map { execution in
        Provenance.Execution(
          run: execution.run, command: try (ledger.run(execution.run)?.command).map(RunWords.text),
          attempt: execution.attempt,
          started: Wording.timestamp(execution.started), seconds: execution.duration,
          peakMemory: execution.peakMemoryBytes, host: execution.host, machine: execution.environment,
          log: execution.logPath.flatMap { store.files.isRegularFile($0) ? $0 : nil })
      },
      acceptances: try ledger.acceptances(behind: Key(Digest(trusted: result.key))),
      parameters: result.components.filter { $0.name.hasPrefix("parameters.") }.map {
        Provenance.Parameter(name: String($0.name.dropFirst("parameters.".count)), value: $0.value)
      },
      inputs: try result.components.filter(\.isInput).map { component in
        let source = try component.source?.node ?? walk.origins.origin(of: component)?.node
        return Provenance.Input(
          name: String(component.name.dropFirst("inputs.".count)), digest: component.value,
          node: source == "" ? nil : source, source: component.source?.name)
      },
      outputs: result.outputs.map(file), metrics: try result.executionID.map(measures) ?? [],
      ancestors: walk.ancestors.filter { $0.key != result.key }, rawFiles: walk.rawFiles)
  }

  private func file(_ output: OutputRecord) -> Provenance.File {
    let state =
      switch store.check(output.artifact) {
      case .intact: "intact"
      case .missing: "missing"
      case .damaged: "damaged"
      case .unreadable: "unreadable"
      }
    return Provenance.File(
      digest: output.artifact.digest.hex, size: output.artifact.size, output: output.name, state: state,
      path: store.path(of: output.artifact.digest))
  }

  /// The last value of each metric that does not differ between equal runs.
  private func measures(of execution: Int64) throws -> [Provenance.Measure] {
    var names: [String] = []
    var last: [String: Metric] = [:]
    for metric in try ledger.metrics(ofExecution: execution) where !metric.isVolatile {
      if last.updateValue(metric, forKey: metric.name) == nil { names.append(metric.name) }
    }
    return names.compactMap { last[$0] }.map { metric in
      Provenance.Measure(name: metric.name, step: metric.step, value: metric.value.isFinite ? metric.value : nil)
    }
  }
}

/// Everything that a result was made from, as far as it is stored.
private struct AncestorWalk {
  let origins: Origins
  private let ledger: Ledger
  private(set) var ancestors: [Provenance.Ancestor] = []
  private(set) var rawFiles: [Provenance.Raw] = []
  private var seen: Set<Int64> = []

  init(_ ledger: Ledger) {
    self.ledger = ledger
    origins = Origins(ledger)
  }

  mutating func visit(_ result: StoredResult, node: String) throws {
    guard seen.insert(result.id).inserted else { return }
    var raw: [Provenance.Raw] = []
    for component in result.components where component.isInput {
      if let source = component.source, source.node.isEmpty {
        raw.append(
          Provenance.Raw(
            name: String(component.name.dropFirst("inputs.".count)), digest: component.value, node: node, size: nil,
            origin: source.name))
      } else if let origin = try origins.origin(of: component) {
        try visit(origin.result, node: origin.node)
      }
    }
    for file in try result.executionID.map(ledger.rawFiles) ?? [] {
      raw.append(
        Provenance.Raw(name: file.name, digest: file.digest.hex, node: node, size: file.size, origin: file.origin))
    }
    // The same file read by many nodes is told once.
    for file in raw where !rawFiles.contains(where: { $0.digest == file.digest && $0.name == file.name }) {
      rawFiles.append(file)
    }
    ancestors.append(
      Provenance.Ancestor(node: node, stage: result.stage, version: result.version, key: result.key))
  }
}
