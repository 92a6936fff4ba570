import Numerics

extension DynamicsAudit {
  /// Lemma 1, and whether what it asks for is there.
  static func lemmaChecks() throws(FeatureError) -> [DynamicsCheck] {
    [try lemma1(), try lemma1WithoutGap(), try rankOneCorrelation(), endPoint()]
  }

  /// A path of symmetric matrices with distinct eigenvalues.
  private static func distinct(_ t: Double) -> DoubleMatrix {
    // diag(1, 2, 3) moved by a smooth symmetric part that is too small to close the gaps.
    DoubleMatrix(
      rows: 3, columns: 3,
      values: [1 + 0.3 * t, 0.4 * t, 0.2 * t * t, 0.4 * t, 2, 0.4 * t - 0.3, 0.2 * t * t, 0.4 * t - 0.3, 3 - 0.2 * t])
  }

  private static func lemma1() throws(FeatureError) -> DynamicsCheck {
    let coarse = try EigenvectorPath(points: 100, distinct)
    let fine = try EigenvectorPath(points: 1000, distinct)
    // Ten times finer, ten times smaller jumps: the basis is continuous, with a bounded derivative.
    let isContinuous = fine.largestJump < 0.12 * coarse.largestJump && fine.leastGap > 0.05
    return DynamicsCheck(
      "lemma-1", "Lemma 1", .printed, "distinct eigenvalues ⇒ a continuous orthonormal eigenbasis",
      verdict: isContinuous ? .holds : .fails, trials: 1000, worst: fine.largestJump,
      detail: "a path with distinct eigenvalues: the largest jump between neighbouring bases falls from "
        + "\(short(coarse.largestJump)) to \(short(fine.largestJump)) where the path is cut ten times finer")
  }

  private static func lemma1WithoutGap() throws(FeatureError) -> DynamicsCheck {
    let coarse = try EigenvectorPath(points: 1000, EigenvectorPath.turningWithoutEnd)
    let fine = try EigenvectorPath(points: 10_000, EigenvectorPath.turningWithoutEnd)
    let jumps = fine.largestJump > 0.5 && coarse.largestJump > 0.5
    return DynamicsCheck(
      "lemma-1/without", "Lemma 1", .proved, "the same without distinct eigenvalues", verdict: jumps ? .fails : .holds,
      trials: 10_000, worst: fine.largestJump,
      detail:
        "Rellich's matrix, smooth and zero at t = 0: the largest jump stays \(short(fine.largestJump)) however fine the "
        + "path is cut; the assumption is needed")
  }

  /// §4.2 applies the lemma to Cor(z) = zzᵀ, which has the eigenvalue zero n − 1 times.
  private static func rankOneCorrelation() throws(FeatureError) -> DynamicsCheck {
    let z = [0.6, 0.5, -0.4, 0.3]
    let matrix = DoubleMatrix(rows: 4, columns: 4, values: z.flatMap { a in z.map { a * $0 } })
    let path = try EigenvectorPath(points: 1) { _ in matrix }
    return DynamicsCheck(
      "lemma-1/rank-one", "Eq. 16", .printed, "the lemma applies to Cor(z) = zzᵀ", verdict: .fails, trials: 1,
      worst: path.leastGap,
      detail: "zzᵀ lacks the mean: it has rank one, and for n ≥ 3 the eigenvalue 0 more than once (least gap "
        + "\(short(path.leastGap))); E[zzᵀ] is meant")
  }

  private static func endPoint() -> DynamicsCheck {
    DynamicsCheck(
      "lemma-1/end-point", "Lemma 1", .printed, "the eigenvalues of Λ stay distinct along training", verdict: .vacuous,
      trials: 0, worst: 0,
      detail:
        "§4.2 wants equal eigenvalues at the end, where the lemma no longer applies; collapsed directions share the "
        + "eigenvalue 0 as well")
  }
}

/// Three significant digits.
func short(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return "\(value == 0 ? 0 : value)" }
  var (mantissa, exponent) = (abs(value), 0)
  while mantissa >= 10 {
    mantissa /= 10
    exponent += 1
  }
  while mantissa < 1 {
    mantissa *= 10
    exponent -= 1
  }
  let sign = value < 0 ? "−" : ""
  if (-3...4).contains(exponent) {
    var scale = 1.0
    for _ in 0..<max(0, 2 - exponent) { scale *= 10 }
    let rounded = (abs(value) * scale).rounded() / scale
    return sign + (rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)")
  }
  let digits = (mantissa * 100).rounded() / 100
  return sign + "\(digits)e\(exponent)"
}
