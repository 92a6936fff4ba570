import Foundation
import Pipeline
import Theory

/// What a claim's node is told, beside the inputs that hold its evidence.
struct ClaimSettings: StageSettings {
  let claim: Claim
  /// Whether the profile is large enough to judge it.
  let isJudged: Bool
  /// The cells whose measurements are inputs.
  let cells: [CellSummary]
  let reading: Reading
  /// By a cell's path, the last epoch that Figure 4's line leaves out.
  let fitAfterEpoch: [String: Int]
  /// The nodes that the inputs come from.
  let evidence: [String]
}

/// The inputs of a claim's node, read as they are asked for.
struct ClaimEvidence {
  let settings: ClaimSettings
  let context: StageContext

  var claim: Claim { settings.claim }
  var quantity: Claim.Quantity { settings.claim.quantity }

  /// Names of the inputs beside the cells' measurements.
  enum Input {
    static let findings = "findings"
    static let dynamics = "dynamics"
    static let checkpoints = "checkpoints"
    static let correlations = "correlations"
    static let published = "published"
    static func study(_ classCount: Int) -> String { "study/\(classCount)" }
  }

  func cells() throws -> [CellResults] { try CellResults.read(settings.cells, context) }

  func published() throws -> PublishedResults { try PublishedResults.load(file: context.input(Input.published)) }

  func study() throws -> [StudyFigure.Row] {
    try context.inputs.filter { $0.hasPrefix("study/") }.flatMap { name in
      StudyFigure.rows(try MeasurementTable(csv: String(contentsOf: context.input(name), encoding: .utf8)))
    }
  }

  func correlations() throws -> MeasurementTable {
    try MeasurementTable(csv: String(contentsOf: context.input(Input.correlations), encoding: .utf8))
  }

  /// The verdict of one check with what was found.
  func check() throws -> (verdict: Verdict, detail: String)? {
    guard let id = quantity.check else { return nil }
    if context.inputs.contains(Input.findings) {
      let findings: [TheoremAudit.Finding] = try JSONFile.read(from: context.input(Input.findings))
      if let finding = findings.first(where: { $0.id == id }) { return (finding.verdict, Self.sentence(finding)) }
    }
    if context.inputs.contains(Input.dynamics) {
      let checks: [DynamicsCheck] = try JSONFile.read(from: context.input(Input.dynamics))
      if let check = checks.first(where: { $0.id == id }) { return (check.verdict, check.detail) }
    }
    return nil
  }

  func checkpoints() throws -> CheckpointSummary? {
    let all: [CheckpointSummary] = try JSONFile.read(from: context.input(Input.checkpoints))
    return all.first { $0.id == quantity.check }
  }

  static func sentence(_ finding: TheoremAudit.Finding) -> String {
    let tried =
      "\(finding.held + finding.contradicted + finding.vacuous) random constructions, \(finding.searched) searched"
    guard let example = finding.counterexample else { return "not contradicted by \(tried)" }
    let world = example.construction
    return "contradicted with d = \(world.dimension), K = \(world.classCount): left \(Self.short(example.left)), right "
      + "\(Self.short(example.right)) (\(example.origin))"
  }

  /// Three significant digits.
  static func short(_ value: Double) -> String {
    if value == 0 { return "0" }
    let text = String(format: "%.3g", abs(value))
    return value < 0 ? "−" + text : text
  }
}
