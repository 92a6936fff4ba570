/// What is different after one run from after another: what `repro diff` says.
///
/// It compares the state of the whole cache, the last result that each node had by then: a run that executed three nodes
/// changed three, however many it found up to date.
public struct RunComparison: Codable, Sendable {
  public struct Component: Codable, Sendable, Hashable {
    public let component: String
    /// Absent where the component does not exist.
    public let from: String?
    public let to: String?
  }

  public struct MetricChange: Codable, Sendable, Hashable {
    public let metric: String
    /// The last step that both have; absent for metrics without steps.
    public let step: Int?
    /// Values at that step; absent where there is none, or it is not a number.
    public let from: Double?
    public let to: Double?
    /// The largest difference at any step that both have.
    public let largestDifference: Double?
  }

  public struct NodeChange: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, Hashable {
      case new, changed
    }

    public let node: String
    public let stage: String
    public let kind: Kind
    /// Absent for a new node.
    public let fromKey: String?
    public let toKey: String
    public let components: [Component]
    /// Whether all outputs have the same bytes as before.
    public let hasSameOutputs: Bool
    /// Seconds that the results took to make.
    public let fromSeconds: Double?
    public let toSeconds: Double?
    public let metrics: [MetricChange]
  }

  public let schema: String
  public let from: Int64
  public let to: Int64
  /// Nodes whose result is another one, in the order in which the ledger met them.
  public let nodes: [NodeChange]
  /// Nodes that have the same result.
  public let unchanged: Int
}

extension CacheReader {
  /// Compares what was after two runs, whichever came first.
  public func compare(_ from: RunRecord, _ to: RunRecord) throws -> RunComparison {
    let before = Dictionary(
      try ledger.results(after: from.id).map { ($0.node, $0.result) }, uniquingKeysWith: { first, _ in first })
    let after = try ledger.results(after: to.id)
    var changes: [RunComparison.NodeChange] = []
    for (node, result) in after where before[node] != result {
      let old = try before[node].flatMap { try ledger.storedResult($0) }
      if let new = try ledger.storedResult(result) { changes.append(try change(of: node, old, new)) }
    }
    return RunComparison(
      schema: "repro.diff/1", from: from.id, to: to.id, nodes: changes,
      unchanged: after.count { before[$0.node] == $0.result })
  }

  private func change(of node: String, _ old: StoredResult?, _ new: StoredResult) throws -> RunComparison.NodeChange {
    let components = ChangeTracer.differences(old, new).map { before, after in
      RunComparison.Component(
        component: after?.name ?? before?.name ?? "", from: before?.value, to: after?.value)
    }
    let seconds = { (result: StoredResult?) in try result?.executionID.flatMap { try ledger.execution($0) }?.duration }
    func files(_ result: StoredResult) -> [String: Digest] {
      Dictionary(result.outputs.map { ($0.name, $0.artifact.digest) }, uniquingKeysWith: { first, _ in first })
    }
    // An accepted result has the execution of the one it stands for: its metrics are the same.
    let metrics =
      old?.executionID == new.executionID
      ? []
      : MetricComparison.compare(
        try old?.executionID.map(ledger.metrics(ofExecution:)) ?? [],
        try new.executionID.map(ledger.metrics(ofExecution:)) ?? [])
    return RunComparison.NodeChange(
      node: node, stage: new.stage, kind: old == nil ? .new : .changed, fromKey: old?.key, toKey: new.key,
      components: components, hasSameOutputs: old.map { files($0) == files(new) } ?? false,
      fromSeconds: try seconds(old), toSeconds: try seconds(new), metrics: metrics)
  }
}

/// Metrics of two executions side by side.
enum MetricComparison {
  private struct Place: Hashable {
    let name: String
    let step: Int?
  }

  /// Those that differ, by name. Volatile ones are left out: they differ between equal runs.
  static func compare(_ before: [Metric], _ after: [Metric]) -> [RunComparison.MetricChange] {
    let old = places(before)
    let new = places(after)
    var names: [String] = []
    for metric in after + before where !metric.isVolatile && !names.contains(metric.name) { names.append(metric.name) }
    return names.compactMap { name in
      let mine = { (values: [Place: Double]) in Set(values.keys.filter { $0.name == name }) }
      let common = mine(old).intersection(mine(new))
      let differences = common.compactMap { place -> Double? in
        guard let left = old[place], let right = new[place], !same(left, right) else { return nil }
        return abs(left - right)
      }
      if differences.isEmpty && mine(old) == mine(new) { return nil }
      let latest = { (places: Set<Place>) in places.max { ($0.step ?? .min) < ($1.step ?? .min) } }
      let shown = latest(common)
      let from = shown ?? latest(mine(old))
      let to = shown ?? latest(mine(new))
      let largest = differences.max()
      return RunComparison.MetricChange(
        metric: name, step: to?.step ?? from?.step, from: from.flatMap { finite(old[$0]) },
        to: to.flatMap { finite(new[$0]) }, largestDifference: finite(largest))
    }
  }

  private static func places(_ metrics: [Metric]) -> [Place: Double] {
    Dictionary(
      metrics.filter { !$0.isVolatile }.map { (Place(name: $0.name, step: $0.step), $0.value) },
      uniquingKeysWith: { _, last in last })
  }

  private static func same(_ left: Double, _ right: Double) -> Bool { left == right || (left.isNaN && right.isNaN) }

  private static func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
}
