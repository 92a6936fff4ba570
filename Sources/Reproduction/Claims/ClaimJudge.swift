import Foundation
import Numerics
import Theory

/// Comes to a verdict on one claim. Each kind of quantity is a few lines; what they compare is said in the result.
struct ClaimJudge {
  let settings: ClaimSettings
  let evidence: ClaimEvidence

  struct Outcome {
    let verdict: JudgedClaim.Verdict
    var value: Double?
    let ours: String

    static func undecided(_ why: String) -> Outcome { Outcome(verdict: .undecided, ours: why) }

    /// Holds where `condition` does.
    static func holds(_ condition: Bool, _ value: Double? = nil, _ ours: String) -> Outcome {
      Outcome(verdict: condition ? .holds : .fails, value: value, ours: ours)
    }
  }

  var claim: Claim { settings.claim }
  var quantity: Claim.Quantity { settings.claim.quantity }

  func outcome() -> Outcome {
    guard settings.isJudged else {
      return .undecided("needs the profile `\(claim.scale)` or a larger one")
    }
    let found = judged()
    guard quantity.kind != .accuracy, collapsedCount > 0 else { return found }
    let leftOut = collapsedCount == 1 ? "1 collapsed encoder" : "\(collapsedCount) collapsed encoders"
    return Outcome(verdict: found.verdict, value: found.value, ours: "\(found.ours); \(leftOut) left out")
  }

  private func judged() -> Outcome {
    switch quantity.kind {
    case .accuracy: return accuracy()
    case .check: return check()
    case .checkpoints: return checkpoints()
    case .formula: return formulaOutcome()
    case .publishedMean, .publishedLoss, .publishedKnee, .publishedSensitivity, .publishedSlopes:
      return publishedTable()
    case .sensitivity: return sensitivity()
    case .fewDimensions: return fewDimensions()
    case .fitAcross: return fitAcross()
    case .fitAlong: return fitAlong()
    case .movesLeft: return movesLeft()
    case .nearsTheLine: return nearsTheLine()
    case .correlationDistance: return correlationDistance()
    case .epsilon: return epsilon()
    case .epsilonSource: return epsilonSource()
    case .correlationLossFalls: return correlationLossFalls()
    case .alignment: return alignment()
    case .predictorCosine: return predictorCosine()
    case .eigenvalueRatio: return eigenvalueRatio()
    case .classifierGap: return classifierGap()
    case .samplingBias: return samplingBias()
    case .studyKnee: return studyKnee()
    }
  }

  var tolerance: Double { claim.tolerance ?? 0 }
  func short(_ value: Double) -> String { ClaimEvidence.short(value) }

  /// "12 of 16 (75%)"
  func share(_ count: Int, of total: Int) -> String { "\(count) of \(total)" }

  static func median(_ values: [Double]) -> Double? { Theory.median(values) }

  // MARK: The theory

  private func check() -> Outcome {
    guard let found = evidence.check(quantity.check) else {
      return .undecided("there is no check named `\(quantity.check ?? "")`")
    }
    switch found.verdict {
    case .holds: return .holds(true, nil, found.detail)
    case .fails: return .holds(false, nil, found.detail)
    case .vacuous: return .undecided(found.detail)
    }
  }

  /// A bound that never says anything is not tight.
  private func checkpoints() -> Outcome {
    guard let summary = evidence.checkpoints.first(where: { $0.id == quantity.check }), summary.checkpoints > 0 else {
      return .undecided("no checkpoint was measured")
    }
    let informative = Double(summary.held) / Double(summary.checkpoints)
    return .holds(
      informative >= tolerance && summary.failed == 0, informative,
      "of \(summary.checkpoints) checkpoints \(summary.met) meet the assumptions, \(summary.held) get a bound that says "
        + "something, \(summary.failed) contradict it")
  }

  private func studyKnee() -> Outcome {
    let rows = evidence.study.filter { !$0.isCoarse }
    guard let least = rows.map(\.target).min() else { return .undecided("the study has no results") }
    let few = rows.filter { $0.target == least && 4 * $0.dimension <= $0.classes }
    guard let best = few.compactMap({ $0["error"] }).min() else { return .undecided("no encoder has d ≤ K/4") }
    return .holds(
      best > tolerance, best,
      "at ε = \(short(least)) an encoder with d ≤ K/4 has an error of \(short(100 * best))%; "
        + StudyFigure.knees(rows, target: least))
  }
}
