import Foundation
import Pipeline
import Report

/// What differs from run to run, put into the page that does not.
extension Outputs {
  /// The report with how the run went in its slot, sealed, and the root of its seal. The same for the same ledger, whenever it is laid out.
  func filledReport(_ graph: Graph, _ cache: CacheReader) throws -> (page: String, root: String) {
    let page = try String(contentsOf: cache.url(of: OutputName.report, node: "report/index"), encoding: .utf8)
    let acceptances = try cache.acceptances().filter { acceptance in
      graph.nodes.contains { $0.id.text == acceptance.node }
    }
    let records = try NodeRecords(graph, cache, acceptances: acceptances).records
    let executions = try cache.ledger.currentExecutions()
    // Nodes with the same key share an execution, which counts once. In graph order, so that the sum has the same bits.
    var seen: Set<Int64> = []
    let distinct = graph.nodes.compactMap { executions[$0.id] }.filter { seen.insert($0.id).inserted }
    let facts = [
      Fact("Work", "\(formatDuration(distinct.map(\.duration).reduce(0, +))) of node time, whenever it was done"),
      Fact("Machine", literal(Machine.describe(distinct))),
    ]
    let blocks: [ReportPage.Block] =
      [.facts(facts)] + Self.blocks(of: acceptances)
      + [
        .heading("When"), .timeline(records), .heading("What read what"), .graph(records), .heading("Every node"),
        .nodes(summary: "All \(records.count) nodes: key, inputs, outputs, parameters and log of each", records),
        .heading("Is this page what was made?"),
        .selfCheck(
          "The page carries a digest of each of its parts. It can hold itself against them here, or be held against them and"
            + " against the cache by `repro verify outputs/report/index.html`. Whoever changes a page can seal it anew: only a seal that came"
            + " another way, or the cache, says that it is the page that was made."),
      ]
    return try PageSeal.seal(ReportPage.fill(page, slot: ReportStage.runSlot, with: blocks))
  }

  /// Results that were kept although their keys changed, shown for as long as the ledger lasts.
  private static func blocks(of acceptances: [Acceptance]) -> [ReportPage.Block] {
    guard !acceptances.isEmpty else { return [] }
    return [
      .caution(
        "\(acceptances.count == 1 ? "One result was" : "\(acceptances.count) results were") kept across a change that was"
          + " judged to make no difference, and not executed again:"),
      .list(acceptances.map { "`\(literal($0.node))`: \(literal($0.sentence))" }),
    ]
  }
}
