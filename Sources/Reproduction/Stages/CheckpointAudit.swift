import Numerics
import Theory

/// What every statement of §4.1 and Appendices A to D says on one checkpoint.
struct CheckpointAudit: Codable, Sendable, Equatable {
  struct Check: Codable, Sendable, Equatable {
    /// `Statement.id`.
    let id: String
    let verdict: Verdict
    /// Whether the assumptions are met.
    let isMet: Bool
    /// Both sides, left ≤ right; nil where they are not finite.
    let left: Double?
    let right: Double?
  }

  let epoch: Int
  let checks: [Check]

  init(epoch: Int, quantities: AuditQuantities) {
    self.epoch = epoch
    checks = Statement.all.map { statement in
      let evaluation = statement.evaluate(quantities)
      func finite(_ value: Double) -> Double? { value.isFinite && evaluation.isMet ? value : nil }
      return Check(
        id: statement.id, verdict: statement.verdict(quantities), isMet: evaluation.isMet,
        left: finite(evaluation.left),
        right: finite(evaluation.right))
    }
  }

  private init(epoch: Int, checks: [Check]) {
    self.epoch = epoch
    self.checks = checks
  }

  /// Of an encoder some of whose outputs are not on the sphere, which every statement takes for granted.
  static func unmet(epoch: Int) -> CheckpointAudit {
    CheckpointAudit(
      epoch: epoch,
      checks: Statement.all.map { Check(id: $0.id, verdict: .vacuous, isMet: false, left: nil, right: nil) })
  }
}

/// What Theorem 4 asks of a SimSiam encoder and its predictor, as they are.
struct PredictorMeasurement {
  static let columns = [
    "alignment_diagonal_share", "alignment_random_share", "alignment_commutator", "predictor_asymmetry",
    "theorem4_error", "theorem4_factor_error", "theorem4_c", "theorem4_c_deviation", "theorem4_ratio_variation",
    "theorem4_noise",
  ]

  let row: [String: Double?]
  /// λ_p in the eigenbasis of Λ, in the order of Λ's eigenvalues, largest first.
  let eigenvalues: [Double]

  /// - Parameters:
  ///   - first, second: z of two views of each image, as the encoder gives them.
  ///   - predictor: W_p.
  /// - Throws: `FeatureError`.
  init(first: Matrix, second: Matrix, moment: SecondMoment, predictor: DoubleMatrix) throws {
    let alignment = try EigenspaceAlignment(predictor: predictor, moment: moment.matrix)
    let residual = try Theorem4Residual(DoubleMatrix(first), DoubleMatrix(second), predictor: predictor)
    eigenvalues = alignment.predictorEigenvalues
    row = [
      "alignment_diagonal_share": alignment.diagonalShare, "alignment_random_share": alignment.randomShare,
      "alignment_commutator": alignment.commutator, "predictor_asymmetry": alignment.asymmetry,
      "theorem4_error": residual.relativeError, "theorem4_factor_error": residual.factorError, "theorem4_c": residual.c,
      "theorem4_c_deviation": residual.deviationOfC, "theorem4_ratio_variation": residual.variationOfRatio,
      "theorem4_noise": residual.relativeNoise,
    ]
  }
}
