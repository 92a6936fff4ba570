/// Finds the results that inputs came from.
final class Origins {
  private let ledger: Ledger
  private var stored: [Int64: StoredResult?] = [:]
  private var found: [String: (node: String, result: StoredResult)?] = [:]

  init(_ ledger: Ledger) {
    self.ledger = ledger
  }

  func result(_ id: Int64) throws -> StoredResult? {
    if let known = stored[id] { return known }
    let result = try ledger.storedResult(id)
    stored[id] = .some(result)
    return result
  }

  /// The node that an input came from and the result that it read; nil where that is gone, or the input is a file.
  ///
  /// The digest decides: only a result that has these very bytes is given. Where nothing was recorded of the source, as in
  /// earlier versions, the artifact of that digest tells.
  func origin(of input: StoredResult.Component) throws -> (node: String, result: StoredResult)? {
    let name = input.source.map { "\($0.node) \($0.name) \(input.value)" } ?? input.value
    if let known = found[name] { return known }
    let origin = try find(input)
    found[name] = .some(origin)
    return origin
  }

  private func find(_ input: StoredResult.Component) throws -> (node: String, result: StoredResult)? {
    guard let source = input.source else {
      for (id, _) in try ledger.results(holding: input.value) {
        if let result = try result(id), let node = try ledger.nodes(withResult: id).first { return (node.name, result) }
      }
      return nil
    }
    guard !source.node.isEmpty else { return nil }
    for (id, _) in try ledger.results(of: source.node) {
      guard let result = try result(id) else { continue }
      if InputDigest.of(source.name, in: result.outputs)?.hex == input.value { return (source.node, result) }
    }
    return nil
  }
}
