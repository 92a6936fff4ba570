import Foundation

/// Everything one may ask a cache without changing it. Never waits for a running coordinator.
public struct CacheReader: Sendable {
  public let folder: CacheFolder
  public let ledger: Ledger
  public let store: Store

  /// - Throws: `LedgerError`; `.missing` where nothing was run yet.
  public init(_ folder: CacheFolder, files: any FileSystem = LocalFileSystem()) throws(LedgerError) {
    self.folder = folder
    ledger = try Ledger.openForReading(folder)
    store = Store(folder: folder, files: files)
  }

  /// With a ledger that is open already.
  init(_ folder: CacheFolder, ledger: Ledger, files: any FileSystem) {
    self.folder = folder
    self.ledger = ledger
    store = Store(folder: folder, files: files)
  }

  /// What a run would do, and why.
  public func plan(_ graph: Graph, targets: [NodeID]? = nil, registry: StageRegistry) throws -> Plan {
    try Planner(graph: graph, targets: targets, registry: registry, ledger: ledger, store: store).plan()
  }

  /// The plan for a cache that may not exist yet: then every node is to be built.
  public static func plan(
    _ graph: Graph, targets: [NodeID]? = nil, registry: StageRegistry, folder: CacheFolder
  ) throws -> Plan {
    do {
      return try CacheReader(folder).plan(graph, targets: targets, registry: registry)
    } catch LedgerError.missing {
      let ledger = try Ledger.inMemory()
      return try Planner(
        graph: graph, targets: targets, registry: registry, ledger: ledger, store: Store(folder: folder)
      ).plan()
    }
  }

  /// Why a node would run now, followed upstream to the first causes; where it would not, when and why its result last
  /// changed.
  public func why(_ node: NodeID, graph: Graph, registry: StageRegistry) throws -> Explanation {
    Explanation(
      node, in: try plan(graph, targets: [node], registry: registry), lastChange: try lastChange(of: node))
  }

  /// The same for a cache that may not exist yet.
  public static func why(
    _ node: NodeID, graph: Graph, registry: StageRegistry, folder: CacheFolder
  ) throws -> Explanation {
    do {
      return try CacheReader(folder).why(node, graph: graph, registry: registry)
    } catch LedgerError.missing {
      return Explanation(
        node, in: try plan(graph, targets: [node], registry: registry, folder: folder), lastChange: nil)
    }
  }

  /// What is stale, why, and for how long that will take; with the run that is under way, if there is one. For a cache that
  /// may not exist yet.
  ///
  /// - Parameter leavesMemory: see `RunOptions.leavesMemory`.
  public static func status(
    _ graph: Graph, targets: [NodeID]? = nil, registry: StageRegistry, folder: CacheFolder, listsNodes: Bool = false,
    leavesMemory: Bool = false
  ) throws -> StatusReport {
    do {
      let reader = try CacheReader(folder)
      let plan = try reader.plan(graph, targets: targets, registry: registry)
      if leavesMemory { LeftMemory.leave(plan) }
      return StatusReport(plan, running: try reader.runInProgress(), listsNodes: listsNodes)
    } catch LedgerError.missing {
      return StatusReport(
        try plan(graph, targets: targets, registry: registry, folder: folder), listsNodes: listsNodes)
    }
  }

  /// The node of that name, of the graph or of the ledger, which remembers those that no configuration has any more.
  ///
  /// - Throws: `GraphError.noNode` with the nearest name of either.
  public func node(named text: String, graph: Graph?) throws -> NodeID {
    if let id = try? NodeID(text), try graph?[id] != nil || ledger.knows(node: text) { return id }
    throw try unknownNode(text, graph: graph)
  }

  /// The error for a name that neither the graph nor the ledger has.
  public func unknownNode(_ text: String, graph: Graph?) throws -> GraphError {
    let known = try ledger.nodeNames() + (graph?.ids.map(\.text) ?? [])
    return .noNode(text, nearest: NearestNode.find(text, among: Set(known).sorted()).map(NodeID.init(trusted:)))
  }

  /// Digests of artifacts and keys of results that begin with some digits; a few where there are many.
  public func digests(beginningWith digits: String) throws(LedgerError) -> (artifacts: [Digest], keys: [Key]) {
    let found = try ledger.digests(beginningWith: digits)
    return (found.artifacts.map(Digest.init(trusted:)), found.keys.map { Key(Digest(trusted: $0)) })
  }

  /// Last results of all nodes.
  public func results() throws(LedgerError) -> [NodeID: ResultRecord] { try ledger.currentResults() }

  public func lastResult(of node: NodeID) throws(LedgerError) -> ResultRecord? { try ledger.lastResult(of: node) }

  /// The file behind an output of a node's last result, after it was checked as a run checks it: it is read and held against
  /// its digest where its size, times or inode are not those it had when it was last found right, and else not read
  /// (`verify` reads all). To be read, never to be changed.
  /// - Throws: `StageError` when there is no such output, or it is missing or damaged. It is left where it is: the next run
  ///   sets it aside. A reader, which holds no lock, might take away the one that was just made anew.
  public func url(of output: String, node: NodeID) throws -> URL {
    store.url(of: try checkedArtifact(output, of: node).digest)
  }

  private func checkedArtifact(_ output: String, of node: NodeID) throws -> Artifact {
    guard let result = try ledger.lastResult(of: node) else {
      throw StageError("Node \(node) was never built: build it first.")
    }
    guard let record = result.outputs.first(where: { $0.name == output }) else {
      let names = result.outputs.map(\.name).joined(separator: ", ")
      throw StageError("Node \(node) has no output “\(output)”; it has: \(names).")
    }
    switch store.check(record.artifact) {
    case .intact: return record.artifact
    case .missing:
      throw StageError("The output \(output) of \(node) is missing from the store: run again to make it anew.")
    case .damaged: throw Self.damaged(output, node)
    case .unreadable(let why): throw StageError("The output \(output) of \(node) cannot be read: \(why)")
    }
  }

  private static func damaged(_ output: String, _ node: NodeID) -> StageError {
    StageError("The output \(output) of \(node) is damaged: run again to make it anew.")
  }

  /// Copies an output to a place of the user's, where the bytes there are not the same already. Whoever looks there sees
  /// the old file or the new one, nothing between. A copy is not waited for until it is on disk: it can be made again.
  ///
  /// What is copied is held against the digest, whatever the stamp of the artifact says.
  ///
  /// - Returns: the digest of the file.
  /// - Throws: `StageError` as `url(of:node:)`, `FileError` when the place cannot be written.
  @discardableResult
  public func materialise(_ output: String, of node: NodeID, to destination: URL) throws -> Digest {
    let artifact = try checkedArtifact(output, of: node)
    let target = destination.path(percentEncoded: false)
    if holds(target, artifact) { return artifact.digest }
    let part = target + ".part-\(getpid())"
    let folder = destination.deletingLastPathComponent().path(percentEncoded: false)
    try store.files.createFolder(folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder)
    do {
      try store.files.copy(store.path(of: artifact.digest), to: part)
      guard try store.files.digest(of: part) == artifact.digest else {
        // So that the next run looks, as after `verify`.
        try? store.files.makeReadOnly(store.path(of: artifact.digest))
        throw Self.damaged(output, node)
      }
      try store.files.rename(part, to: target)
    } catch {
      try? store.files.remove(part)
      throw error
    }
    return artifact.digest
  }

  private func holds(_ path: String, _ artifact: Artifact) -> Bool {
    guard store.files.isRegularFile(path), (try? store.files.stamp(of: path))?.size == artifact.size else {
      return false
    }
    return (try? store.files.digest(of: path)) == artifact.digest
  }
}
