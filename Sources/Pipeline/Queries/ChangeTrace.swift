/// How a node's result came to differ from an earlier one, followed upstream to the first causes. Made of what is stored
/// alone: nothing is executed, and neither the configuration nor the files have to be there any more.
public struct ChangeTrace: Codable, Sendable, Hashable {
  /// One node between the first causes and the node asked about.
  public struct Step: Codable, Sendable, Hashable {
    public let node: String
    /// Keys before and after; absent where there was no result, or it is gone.
    public let fromKey: String?
    public let toKey: String?
    public let changes: [Change]
  }

  /// A component of a key that is not what it was.
  public struct Change: Codable, Sendable, Hashable {
    public let component: String
    /// Values before and after; absent where the component did not exist.
    public let from: String?
    public let to: String?
    /// For an input, the node that it came from, if that is known.
    public let source: String?
    /// Whether nothing stored lies behind it: a parameter, a stage's version, a raw file, or a node whose earlier result
    /// is gone.
    public let isFirstCause: Bool
    /// Why it cannot be followed further, if it should be.
    public let note: String?
  }

  public let node: String
  /// The run whose state is compared with, and the run that gave the earlier result; absent where there was none.
  public let since: Int64?
  public let fromRun: Int64?
  /// The run that gave the result that the node has now.
  public let toRun: Int64?
  /// First causes first, the node last. Empty where the result is the same.
  public let steps: [Step]

  /// The changes that everything else follows from.
  public var firstCauses: [(node: String, change: Change)] {
    steps.flatMap { step in step.changes.filter(\.isFirstCause).map { (step.node, $0) } }
  }
}

extension CacheReader {
  /// What changed in a node's result since a run.
  ///
  /// - Parameter run: its state when that run had ended is compared with what it is now.
  /// - Throws: `StageError` where the node has no result, `LedgerError`.
  public func changes(of node: NodeID, since run: Int64) throws -> ChangeTrace {
    guard let now = try ledger.result(of: node.text, after: .max) else {
      throw StageError("Node \(node) was never built, so that nothing of it is stored.")
    }
    let then = try ledger.result(of: node.text, after: run)
    var tracer = ChangeTracer(ledger)
    return try tracer.trace(node.text, from: then, to: now, since: run)
  }

  /// What changed between the result that a node has and the one it had before; nil where it never had another.
  public func lastChange(of node: NodeID) throws -> ChangeTrace? {
    let results = try ledger.results(of: node.text)
    guard results.count > 1 else { return nil }
    var tracer = ChangeTracer(ledger)
    return try tracer.trace(node.text, from: results[1], to: results[0], since: nil)
  }
}

/// Follows changes upstream.
struct ChangeTracer {
  private let ledger: Ledger
  private let origins: Origins
  private var steps: [ChangeTrace.Step] = []
  private var seen: Set<String> = []

  init(_ ledger: Ledger) {
    self.ledger = ledger
    origins = Origins(ledger)
  }

  mutating func trace(
    _ node: String, from: (id: Int64, run: Int64)?, to: (id: Int64, run: Int64), since: Int64?
  ) throws -> ChangeTrace {
    if from?.id != to.id {
      try follow(node, from: from.flatMap { try origins.result($0.id) }, to: origins.result(to.id))
    }
    return ChangeTrace(node: node, since: since, fromRun: from?.run, toRun: to.run, steps: steps)
  }

  /// Adds the steps upstream of a node, then its own.
  private mutating func follow(_ node: String, from: StoredResult?, to: StoredResult?) throws {
    guard seen.insert("\(node) \(from?.key ?? "") \(to?.key ?? "")").inserted else { return }
    var changes: [ChangeTrace.Change] = []
    for difference in Self.differences(from, to) { changes.append(try change(difference)) }
    steps.append(ChangeTrace.Step(node: node, fromKey: from?.key, toKey: to?.key, changes: changes))
  }

  typealias Difference = (before: StoredResult.Component?, after: StoredResult.Component?)

  /// Components that differ, in the order of the key, then what is gone.
  static func differences(_ from: StoredResult?, _ to: StoredResult?) -> [Difference] {
    guard let from, let to else { return [] }
    let before = Dictionary(from.components.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(to.components.map(\.name))
    return to.components.filter { before[$0.name]?.value != $0.value }.map { (before[$0.name], $0) }
      + from.components.filter { !names.contains($0.name) }.map { ($0, nil) }
  }

  private mutating func change(_ difference: Difference) throws -> ChangeTrace.Change {
    let name = difference.after?.name ?? difference.before?.name ?? ""
    func make(source: String? = nil, isFirst: Bool, note: String? = nil) -> ChangeTrace.Change {
      ChangeTrace.Change(
        component: name, from: difference.before?.value, to: difference.after?.value, source: source,
        isFirstCause: isFirst, note: note)
    }
    guard let after = difference.after, after.isInput, let before = difference.before else {
      return make(isFirst: true)
    }
    if let file = after.source, file.node.isEmpty { return make(source: file.name, isFirst: true, note: "a raw file") }
    guard let new = try origins.origin(of: after) else {
      return make(isFirst: true, note: "what made it is no longer stored")
    }
    guard let old = try origins.origin(of: before) else {
      return make(source: new.node, isFirst: true, note: "what made it before is no longer stored")
    }
    if old.node != new.node {
      return make(source: new.node, isFirst: true, note: "it came from \(old.node) before")
    }
    if old.result.key == new.result.key {
      return make(source: new.node, isFirst: true, note: "\(new.node) gave other bytes for the same key")
    }
    try follow(new.node, from: old.result, to: new.result)
    return make(source: new.node, isFirst: false)
  }
}
