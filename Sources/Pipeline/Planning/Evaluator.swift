import Foundation

/// Decides, node by node, whether there is a result. The planner asks it about all nodes at once, the coordinator again
/// about each node once its inputs are there.
struct Evaluator {
  enum Evaluation {
    /// There is a result; `isCurrent` if it is the node's last.
    case done(ResultRecord, isCurrent: Bool)
    /// Has to run. `damage` says which artifacts of an otherwise good result cannot be used.
    case stale(KeyMaterial, Key, damage: [StaleReason])
    case impossible(String)
  }

  let graph: Graph
  let registry: StageRegistry
  let ledger: Ledger
  let store: Store
  /// Last results by node.
  let current: [NodeID: ResultRecord]
  /// Keys looked up one by one so far; beyond some it is cheaper to know them all.
  private var lookups = 0
  private var allKeys: Set<String>?
  private var knownFiles: [String: FileRecord]?
  private var fileDigests: [String: Result<Digest, FileError>] = [:]
  /// Results that came to be during this run.
  private var newResults: [Key: ResultRecord] = [:]
  /// Stat cache entries to be renewed.
  private(set) var renewedArtifacts: [Artifact] = []
  private(set) var renewedFiles: [(path: String, record: FileRecord)] = []
  /// Artifacts found damaged.
  private(set) var damaged: [(node: NodeID, output: String, digest: Digest)] = []

  init(graph: Graph, registry: StageRegistry, ledger: Ledger, store: Store) throws(LedgerError) {
    self.graph = graph
    self.registry = registry
    self.ledger = ledger
    self.store = store
    current = try ledger.currentResults()
  }

  /// - Parameter results: results of the nodes before it, by position in the graph.
  mutating func evaluate(_ position: Int, results: [ResultRecord?]) throws -> Evaluation {
    let node = graph.nodes[position]
    guard let stage = registry[node.stage] else {
      throw GraphError.unknownStage(node: node.id, stage: node.stage)
    }
    var digests: [Digest] = []
    for (index, input) in node.inputs.enumerated() {
      switch digest(of: input.source, from: graph.sources[position][index].flatMap { results[$0] }) {
      case .success(let digest): digests.append(digest)
      case .failure(let error):
        return .impossible("Input “\(input.name)” of \(node.id) is not there: \(error.description)")
      }
    }
    let material = KeyMaterial(node: node, stageVersion: stage.version, inputDigests: digests)
    let key = material.key
    let last = current[node.id]
    let isCurrent = last?.key == key && newResults[key] == nil
    guard let result = isCurrent ? last : try lookUp(key) else {
      return .stale(material, key, damage: [])
    }
    let damage = check(result, of: node.id)
    return damage.isEmpty ? .done(result, isCurrent: isCurrent) : .stale(material, key, damage: damage)
  }

  /// The key that a node has if the nodes it reads from give again what they gave last; nil where one never gave anything.
  mutating func keyFromLastInputs(_ position: Int) -> Key? {
    let node = graph.nodes[position]
    guard let stage = registry[node.stage] else { return nil }
    var digests: [Digest] = []
    for input in node.inputs {
      guard case .success(let digest) = digest(of: input.source, from: input.source.node.flatMap { current[$0] }) else {
        return nil
      }
      digests.append(digest)
    }
    return KeyMaterial(node: node, stageVersion: stage.version, inputDigests: digests).key
  }

  /// A result that was just committed.
  mutating func add(_ result: ResultRecord) {
    newResults[result.key] = result
  }

  /// After the renewed entries were written.
  mutating func clearRenewed() {
    renewedArtifacts = []
    renewedFiles = []
    damaged = []
  }

  private mutating func lookUp(_ key: Key) throws -> ResultRecord? {
    if let result = newResults[key] { return result }
    lookups += 1
    if lookups == 64 { allKeys = try ledger.allKeys() }
    if let allKeys, !allKeys.contains(key.hex) { return nil }
    return try ledger.result(for: key)
  }

  private mutating func check(_ result: ResultRecord, of node: NodeID) -> [StaleReason] {
    var reasons: [StaleReason] = []
    for output in result.outputs {
      switch store.check(output.artifact) {
      case .intact(let artifact):
        if artifact.checkedAt != output.artifact.checkedAt { renewedArtifacts.append(artifact) }
      case .missing: reasons.append(.artifactMissing(output: output.name))
      case .damaged:
        reasons.append(.artifactDamaged(output: output.name))
        damaged.append((node, output.name, output.artifact.digest))
      case .unreadable(let why): reasons.append(.artifactUnreadable(output: output.name, why))
      }
    }
    return reasons
  }

  private mutating func digest(of source: InputSource, from result: ResultRecord?) -> Result<Digest, FileError> {
    switch source {
    case .external(let digest, _): return .success(digest)
    case .file(let url): return digest(ofFile: url.path(percentEncoded: false))
    case .output(_, let name):
      let digest = InputDigest.of(name, in: result?.outputs ?? [])
      return digest.map { .success($0) } ?? .failure(FileError("find", name, code: ENOENT))
    case .allOutputs: return .success(InputDigest.of(result?.outputs ?? []))
    }
  }

  private mutating func digest(ofFile path: String) -> Result<Digest, FileError> {
    if let known = fileDigests[path] { return known }
    let result = Result { () throws(FileError) in try readDigest(ofFile: path) }
    fileDigests[path] = result
    return result
  }

  private mutating func readDigest(ofFile path: String) throws(FileError) -> Digest {
    let records = knownFiles ?? (try? ledger.knownFiles()) ?? [:]
    knownFiles = records
    // A raw file may be a link: what counts is the file behind it.
    let target = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
    guard let stamp = try store.files.stamp(of: target) else { throw FileError("find", path, code: ENOENT) }
    if let record = records[path], record.stamp == stamp, !stamp.isRacy(at: record.checkedAt) { return record.digest }
    let time = store.files.now()
    let digest = try store.files.digest(of: target)
    renewedFiles.append((path, FileRecord(digest: digest, stamp: stamp, checkedAt: time)))
    return digest
  }
}
