import Foundation

/// What a run would cost before anything is spent: what `repro plan` says.
public struct PlanEstimate: Codable, Sendable {
  /// Where a time comes from.
  public enum Basis: String, Codable, Sendable, Hashable, CaseIterable {
    /// The node took it last, on this machine; where there is more to do now, so much longer.
    case history
    /// Work of its kind was done at so many operations a second here.
    case rate
    /// Its kind was measured here for a moment.
    case calibration
    /// The node's hint, at the pace that its stage had.
    case pace
    /// The node's hint as it is.
    case hint
  }

  public struct Stage: Codable, Sendable, Hashable {
    public let stage: String
    public let nodes: Int
    /// Nodes that may have to be executed; what follows is of these.
    public let toExecute: Int
    public let flops: Double
    public let bytes: Double
    /// Seconds of all of them, one after the other.
    public let workSeconds: Double
    /// How many of the times come from where.
    public let bases: [String: Int]
  }

  public struct Rate: Codable, Sendable, Hashable {
    public let kind: String
    public let flopsPerSecond: Double
    public let basis: Basis
  }

  public let schema: String
  public let nodes: Int
  public let toExecute: Int
  /// Of the whole graph, and of what may have to be executed.
  public let flopsOfAll: Double
  public let flops: Double
  /// Bytes that the store grows by at most, and that are free where it is.
  public let bytes: Double
  public let freeBytes: Double?
  /// Seconds of all nodes one after the other, along the longest path, and on a clock with these threads.
  public let workSeconds: Double
  public let longestPathSeconds: Double
  public let wallSeconds: Double
  public let threads: Int
  public let machine: [String: String]
  /// In the order of the graph.
  public let stages: [Stage]
  public let rates: [Rate]

  /// - Parameters:
  ///   - past: what was done before.
  ///   - machine: what the program says of it.
  init(
    _ plan: Plan, past: PastWork, machine: [String: String], calibration: Calibration, threads: Int,
    memoryMegabytes: Int, freeBytes: Double? = nil
  ) {
    let pricing = Pricing(plan, past: past, calibration: calibration)
    schema = "repro.plan/1"
    nodes = plan.nodes.count
    self.threads = threads
    self.machine = machine
    self.freeBytes = freeBytes

    var order: [String] = []
    var gathered:
      [String: (nodes: Int, open: Int, flops: Double, bytes: Double, seconds: Double, bases: [String: Int])] =
        [:]
    var flopsOfAll = 0.0
    for id in plan.nodes {
      guard let node = plan.graph[id] else { continue }
      if gathered[node.stage] == nil { order.append(node.stage) }
      var entry = gathered[node.stage] ?? (0, 0, 0, 0, 0, [:])
      entry.nodes += 1
      flopsOfAll += node.work?.flops ?? 0
      switch plan.state(of: id) {
      case .stale, .waits:
        let (seconds, basis) = pricing.price(node)
        entry.open += 1
        entry.flops += node.work?.flops ?? 0
        entry.bytes += past.sizes[id] ?? node.work?.outputBytes ?? 0
        entry.seconds += seconds
        entry.bases[basis.rawValue, default: 0] += 1
      case .upToDate, .reusable, .impossible: break
      }
      gathered[node.stage] = entry
    }
    stages = order.compactMap { name in
      gathered[name].map { entry in
        Stage(
          stage: name, nodes: entry.nodes, toExecute: entry.open, flops: entry.flops, bytes: entry.bytes,
          workSeconds: entry.seconds, bases: entry.bases)
      }
    }
    self.flopsOfAll = flopsOfAll
    toExecute = stages.reduce(0) { $0 + $1.toExecute }
    flops = stages.reduce(0) { $0 + $1.flops }
    bytes = stages.reduce(0) { $0 + $1.bytes }
    workSeconds = stages.reduce(0) { $0 + $1.workSeconds }
    let seconds = { (id: NodeID) in plan.graph[id].map { pricing.price($0).seconds } ?? 0 }
    longestPathSeconds = plan.longestPath(seconds: seconds).seconds
    wallSeconds = plan.expectedWallSeconds(threads: threads, memoryMegabytes: memoryMegabytes, seconds: seconds)
    rates = pricing.usedRates
  }

  /// Kinds of work that may have to be done and that neither history nor calibration knows.
  static func unknownKinds(_ plan: Plan, past: PastWork, calibration: Calibration) -> [String] {
    let pricing = Pricing(plan, past: past, calibration: calibration)
    var kinds: [String] = []
    for id in plan.nodes {
      guard let node = plan.graph[id], let kind = node.work?.kind, !kinds.contains(kind) else { continue }
      switch plan.state(of: id) {
      case .stale, .waits:
        let basis = pricing.price(node).basis
        if basis == .hint || basis == .pace { kinds.append(kind) }
      case .upToDate, .reusable, .impossible: break
      }
    }
    return kinds
  }

  /// Seconds of nodes, from the best that is known.
  private struct Pricing {
    private let plan: Plan
    private let own: [NodeID: Double]
    private let rates: [String: Rate]

    init(_ plan: Plan, past: PastWork, calibration: Calibration) {
      self.plan = plan
      own = Dictionary(
        plan.graph.nodes.compactMap { node in past.costs[node.id]?.seconds(for: node.work).map { (node.id, $0) } },
        uniquingKeysWith: { first, _ in first })
      var rates: [String: Rate] = [:]
      for rate in calibration.rates {
        rates[rate.kind] = Rate(kind: rate.kind, flopsPerSecond: rate.flopsPerSecond, basis: .calibration)
      }
      for (kind, rate) in past.rates { rates[kind] = Rate(kind: kind, flopsPerSecond: rate, basis: .rate) }
      self.rates = rates
    }

    func price(_ node: Node) -> (seconds: Double, basis: Basis) {
      if let seconds = own[node.id] { return (seconds, .history) }
      if let work = node.work, let kind = work.kind, let rate = rates[kind], rate.flopsPerSecond > 0 {
        return (work.flops / rate.flopsPerSecond, rate.basis == .calibration ? .calibration : .rate)
      }
      let seconds = plan.estimatedSeconds(of: node)
      return (seconds, seconds == node.expectedCost ? .hint : .pace)
    }

    /// Of the kinds that the plan has, in the order of the graph.
    var usedRates: [Rate] {
      var seen: Set<String> = []
      return plan.nodes.compactMap { plan.graph[$0]?.work?.kind }.filter { seen.insert($0).inserted }
        .compactMap { rates[$0] }
    }
  }
}

/// What the ledger knows of work that was done on this machine.
struct PastWork {
  /// What the last results took that were made here.
  var costs: [NodeID: PastCost] = [:]
  /// Operations a second by kind.
  var rates: [String: Double] = [:]
  /// Bytes of the last results' outputs.
  var sizes: [NodeID: Double] = [:]
}

extension CacheReader {
  /// What a run of a graph would cost on this machine.
  public static func estimate(
    _ graph: Graph, targets: [NodeID]? = nil, registry: StageRegistry, folder: CacheFolder, calibration: Calibration,
    threads: Int, memoryMegabytes: Int
  ) throws -> PlanEstimate {
    let (plan, past) = try planAndPast(graph, targets: targets, registry: registry, folder: folder)
    return PlanEstimate(
      plan, past: past, machine: registry.environment(), calibration: calibration, threads: threads,
      memoryMegabytes: memoryMegabytes, freeBytes: freeBytes(at: folder))
  }

  /// Kinds of work that would have to be measured for that.
  public static func kindsToCalibrate(
    _ graph: Graph, targets: [NodeID]? = nil, registry: StageRegistry, folder: CacheFolder, calibration: Calibration
  ) throws -> [String] {
    let (plan, past) = try planAndPast(graph, targets: targets, registry: registry, folder: folder)
    return PlanEstimate.unknownKinds(plan, past: past, calibration: calibration)
  }

  private static func planAndPast(
    _ graph: Graph, targets: [NodeID]?, registry: StageRegistry, folder: CacheFolder
  ) throws -> (plan: Plan, past: PastWork) {
    do {
      let reader = try CacheReader(folder)
      let machine = registry.environment()
      let here = try reader.ledger.currentExecutions().filter {
        $0.value.host == Host.name && $0.value.environment == machine
      }
      let past = PastWork(
        costs: try reader.ledger.lastCosts().filter { here[$0.key] != nil },
        rates: try reader.ledger.rates(host: Host.name, environment: machine),
        sizes: try reader.results().mapValues { result in result.outputs.reduce(0) { $0 + Double($1.artifact.size) } })
      return (try reader.plan(graph, targets: targets, registry: registry), past)
    } catch LedgerError.missing {
      return (try plan(graph, targets: targets, registry: registry, folder: folder), PastWork())
    }
  }

  /// Bytes that may still be written where the cache is, or will be.
  private static func freeBytes(at folder: CacheFolder) -> Double? {
    var path = folder.path
    while !FileManager.default.fileExists(atPath: path), let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      path = String(path[..<slash])
    }
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: path)
    return (attributes?[.systemFreeSize] as? NSNumber)?.doubleValue
  }
}
