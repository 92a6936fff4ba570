import Charts
import Foundation
import Pipeline
import Theory

/// What a claim's node is told, beside the inputs that hold its evidence.
struct ClaimSettings: StageSettings {
  /// Of the encoder of Figure 5: d, and the rank that a linear projector leaves its Λ; nil where the projector is not linear.
  struct Drawn: Codable, Sendable, Equatable {
    let dimension: Int
    let outputRank: Int?
  }

  let claim: Claim
  /// Whether the profile is large enough to judge it.
  let isJudged: Bool
  /// The cells whose measurements are inputs.
  let cells: [CellSummary]
  let reading: Reading
  /// By a cell's path, the last epoch that Figure 4's line leaves out.
  let fitAfterEpoch: [String: Int]
  /// Titles of the datasets of all encoders that it is judged on, those of summaries too.
  let datasets: [String]
  /// The nodes that the inputs come from.
  let evidence: [String]
  /// Only where the encoder of Figure 5 is judged.
  var drawn: Drawn?
  /// Queries that an accuracy is a share of; only where its error is asked for.
  var queries: Int?
}

/// What a claim is judged by. Only what its kind asks for is there.
struct ClaimEvidence: Sendable {
  var cells: [CellResults] = []
  var published: PublishedResults?
  var study: [StudyFigure.Row] = []
  var correlations: MeasurementTable?
  var findings: [TheoremAudit.Finding] = []
  var dynamics: [DynamicsCheck] = []
  var checkpoints: [CheckpointSummary] = []

  /// Names of the inputs beside the cells' measurements.
  enum Input {
    static let findings = "findings"
    static let dynamics = "dynamics"
    static let checkpoints = "checkpoints"
    static let correlations = "correlations"
    static let published = "published"
  }

  init() {}

  /// Reads the inputs of a claim's node.
  init(_ settings: ClaimSettings, _ context: StageContext) throws {
    cells = try CellResults.read(settings.cells, context)
    for name in context.inputs {
      switch name {
      case Input.published: published = try PublishedResults.load(file: context.input(name))
      case Input.findings: findings = try JSONFile.read(from: context.input(name))
      case Input.dynamics: dynamics = try JSONFile.read(from: context.input(name))
      case Input.checkpoints: checkpoints = try JSONFile.read(from: context.input(name))
      case Input.correlations: correlations = try Self.table(name, context)
      case _ where name.hasPrefix("study/"): study += StudyFigure.rows(try Self.table(name, context))
      case _ where name.hasPrefix("probe/") || name.hasPrefix("bound/"): break
      default: throw StageError("the claim '\(settings.claim.id)' has an input '\(name)' that no claim is judged by")
      }
    }
  }

  private static func table(_ name: String, _ context: StageContext) throws -> MeasurementTable {
    try MeasurementTable(csv: String(contentsOf: context.input(name), encoding: .utf8))
  }

  /// The verdict of one check with what was found.
  func check(_ id: String?) -> (verdict: Verdict, detail: String)? {
    if let finding = findings.first(where: { $0.id == id }) { return (finding.verdict, Self.sentence(finding)) }
    if let check = dynamics.first(where: { $0.id == id }) { return (check.verdict, check.detail) }
    return nil
  }

  static func sentence(_ finding: TheoremAudit.Finding) -> String {
    guard let example = finding.counterexample else {
      let all = finding.held + finding.contradicted + finding.vacuous
      return
        "not contradicted: \(finding.held) of \(all) random constructions put it to the test, and \(finding.searched) searched"
    }
    let world = example.construction
    return "contradicted with d = \(world.dimension), K = \(world.classCount): left \(short(example.left)), right "
      + "\(short(example.right)) (\(example.origin))"
  }

  /// Three significant digits.
  static func short(_ value: Double) -> String { NumberFormat.significant(value, digits: 3) }

  /// A whole number from 1000 on, three significant digits below.
  static func whole(_ value: Double) -> String {
    NumberFormat.significant(value, digits: abs(value) >= 1000 && abs(value) < 1e15 ? Int(log10(abs(value))) + 1 : 3)
  }
}
