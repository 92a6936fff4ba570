import Foundation
import Pipeline
import Report

/// Two runs side by side: which numbers, claims and keys are different after the later one.
public struct ComparisonPage {
  let comparison: RunComparison
  /// Claims whose verdict is another, with both; nil where there was none.
  let verdicts: [(claim: String, from: String?, to: String?)]

  /// In the place of a verdict whose document was removed from the cache, or is damaged.
  static let gone = "no longer stored"
  /// In the place of a verdict whose document is there and not what it should be.
  static let unreadable = "cannot be read"

  private static func isKnown(_ verdict: String?) -> Bool { verdict != gone && verdict != unreadable }

  /// - Throws: what the ledger throws; `StageError` where both are one run.
  public init(_ cache: CacheReader, from: Pipeline.RunRecord, to: Pipeline.RunRecord) throws {
    guard from.id != to.id else { throw StageError(try Self.refusal(from.id, cache)) }
    comparison = try cache.compare(from, to)
    verdicts = try comparison.nodes.filter { $0.node.hasPrefix("claim/") }.compactMap { change in
      let node = try NodeID(change.node)
      let before: String? = try change.kind == .new ? nil : Self.verdict(cache.outputs(of: node, after: from))
      let after: String? = try Self.verdict(cache.outputs(of: node, after: to))
      // Of two that cannot be told nobody knows whether they were the same.
      guard before != after || !Self.isKnown(before) else { return nil }
      return (String(change.node.dropFirst("claim/".count)), before, after)
    }
  }

  init(comparison: RunComparison, verdicts: [(claim: String, from: String?, to: String?)]) {
    self.comparison = comparison
    self.verdicts = verdicts
  }

  /// The member `verdict` of the document that a claim's node leaves.
  private static func verdict(_ outputs: [String: URL]) -> String {
    struct Judged: Decodable { let verdict: String }
    guard let file = outputs[OutputName.verdict] else { return gone }
    return (try? JSONFile.read(Judged.self, from: file))?.verdict ?? unreadable
  }

  /// Why a run is not held against itself, and which there are.
  private static func refusal(_ run: Int64, _ cache: CacheReader) throws -> String {
    let others = try cache.ledger.runs(limit: 6).map(\.id).filter { $0 != run }.prefix(5)
    guard !others.isEmpty else {
      return
        "Run \(run) is the only one so far, and nothing to compare it with: run again after a change, then compare "
        + "with \(run)."
    }
    return "Run \(run) would be compared with itself: name another one, for instance "
      + "\(others.map(String.init).joined(separator: ", ")); `repro log` lists all."
  }

  /// The page, sealed.
  func html() throws -> String { try PageSeal.sealed(page().html()) }

  private func page() throws -> ReportPage {
    let changed = comparison.nodes.count { $0.kind == .changed }
    let new = comparison.nodes.count - changed
    let numbers = numberRows.count
    let known = verdicts.count { Self.isKnown($0.from) && Self.isKnown($0.to) }
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
        .init("\(known)", known == 1 ? "verdict differs" : "verdicts differ"),
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
                + " against the cache by `repro verify` and the name of its file."),
            .link("The report of the last run", path: "index.html"),
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
        let decimals = Self.decimals(showing: [difference, change.largestDifference], of: [change.from, change.to])
        return Table.Row([
          .text("`\(literal(node))`"), .text(literal(change.metric)), change.step.map { Cell.integer($0) } ?? .missing,
          Self.number(change.from, decimals), Self.number(change.to, decimals),
          Self.number(difference, decimals, isSigned: true), Self.number(change.largestDifference, decimals),
        ])
      },
      notes: [
        "Numbers have as many decimals as show three digits of the smaller difference; — where there is none, or it is not a"
          + " number."
      ])
  }

  /// As many decimals as show three digits of the least of some differences; of the numbers themselves where nothing differs.
  /// Nil where that is more than a table can have.
  private static func decimals(showing differences: [Double?], of values: [Double?]) -> Int? {
    func sizes(_ numbers: [Double?]) -> [Double] {
      numbers.compactMap { $0.map { abs($0) } }.filter { $0 > 0 && $0.isFinite }
    }
    guard let least = sizes(differences).min() ?? sizes(values).max() else { return 0 }
    let decimals = max(0, 2 - Int(log10(least).rounded(.down)))
    return decimals <= 12 ? decimals : nil
  }

  private static func number(_ value: Double?, _ decimals: Int?, isSigned: Bool = false) -> Cell {
    guard let value, decimals == nil else { return .number(value, decimals: decimals ?? 0, isSigned: isSigned) }
    let digits = "\(abs(value))"
    return .text(value < 0 ? "−" + digits : isSigned && value > 0 ? "+" + digits : digits)
  }

  private var verdictTable: Table {
    Table(
      identifier: "verdicts", label: "Claims",
      caption: "Claims with another verdict, and those of which one is not known any more.",
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
      notes: [
        "What ends in … is cut, digests after twelve digits and other values after eighty; `repro diff --json` has all of them"
          + " whole."
      ])
  }

  private static func short(_ value: String?) -> Cell {
    guard let value else { return .missing }
    let isDigest = value.count == 64 && value.allSatisfy(\.isHexDigit)
    let kept = value.prefix(isDigest ? 12 : 80)
    return .text("`\(literal(String(kept)))\(kept.count < value.count ? "…" : "")`")
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
