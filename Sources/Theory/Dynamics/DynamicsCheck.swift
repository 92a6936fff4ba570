/// What was found of one statement of §4.2 or Appendix E.
public struct DynamicsCheck: Sendable, Equatable, Codable {
  /// For instance `eq-34`, `eq-34/repaired`.
  public let id: String
  /// For instance `Eq. 34`.
  public let reference: String
  public let form: Statement.Form
  /// What is claimed, in the markup of the report.
  public let text: String
  public let verdict: Verdict
  /// Random cases that it was tried on.
  public let trials: Int
  /// The largest disagreement: of the two sides relative to their size, or as `detail` says; nil where they cannot be
  /// compared, as a matrix and a vector.
  public let worst: Double?
  /// What was found, in a sentence.
  public let detail: String

  init(
    _ id: String, _ reference: String, _ form: Statement.Form, _ text: String, verdict: Verdict, trials: Int,
    worst: Double, detail: String
  ) {
    self.id = id
    self.reference = reference
    self.form = form
    self.text = text
    self.verdict = verdict
    self.trials = trials
    self.worst = worst.isFinite ? worst : nil
    self.detail = detail
  }

  /// Two sides that are claimed to be equal: they are where they never differ by more than `tolerance`.
  static func equality(
    _ id: String, _ reference: String, _ form: Statement.Form, _ text: String, trials: Int, tolerance: Double = 1e-6,
    detail: String, _ disagreement: (Int) -> Double
  ) -> DynamicsCheck {
    let values = (0..<trials).map(disagreement)
    // Written so that NaN fails.
    let holds = values.allSatisfy { $0 <= tolerance }
    let worst = values.contains(where: \.isNaN) ? Double.nan : values.max() ?? 0
    let extent = worst.isFinite ? "largest relative difference \(short(worst)) in \(trials) cases; " : ""
    return DynamicsCheck(
      id, reference, form, text, verdict: holds ? .holds : .fails, trials: trials, worst: worst,
      detail: extent + detail)
  }

  /// A claim about signs, or the like: the number of cases that contradict it.
  static func claim(
    _ id: String, _ reference: String, _ form: Statement.Form, _ text: String, trials: Int, detail: String,
    _ contradiction: (Int) -> Bool
  ) -> DynamicsCheck {
    let count = (0..<trials).count { contradiction($0) }
    return DynamicsCheck(
      id, reference, form, text, verdict: count == 0 ? .holds : .fails, trials: trials,
      worst: Double(count) / Double(max(1, trials)), detail: "contradicted in \(count) of \(trials) cases; " + detail)
  }
}

/// Every check of §4.2 and Appendix E.
public enum DynamicsAudit {
  /// In the order of the equations; the same seed gives the same checks.
  ///
  /// - Parameter starts: random starts from which the dynamics are followed to their end.
  /// - Throws: `FeatureError` or `RungeKutta.Failure` where something cannot be computed: that is no verdict on the paper.
  public static func run(seed: UInt64 = 0, starts: Int = 40) throws -> [DynamicsCheck] {
    precondition(starts > 0, "a start")
    return try lemmaChecks(seed: seed) + theorem4Checks(seed: seed) + caseChecks(seed: seed, starts: starts)
      + gradientChecks(seed: seed) + decayChecks(seed: seed) + stepChecks(seed: seed) + decaySigns(seed: seed)
  }
}
