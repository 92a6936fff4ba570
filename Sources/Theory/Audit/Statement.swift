/// One statement of the paper, or of its repair, as something that a world can contradict.
public struct Statement: Sendable {
  /// Where a form comes from.
  public enum Form: String, Sendable, Codable {
    /// As the paper has it.
    case printed
    /// As the paper's proof gives it, where that differs from the statement.
    case proved
    /// As paper/errata.md mends it, with a proof.
    case repaired
    /// Under other assumptions than the paper's, or put to another use: what it says there shows what the assumptions are good for.
    case variant
  }

  /// What a world says of it.
  public struct Evaluation: Sendable, Equatable {
    /// The inequality is left ≤ right, or left < right where the statement is strict.
    public let left: Double
    public let right: Double
    /// Zero where the assumptions are met, otherwise how far they are from it: something to be made smaller.
    public let distanceToAssumptions: Double
    /// Whether the inequality says nothing, as that an error rate is below 1.
    public let isTrivial: Bool

    public init(left: Double, right: Double, distanceToAssumptions: Double = 0, isTrivial: Bool = false) {
      self.left = left
      self.right = right
      self.distanceToAssumptions = distanceToAssumptions
      self.isTrivial = isTrivial
    }

    public var isMet: Bool { distanceToAssumptions == 0 }
    /// right − left: below zero where the statement is contradicted.
    public var slack: Double { right - left }
  }

  /// For instance `theorem-3`, `eq-13/repaired`.
  public let id: String
  /// For instance `Theorem 3`.
  public let reference: String
  public let form: Form
  /// The inequality, in the markup of the report (`_{}`, `^{}`).
  public let text: String
  public let isStrict: Bool
  /// What a difference of sides is measured in: slack is compared with `scale` times rounding.
  private let scale: @Sendable (AuditQuantities) -> Double
  public let evaluate: @Sendable (AuditQuantities) -> Evaluation

  init(
    _ id: String, _ reference: String, _ form: Form, _ text: String, isStrict: Bool = false,
    scale: @escaping @Sendable (AuditQuantities) -> Double = { _ in 1 },
    _ evaluate: @escaping @Sendable (AuditQuantities) -> Evaluation
  ) {
    self.id = id
    self.reference = reference
    self.form = form
    self.text = text
    self.isStrict = isStrict
    self.scale = scale
    self.evaluate = evaluate
  }

  /// What one world says.
  public func verdict(_ quantities: AuditQuantities) -> Verdict { verdict(of: evaluate(quantities), quantities) }

  /// The verdict on what `evaluate` gave for the same world.
  func verdict(of evaluation: Evaluation, _ quantities: AuditQuantities) -> Verdict {
    // What could not be computed says nothing.
    guard evaluation.isMet, !evaluation.slack.isNaN else { return .vacuous }
    if isContradicted(evaluation, quantities) { return .fails }
    return evaluation.isTrivial ? .vacuous : .holds
  }

  /// Slack in units of the sides: what a search makes small. A world that does not meet the assumptions is worse than any
  /// that does, the more so the farther it is from them.
  func score(_ quantities: AuditQuantities) -> Double { score(of: evaluate(quantities), quantities) }

  /// The score of what `evaluate` gave for the same world.
  func score(of evaluation: Evaluation, _ quantities: AuditQuantities) -> Double {
    guard evaluation.isMet else { return 1e6 * (1 + evaluation.distanceToAssumptions) }
    return evaluation.slack / scale(quantities)
  }

  private func isContradicted(_ evaluation: Evaluation, _ quantities: AuditQuantities) -> Bool {
    // Both sides may have been divided by 1 − Σp².
    let difference = quantities.classes.differenceProbability
    let rounding =
      1e-12 * max(scale(quantities), abs(evaluation.left), abs(evaluation.right)) / (difference > 0 ? difference : 1)
    return evaluation.slack < -rounding || (isStrict && evaluation.slack == 0)
  }
}

/// What is found of a statement.
public enum Verdict: String, Sendable, Codable, CaseIterable {
  case holds
  case fails
  /// Its assumptions are not met, or it says nothing that is not so anyway.
  case vacuous
}
