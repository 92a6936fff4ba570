import Foundation

extension CacheReader {
  /// The files behind the result that a node had after a run, by output; without those that are gone or damaged. To be
  /// read, never to be changed.
  public func outputs(of node: NodeID, after run: RunRecord) throws -> [String: URL] {
    guard let result = try ledger.result(of: node.text, after: run.id), let stored = try ledger.storedResult(result.id)
    else { return [:] }
    return Dictionary(
      stored.outputs.compactMap { output in
        guard case .intact = store.check(output.artifact) else { return nil }
        return (output.name, store.url(of: output.artifact.digest))
      }, uniquingKeysWith: { first, _ in first })
  }
}
