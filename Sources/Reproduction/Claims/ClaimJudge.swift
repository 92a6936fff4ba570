import Foundation
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
    switch quantity.kind {
    case .accuracy: return accuracy()
    case .check: return check()
    case .checkpoints: return checkpoints()
    case .formula: return formula()
    case .publishedMean, .publishedLoss, .publishedKnee, .publishedSensitivity: return publishedTable()
    case .sensitivity: return sensitivity()
    case .fitAcross: return fitAcross()
    case .fitAlong: return fitAlong()
    case .movesLeft: return movesLeft()
    case .nearsTheLine: return nearsTheLine()
    case .correlationDistance: return correlationDistance()
    case .epsilon: return epsilon()
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

  /// The median; nil for none.
  static func median(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
  }

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

  private func formula() -> Outcome {
    func v(_ d: Int, _ k: Int) -> Double { DimensionTerm.v(dimension: d, classCount: k) }
    switch quantity.formula {
    case .vAtFour:
      let value = v(4, 100)
      return .holds(abs(value - (claim.published ?? .nan)) <= tolerance, value, "V(4) = \(short(value)) at K = 100")
    case .vMinimum:
      let places = [10, 100].map { k in (1...20 * k).min { v($0, k) < v($1, k) } ?? 0 }
      return .holds(
        places == [20, 200], Double(places[1]),
        "the minimum over whole d is at \(places[0]) for K = 10 and at \(places[1]) for K = 100, where V < 0; with the term that "
          + "Eq. 26 drops there is no minimum, but 0 from d = K on")
    case .vLimits:
      func real(_ d: Double) -> Double { (100 - d) / (d * d) }
      return .holds(
        real(1e-6) > 1e13 && abs(real(1e9)) < 1e-8, nil, "V(10⁻⁶) = \(short(real(1e-6))), V(10⁹) = \(short(real(1e9)))")
    case .uniformityOfOneSample:
      // Views of one sample that agree: the mean of exp(−t·0) is 1, the largest that it can be.
      let aligned = log(exp(-2.0 * 0))
      let apart = log(exp(-2.0 * 4))
      return .holds(
        aligned < apart, aligned,
        "over two views of one x it is \(short(aligned)) where they agree and \(short(apart)) where they are opposite: "
          + "its minimum would drive views of one sample apart; independent x, x′ are meant")
    case .batchFloor:
      let (d, batch) = (2048.0, 512.0)
      return .holds(
        d - batch <= tolerance * d, d - batch,
        "‖Λ̂ − I‖² ≥ d − B = \(short(d - batch)) in a batch of \(short(batch)) at d = \(short(d)), and "
          + "\(short((d * d - d) / batch)) on average where Λ = I")
    case nil: return .undecided("no formula is named")
    }
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
