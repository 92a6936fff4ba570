import Foundation
import Pipeline

/// All claims with their verdicts, as `repro claims` prints them.
public struct ClaimList: Sendable, Encodable {
  /// A claim with the keys of what it was judged by.
  public struct Entry: Sendable, Encodable {
    public struct Evidence: Sendable, Encodable {
      public let node: String
      public let key: String?
    }

    public let id: String
    public let statement: String
    public let source: String
    public let published: Double?
    public let tolerance: Double?
    public let reason: String
    public let scale: String
    public let verdict: JudgedClaim.Verdict
    public let value: Double?
    public let ours: String
    public let datasets: [String]
    public let evidence: [Evidence]
  }

  public let schema = "repro.claims/1"
  public let profile: String
  public let claims: [Entry]

  /// The names of the nodes of all claims of `project`.
  public static func nodes(of project: Project) -> [NodeID] {
    project.graph.nodes.filter { $0.stage == StageName.claim }.map(\.id)
  }

  /// Reads the verdicts from the cache, in the order of claims.json.
  ///
  /// - Parameters:
  ///   - nodes: which claims.
  ///   - cache: where they were judged.
  /// - Throws: `StageError` where one was not judged yet.
  public init(of project: Project, nodes: [NodeID], from cache: CacheReader) throws {
    profile = project.paper.profile.name
    let keys = try cache.results().mapValues(\.key.hex)
    claims = try nodes.map { node in
      let judged: JudgedClaim = try JSONFile.read(from: cache.url(of: OutputName.verdict, node: node))
      return Entry(
        id: judged.claim.id, statement: judged.claim.statement, source: judged.claim.source,
        published: judged.claim.published, tolerance: judged.claim.tolerance, reason: judged.claim.reason,
        scale: judged.claim.scale, verdict: judged.verdict, value: judged.value, ours: judged.ours,
        datasets: judged.datasets,
        evidence: judged.evidence.map { name in
          Entry.Evidence(node: name, key: (try? NodeID(name)).flatMap { keys[$0] })
        })
    }
  }

  public func count(_ verdict: JudgedClaim.Verdict) -> Int { claims.count { $0.verdict == verdict } }

  /// A claim a line: verdict, name, published value, what was found, and the node that it was found in with its key.
  public var table: String {
    let rows = claims.map { claim in
      let first = claim.evidence.first.map { evidence in
        evidence.node + (evidence.key.map { " \($0.prefix(12))" } ?? "")
          + (claim.evidence.count > 1 ? " +\(claim.evidence.count - 1)" : "")
      }
      return [
        Self.word(claim.verdict), claim.id, claim.published.map(Self.number) ?? "—",
        Self.shortened(Self.plain(claim.ours), to: 72), first ?? "—",
      ]
    }
    let header = ["", "claim", "published", "ours", "evidence: node, key"]
    let widths = header.indices.map { column in
      ([header] + rows).map { $0[column].count }.max() ?? 0
    }
    let lines = ([header] + rows).map { row in
      zip(row, widths).map { $0.padding($1) }.joined(separator: "  ").trimmedAtEnd
    }
    return (lines + ["", tally]).joined(separator: "\n")
  }

  /// A claim a paragraph: verdict, name and source, the claim, published and ours, how it is judged, and all evidence.
  public var text: String {
    var lines: [String] = []
    for claim in claims {
      lines.append("\(Self.word(claim.verdict).padding(6))  \(claim.id)  (\(claim.source))")
      lines.append("        claim      \(Self.plain(claim.statement))")
      if let published = claim.published { lines.append("        published  \(Self.number(published))") }
      lines.append("        ours       \(Self.plain(claim.ours))")
      if !claim.datasets.isEmpty { lines.append("        judged on  \(claim.datasets.joined(separator: ", "))") }
      lines.append("        judged     \(Self.plain(claim.reason)); from the profile \(claim.scale) on")
      for (index, evidence) in claim.evidence.enumerated() {
        let key = evidence.key.map { "  \($0.prefix(12))" } ?? ""
        lines.append("        \(index == 0 ? "evidence" : "        ")   \(evidence.node)\(key)")
      }
    }
    return (lines + ["", tally]).joined(separator: "\n")
  }

  private var tally: String {
    "\(claims.count) claims at profile \(profile): \(count(.holds)) hold, \(count(.fails)) fail, "
      + "\(count(.undecided)) cannot be judged"
  }

  private static func word(_ verdict: JudgedClaim.Verdict) -> String {
    switch verdict {
    case .holds: "holds"
    case .fails: "FAILS"
    case .undecided: "open"
    }
  }

  private static func shortened(_ text: String, to count: Int) -> String {
    text.count <= count ? text : text.prefix(count - 1).trimmingCharacters(in: .whitespaces) + "…"
  }

  /// Without the report's markup.
  private static func plain(_ text: String) -> String {
    FigureText.plain(text).replacing("`", with: "")
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
  }
}

extension String {
  fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

  fileprivate var trimmedAtEnd: String { String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)]) }
}
