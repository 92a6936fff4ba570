import Dispatch
import Synchronization

/// What can be found out about all nodes at once, on all processors, if one supposes that every node still has its last
/// result. Where nothing changed that is so, and nearly all the work of a plan is done here; where it is not, the evaluator
/// sees that the inputs are others and looks again.
struct Speculation: Sendable {
  /// The key a node has with these inputs, and whether its last result, having that key, is in the store as it should be.
  struct Entry: Sendable {
    let inputDigests: [Digest]
    let key: Key
    /// The state of each output of the last result; nil where the key is another.
    let states: [ArtifactState]?
  }

  private let chunks: [[Entry?]]

  /// Fewer nodes are faster looked at one by one.
  static let threshold = 512
  private static let chunkSize = 256

  static let none = Speculation(chunks: [])

  private init(chunks: [[Entry?]]) {
    self.chunks = chunks
  }

  subscript(position: Int) -> Entry? {
    let chunk = position / Self.chunkSize
    return chunk < chunks.count ? chunks[chunk][position % Self.chunkSize] : nil
  }

  /// - Parameter current: the last results, by position in the graph.
  init(graph: Graph, versions: [Int?], current: [ResultRecord?], store: Store) {
    let count = (graph.nodes.count + Self.chunkSize - 1) / Self.chunkSize
    let finished = Mutex<[[Entry?]]>(Array(repeating: [], count: count))
    DispatchQueue.concurrentPerform(iterations: count) { chunk in
      let first = chunk * Self.chunkSize
      let entries = (first..<min(first + Self.chunkSize, graph.nodes.count)).map { position in
        versions[position].flatMap { Self.entry(position, graph, version: $0, current: current, store: store) }
      }
      finished.withLock { $0[chunk] = entries }
    }
    chunks = finished.withLock { $0 }
  }

  private static func entry(
    _ position: Int, _ graph: Graph, version: Int, current: [ResultRecord?], store: Store
  ) -> Entry? {
    guard let last = current[position] else { return nil }
    let node = graph.nodes[position]
    var digests: [Digest] = []
    digests.reserveCapacity(node.inputs.count)
    for index in node.inputs.indices {
      // Inputs that take more than a look (files, folders) are left to the evaluator.
      guard case .output(_, let name) = node.inputs[index].source, let source = graph.sources[position][index],
        let outputs = current[source]?.outputs, let output = outputs.first(where: { $0.name == name })
      else { return nil }
      digests.append(output.artifact.digest)
    }
    let key = KeyMaterial.key(of: node, stageVersion: version, inputDigests: digests)
    return Entry(
      inputDigests: digests, key: key,
      states: key == last.key ? last.outputs.map { store.check($0.artifact) } : nil)
  }
}
