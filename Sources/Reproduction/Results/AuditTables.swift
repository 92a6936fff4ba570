import Charts
import Report
import Theory

/// The audit as the report prints it.
struct AuditTables {
  let findings: [TheoremAudit.Finding]
  let checkpoints: [CheckpointSummary]
  let separation: SeparationResults
  let dynamics: [DynamicsCheck]
  let outcomes: [SimulationResults.Outcome]

  static let introduction =
    "Every statement of §4 and of the appendices is taken at its word. On constructions that meet its assumptions: thousands drawn at random,"
    + " others optimised to contradict it, and those that can be written down. On every recorded checkpoint: with the ε that it has. A statement"
    + " fails where one construction contradicts it, holds where none was found, and says nothing where its assumptions are not met or its"
    + " bound is one that anything satisfies. Forms: as printed, as its proof has it, as the errata below mend it, and variants: under other assumptions,"
    + " which shows what those are good for."

  /// Kept in one line.
  private static func unbroken(_ text: String) -> String { text.replacing(" ", with: "\u{A0}") }

  private static func short(_ value: Double) -> String { NumberFormat.significant(value, digits: 3) }

  private static func word(_ verdict: Verdict) -> String {
    switch verdict {
    case .holds: "holds"
    case .fails: "fails"
    case .vacuous: "says nothing"
    }
  }

  private static let failed = Cell.Mark(
    name: "fails", symbol: "✗", meaning: "contradicted; the smallest counterexample is drawn below", tone: .warning)

  private static func verdict(_ verdict: Verdict) -> Cell {
    .text(word(verdict), mark: verdict == .fails ? failed : nil, target: "audit/theorems")
  }

  var statements: Table {
    let summaries = Dictionary(checkpoints.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return Table(
      identifier: "statements", label: "Statements",
      caption:
        "Theorems 1 to 3 and the equations of Appendices A to D, on constructions and on all recorded checkpoints.",
      groups: [
        Table.Group("", span: 3), Table.Group("on constructions", span: 3), Table.Group("on checkpoints", span: 4),
      ],
      columns: [
        Table.Column("statement", alignment: .leading), Table.Column("form", alignment: .leading),
        Table.Column("inequality", alignment: .leading), Table.Column("verdict", alignment: .leading),
        Table.Column("put to the test"), Table.Column("contradicted by", alignment: .leading),
        Table.Column("assumptions met"),
        Table.Column("holds"), Table.Column("fails"), Table.Column("median slack"),
      ],
      rows: findings.map { finding in
        let summary = summaries[finding.id]
        return Table.Row([
          .text(Self.unbroken(finding.reference)), .text(finding.form.rawValue), .text(finding.text),
          Self.verdict(finding.verdict), .integer(finding.held + finding.contradicted + finding.searched),
          .text(counterexample(finding)),
          summary.map { Cell.text("\($0.met) of \($0.checkpoints)", target: "audit/checkpoints") } ?? .missing,
          summary.map { Cell.integer($0.held) } ?? .missing, summary.map { Cell.integer($0.failed) } ?? .missing,
          summary?.medianSlack.map { Cell.text(Self.short($0)) } ?? .missing,
        ])
      },
      notes: [
        "Put to the test: by random constructions that meet the assumptions and of which the statement says something, and by those that"
          + " searches looked at.",
        "Checkpoints that are not counted as holding or failing meet the assumptions and get a bound that says nothing, or do not meet"
          + " them. Slack: right side less left side, where the assumptions are met.",
      ])
  }

  private func counterexample(_ finding: TheoremAudit.Finding) -> String {
    guard let example = finding.counterexample else { return "—" }
    return "d = \(example.construction.dimension), K = \(example.construction.classCount): "
      + "\(Self.short(example.left)) against \(Self.short(example.right)), \(example.origin)"
  }

  /// The searches made for Theorem 1.
  var searches: Table {
    let conditions: [SeparationSearch.Condition: String] = [
      .printed: "μ_{i}ᵀμ_{j} < r²(1 − 4ε + ε²)", .squared: "(μ_{i}ᵀμ_{j})² < r⁴(1 − 4ε + ε²)²",
      .sharp: "μ_{i}ᵀμ_{j} < r²(1 − 9ε²/4)", .orthogonal: "μ_{i}ᵀμ_{j} < 0",
    ]
    return Table(
      identifier: "separation-searches", label: "Theorem 1",
      caption:
        "Searches for two classes that meet the condition and are mistaken all the same, each from its own random start.",
      columns: [
        Table.Column("condition", alignment: .leading), Table.Column("ε from"), Table.Column("to"),
        Table.Column("attempts"), Table.Column("contradictions"), Table.Column("least ε of one"),
      ],
      rows: separation.searches.map { search in
        Table.Row([
          .text(conditions[search.condition] ?? search.condition.rawValue), .number(search.epsilonFrom, decimals: 3),
          .number(search.epsilonTo, decimals: 3), .integer(search.attempts),
          .integer(search.contradictions, target: "audit/separation"),
          .number(search.leastEpsilon, decimals: 3),
        ])
      })
  }

  /// Lemma 1, Theorem 4 and Appendix E.
  var dynamicsTable: Table {
    Table(
      identifier: "dynamics-checks", label: "Dynamics",
      caption:
        "Lemma 1, Theorem 4 and Appendix E, against finite differences, random samples and integrated trajectories.",
      columns: [
        Table.Column("statement", alignment: .leading), Table.Column("form", alignment: .leading),
        Table.Column("claim", alignment: .leading), Table.Column("verdict", alignment: .leading),
        Table.Column("what was found", alignment: .leading),
      ],
      rows: dynamics.map { check in
        Table.Row([
          .text(Self.unbroken(check.reference)), .text(check.form.rawValue), .text(check.text),
          .text(
            Self.word(check.verdict),
            mark: check.verdict == .fails
              ? Cell.Mark(name: "fails", symbol: "✗", meaning: "not so, as the last column says", tone: .warning) : nil,
            target: "audit/dynamics"),
          .text(check.detail),
        ])
      })
  }

  /// Whether eigenvalues become equal.
  var uniformity: Table {
    let titles = [
      "none": "ε = 0, no weight decay", "noise": "ε < 0, no weight decay", "decay": "weight decay on z and W_{p}",
      "printed decay": "weight decay as Eq. 49 has it",
      "frozen decay": "the same with c and ‖p‖ held constant",
    ]
    return Table(
      identifier: "uniformity", label: "Uniformity",
      caption:
        "Does uniformity follow, as §4.2 says? Largest over smallest eigenvalue among those that do not collapse, from random starts; 1 where"
        + " they are equal.",
      columns: [
        Table.Column("dynamics", alignment: .leading), Table.Column("starts"), Table.Column("median at the start"),
        Table.Column("median at the end"), Table.Column("largest at the end"), Table.Column("change of the trace"),
      ],
      rows: outcomes.map { outcome in
        Table.Row([
          .text(titles[outcome.variant] ?? outcome.variant), .integer(outcome.ratiosAtStart.count),
          .number(median(outcome.ratiosAtStart)),
          .number(median(outcome.ratiosAtEnd), target: "simulation/simsiam"),
          .number(outcome.ratiosAtEnd.max()), .text(Self.short(outcome.largestTraceError)),
        ])
      })
  }
}
