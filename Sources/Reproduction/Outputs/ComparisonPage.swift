import Foundation
import Pipeline
import Report

/// Two runs side by side: which numbers, claims and keys are different after the later one.
public struct ComparisonPage {
  let comparison: RunComparison
  /// Claims whose verdict is another, with both.
  let verdicts: [(claim: String, from: String?, to: String?)]

  /// Decimals of numbers, enough to see the least difference that means anything.
  private static let decimals = 4

  /// - Throws: what the ledger throws.
  public init(_ cache: CacheReader, from: Pipeline.RunRecord, to: Pipeline.RunRecord) throws {
    comparison = try cache.compare(from, to)
    verdicts = try comparison.nodes.filter { $0.node.hasPrefix("claim/") }.compactMap { change in
      guard let node = try? NodeID(change.node) else { return nil }
      let before = try Self.verdict(cache.outputs(of: node, after: from))
      let after = try Self.verdict(cache.outputs(of: node, after: to))
      return before == after ? nil : (String(change.node.dropFirst("claim/".count)), before, after)
    }
  }

  init(comparison: RunComparison, verdicts: [(claim: String, from: String?, to: String?)]) {
    self.comparison = comparison
    self.verdicts = verdicts
  }

  /// The member `verdict` of the one JSON document that a claim's node leaves.
  private static func verdict(_ outputs: [String: URL]) -> String? {
    struct Judged: Decodable { let verdict: String }
    guard let file = outputs.first(where: { $0.key.hasSuffix(".json") })?.value, let data = try? Data(contentsOf: file)
    else { return nil }
    return (try? JSONDecoder().decode(Judged.self, from: data))?.verdict
  }

  /// The page, sealed.
  func html() throws -> String { try PageSeal.sealed(page().html()) }

  private func page() throws -> ReportPage {
    let changed = comparison.nodes.count { $0.kind == .changed }
    let new = comparison.nodes.count - changed
    let numbers = numberRows.count
    return ReportPage(
      title: "Run \(comparison.from) and run \(comparison.to), side by side",
      subtitle: "What is different after run \(comparison.to) from after run \(comparison.from)",
      summary: comparison.nodes.isEmpty
        ? ["Nothing is: all \(comparison.unchanged) nodes have the same results."] : [],
      highlights: [
        .init("\(changed)", changed == 1 ? "node has another result" : "nodes have another result"),
        .init("\(new)", new == 1 ? "node is new" : "nodes are new"),
        .init("\(comparison.unchanged)", "are as they were"),
        .init("\(numbers)", numbers == 1 ? "number differs" : "numbers differ"),
        .init("\(verdicts.count)", verdicts.count == 1 ? "verdict differs" : "verdicts differ"),
      ],
      sections: [
        .init("Numbers", [numbers == 0 ? .paragraph("No number that both have differs.") : .table(numberTable)]),
        .init("Claims", [verdicts.isEmpty ? .paragraph("No verdict differs.") : .table(verdictTable)]),
        .init("Keys", [comparison.nodes.isEmpty ? .paragraph("No key differs.") : .table(keyTable)]),
        .init(
          "Is this page what was made?",
          [
            .selfCheck(
              "The page carries a digest of each of its parts. It can hold itself against them here, or be held against them and"
                + " against the cache by `repro verify` and the name of its file.")
          ]),
      ], footer: "`repro diff \(comparison.from) \(comparison.to) --json` says the same to programs.",
      subject: try PageSubject.comparison(from: comparison.from, to: comparison.to).text())
  }

  private var numberRows: [(node: String, change: RunComparison.MetricChange)] {
    comparison.nodes.filter { $0.kind == .changed }.flatMap { node in node.metrics.map { (node.node, $0) } }
  }

  private var numberTable: Table {
    Table(
      identifier: "numbers", label: "Numbers",
      caption: "Measurements of nodes with another result, at the last step that both have.",
      columns: [
        Table.Column("node", alignment: .leading), Table.Column("number", alignment: .leading), Table.Column("step"),
        Table.Column("then"), Table.Column("now"), Table.Column("difference"), Table.Column("largest at any step"),
      ],
      rows: numberRows.map { node, change in
        let difference = change.from.flatMap { from in change.to.map { $0 - from } }
        return Table.Row([
          .text("`\(literal(node))`"), .text(literal(change.metric)), change.step.map { Cell.integer($0) } ?? .missing,
          .number(change.from, decimals: Self.decimals), .number(change.to, decimals: Self.decimals),
          .number(difference, decimals: Self.decimals, isSigned: true),
          .number(change.largestDifference, decimals: Self.decimals),
        ])
      })
  }

  private var verdictTable: Table {
    Table(
      identifier: "verdicts", label: "Claims", caption: "Claims with another verdict.",
      columns: ["claim", "then", "now"].map { Table.Column($0, alignment: .leading) },
      rows: verdicts.map { claim, from, to in
        Table.Row([
          .text("`\(literal(claim))`"), from.map { Cell.text($0) } ?? .missing, to.map { Cell.text($0) } ?? .missing,
        ])
      })
  }

  private var keyTable: Table {
    Table(
      identifier: "keys", label: "Keys", caption: "Components of the keys of nodes with another result.",
      columns: ["node", "component", "then", "now", "bytes of the outputs"].map {
        Table.Column($0, alignment: .leading)
      },
      rows: comparison.nodes.flatMap { node -> [Table.Row] in
        let bytes = node.kind == .new ? "new" : node.hasSameOutputs ? "the same" : "others"
        guard !node.components.isEmpty, node.kind == .changed else {
          return [Table.Row([.text("`\(literal(node.node))`"), .missing, .missing, .missing, .text(bytes)])]
        }
        return node.components.enumerated().map { index, component in
          Table.Row([
            .text(index == 0 ? "`\(literal(node.node))`" : ""), .text("`\(literal(component.component))`"),
            Self.short(component.from), Self.short(component.to), .text(index == 0 ? bytes : ""),
          ])
        }
      },
      notes: ["Digests are cut to twelve digits; `repro diff --json` has them whole."])
  }

  private static func short(_ value: String?) -> Cell {
    guard let value else { return .missing }
    let isDigest = value.count == 64 && value.allSatisfy(\.isHexDigit)
    return .text("`\(isDigest ? String(value.prefix(12)) : String(value.prefix(80)))`")
  }
}

extension Outputs {
  /// Writes a comparison beside the report.
  ///
  /// - Returns: where it stands.
  /// - Throws: `StageError` where it cannot be written.
  public func lay(comparison: ComparisonPage, from: Int64, to: Int64) throws -> URL {
    let path = "report/compare-\(from)-\(to).html"
    try write(Data(comparison.html().utf8), to: path)
    return folder.appending(path: path)
  }
}
