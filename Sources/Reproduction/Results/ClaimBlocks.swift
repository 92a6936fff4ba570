import Report

/// The claims as the report shows them: those that fail first, those that could not be judged last.
struct ClaimBlocks {
  let claims: [JudgedClaim]

  init(_ claims: [JudgedClaim]) { self.claims = claims }

  private func count(_ verdict: JudgedClaim.Verdict) -> Int { claims.count { $0.verdict == verdict } }

  /// How many hold, fail and cannot be told, at one glance; nil where there are no claims.
  func board(setting: String) -> VerdictBoard? {
    guard !claims.isEmpty else { return nil }
    return VerdictBoard(
      setting: setting,
      counts: JudgedClaim.Verdict.allCases.map { verdict in
        VerdictBoard.Count(
          verdict, count(verdict),
          anchor: claims.first { $0.verdict == verdict }.map { Self.identifier($0) })
      })
  }

  var blocks: [ReportPage.Block] {
    let judged = count(.holds) + count(.fails)
    var blocks: [ReportPage.Block] = [
      .paragraph(
        "Of \(claims.count) claims of the paper \(judged) can be judged at this scale: \(count(.holds)) hold, \(count(.fails)) fail."
          + " Each names its own node and the first of those that it was judged by, which are all in its record; `repro claims`"
          + " prints them with their keys.")
    ]
    for (title, verdict) in [
      ("Claims that fail", JudgedClaim.Verdict.fails), ("Claims that hold", .holds),
      ("Claims that this scale cannot judge", .undecided),
    ] {
      let shown = claims.filter { $0.verdict == verdict }
      guard !shown.isEmpty else { continue }
      blocks.append(.heading(title))
      blocks.append(.claims(shown.map(Self.verdict)))
    }
    return blocks
  }

  /// Nodes that are named beside the claim's own, which tells of the rest.
  private static let mostNodes = 3

  private static func verdict(_ judged: JudgedClaim) -> ClaimVerdict {
    var evidence = judged.ours
    var nodes = ["claim/\(judged.claim.id)"]
    if judged.verdict != .undecided {
      if !judged.datasets.isEmpty { evidence += ". Judged on \(judged.datasets.joined(separator: ", "))" }
      evidence += ". Judged so: \(judged.claim.reason)."
      nodes += judged.evidence.prefix(mostNodes)
    }
    return ClaimVerdict(
      identifier: identifier(judged), statement: judged.claim.statement, source: judged.claim.source,
      verdict: judged.verdict, evidence: evidence, nodes: nodes)
  }

  private static func identifier(_ judged: JudgedClaim) -> String { "claim/\(judged.claim.id)" }
}

/// `paper/errata.md` as part of the report.
enum ErrataPage {
  /// Headings and paragraphs, with the emphasis and the indices of formulas as the page sets them.
  static func blocks(_ markdown: String) -> [ReportPage.Block] {
    var blocks: [ReportPage.Block] = []
    var paragraph: [String] = []
    func finish() {
      guard !paragraph.isEmpty else { return }
      blocks.append(.paragraph(typeset(paragraph.joined(separator: " "))))
      paragraph = []
    }
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("# ") { continue }
      if line.hasPrefix("#") {
        finish()
        let text = typeset(String(line.drop { $0 == "#" || $0 == " " }))
        blocks.append(line.hasPrefix("###") ? .subheading(text) : .heading(text))
      } else if line.allSatisfy(\.isWhitespace) {
        finish()
      } else {
        paragraph.append(line)
      }
    }
    finish()
    return blocks
  }

  /// `**So**`, `*so*` and `L_bound` as `InlineText` has them; what stands between backticks stays.
  static func typeset(_ markdown: String) -> String {
    markdown.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
      guard index % 2 == 0, part.utf8.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "_") }) else {
        return String(part)
      }
      return String(part)
        .replacing(/\*\*([^*{}]+)\*\*/) { "**{\($0.output.1)}" }
        .replacing(/\*([^*{}]+)\*/) { "*{\($0.output.1)}" }
        .replacing(/_([A-Za-z]+)/) { "_{\($0.output.1)}" }
    }.joined(separator: "`")
  }
}
