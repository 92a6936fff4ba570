import Foundation
import Pipeline

/// **claim**: one statement of the paper, the evidence and the verdict.
enum ClaimStage {
  static let definition = StageDefinition(name: StageName.claim, version: 4, isLight: true) { context in
    let settings: ClaimSettings = try context.decodeParameters()
    let outcome = ClaimJudge(settings: settings, evidence: try ClaimEvidence(settings, context)).outcome()
    let verdict = JudgedClaim(
      claim: settings.claim, verdict: outcome.verdict, value: outcome.value.flatMap { $0.isFinite ? $0 : nil },
      ours: outcome.ours, datasets: settings.datasets, evidence: settings.evidence)
    if let value = verdict.value { context.metric("value", value) }
    try JSONFile.write(verdict, to: context.output(OutputName.verdict))
  }
}
