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
  /// The same by position in the graph.
  private let lastResults: [ResultRecord?]
  /// Nodes whose last result stands in the ledger otherwise than it was written.
  let unsound: [NodeID]
  /// Keys of such entries, of whatever time, that were come upon.
  private(set) var unsoundKeys: Set<Key>
  private var speculation = Speculation.none
  /// Keys looked up one by one so far; beyond some it is cheaper to know them all.
  private var lookups = 0
  private var allKeys: Set<Key>?
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
    (current, unsound, unsoundKeys) = try ledger.currentAndUnsound()
    lastResults = graph.nodes.map { [current] in current[$0.id] }
  }

  /// Looks at all nodes beforehand, on all processors. Once only, before the first `evaluate`: what is found may change.
  mutating func speculate() {
    guard graph.nodes.count >= Speculation.threshold else { return }
    speculation = Speculation(
      graph: graph, versions: graph.nodes.map { registry.version(of: $0.stage) },
      current: lastResults, store: store)
  }

  /// After everything was looked at once: what happens from here on may change artifacts.
  mutating func endSpeculation() { speculation = .none }

  /// - Parameter results: results of the nodes before it, by position in the graph.
  mutating func evaluate(_ position: Int, results: [ResultRecord?]) throws -> Evaluation {
    let node = graph.nodes[position]
    guard let version = registry.version(of: node.stage) else {
      throw GraphError.unknownStage(node: node.id, stage: node.stage)
    }
    var digests: [Digest] = []
    digests.reserveCapacity(node.inputs.count)
    for index in node.inputs.indices {
      let outputs = graph.sources[position][index].flatMap { results[$0]?.outputs } ?? []
      switch digest(of: node.inputs[index].source, from: outputs) {
      case .success(let digest): digests.append(digest)
      case .failure(let error):
        return .impossible("Input “\(node.inputs[index].name)” of \(node.id) is not there: \(error.description)")
      }
    }
    let guess = speculation[position].flatMap { $0.inputDigests == digests ? $0 : nil }
    let key = guess?.key ?? KeyMaterial.key(of: node, stageVersion: version, inputDigests: digests)
    let last = lastResults[position]
    let isCurrent = last?.key == key && newResults[key] == nil
    let result = isCurrent ? last : try lookUp(key)
    let damage = result.map { check($0, of: node.id, states: isCurrent ? guess?.states : nil) } ?? []
    if let result, damage.isEmpty { return .done(result, isCurrent: isCurrent) }
    return .stale(
      KeyMaterial(node: node, stageVersion: version, inputDigests: digests), key, damage: damage)
  }

  /// The key that a node has if the nodes it reads from give again what they gave last; nil where one never gave anything.
  mutating func keyFromLastInputs(_ position: Int) -> Key? {
    let node = graph.nodes[position]
    guard let version = registry.version(of: node.stage) else { return nil }
    var digests: [Digest] = []
    for input in node.inputs {
      guard
        case .success(let digest) = digest(
          of: input.source, from: input.source.node.flatMap { current[$0]?.outputs } ?? [])
      else { return nil }
      digests.append(digest)
    }
    return KeyMaterial.key(of: node, stageVersion: version, inputDigests: digests)
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
    if let allKeys, !allKeys.contains(key) { return nil }
    switch try ledger.entry(for: key) {
    case .sound(let result): return result
    case .unsound:
      unsoundKeys.insert(key)
      return nil
    case .none: return nil
    }
  }

  /// - Parameter states: of the outputs, where they were looked at already.
  private mutating func check(
    _ result: ResultRecord, of node: NodeID, states: [ArtifactState]?
  ) -> [StaleReason] {
    var reasons: [StaleReason] = []
    for (index, output) in result.outputs.enumerated() {
      switch states?[index] ?? store.check(output.artifact) {
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

  private mutating func digest(of source: InputSource, from outputs: [OutputRecord]) -> Result<Digest, FileError> {
    switch source {
    case .external(let digest, _): return .success(digest)
    case .file(let url): return digest(ofFile: url.path(percentEncoded: false))
    case .output(_, let name):
      let digest = InputDigest.of(name, in: outputs)
      return digest.map { .success($0) } ?? .failure(FileError("find", name, code: ENOENT))
    case .allOutputs: return .success(InputDigest.of(outputs))
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
