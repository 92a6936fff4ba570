import Numerics

extension DynamicsAudit {
  /// Lemma 1, and whether what it asks for is there.
  static func lemmaChecks(seed: UInt64) throws(FeatureError) -> [DynamicsCheck] {
    [try lemma1(seed: seed), try lemma1WithoutGap(), try rankOneCorrelation(), try endPoint()]
  }

  /// diag(1, 2, 3) + tB + t²C with symmetric B and C of norm .2 at most, so that by Weyl's inequality no two eigenvalues come nearer
  /// than .2 to each other.
  private static func randomPath(seed: UInt64, index: Int) -> (Double) -> DoubleMatrix {
    var stream = RandomStream(seed: seed, purpose: AuditPurpose.dynamics, UInt32(60_000 + index))
    func symmetric() -> [Double] {
      let values = stream.normals(9)
      let both = (0..<9).map { (index: Int) -> Double in
        let mirrored = index % 3 * 3 + index / 3
        return (values[index] + values[mirrored]) / 2
      }
      let norm = dot(both, both).squareRoot()
      return both.map { 0.2 * $0 / norm }
    }
    let (b, c) = (symmetric(), symmetric())
    let diagonal: [Double] = [1, 0, 0, 0, 2, 0, 0, 0, 3]
    return { t in
      DoubleMatrix(rows: 3, columns: 3, values: (0..<9).map { diagonal[$0] + t * (b[$0] + t * c[$0]) })
    }
  }

  private static func lemma1(seed: UInt64) throws(FeatureError) -> DynamicsCheck {
    let trials = 50
    var (discontinuous, worst, gap) = (0, 0.0, Double.infinity)
    for index in 0..<trials {
      let path = randomPath(seed: seed, index: index)
      let coarse = try EigenvectorPath(points: 40, path)
      let fine = try EigenvectorPath(points: 400, path)
      // Ten times finer, ten times smaller jumps: the basis is continuous, with a bounded derivative.
      if !(fine.largestJump < 0.12 * coarse.largestJump) { discontinuous += 1 }
      worst = max(worst, fine.largestJump)
      gap = min(gap, fine.leastGap)
    }
    return DynamicsCheck(
      "lemma-1", "Lemma 1", .printed, "distinct eigenvalues ⇒ a continuous orthonormal eigenbasis",
      verdict: discontinuous == 0 ? .holds : .fails, trials: trials, worst: worst,
      detail:
        "random paths of 3 × 3 matrices whose eigenvalues stay apart (by \(short(gap)) of the largest, or more): where a path is "
        + "cut ten times finer the largest jump between neighbouring bases is ten times smaller in "
        + "\(trials - discontinuous) of \(trials)")
  }

  private static func lemma1WithoutGap() throws(FeatureError) -> DynamicsCheck {
    let starts = [0.1, 0.05, 0.025, 0.0125]
    var (turns, controls) = ([Double](), [Double]())
    for start in starts {
      turns.append(
        try EigenvectorPath(points: Int(40 / start), from: start, EigenvectorPath.turningWithoutEnd).turn)
      // t·A has the eigenvalue 0 twice at t = 0 as well, and one basis throughout.
      controls.append(
        try EigenvectorPath(points: 100, from: start) { t in
          DoubleMatrix(rows: 2, columns: 2, values: [t, 2 * t, 2 * t, -t])
        }.turn)
    }
    // ½(1/t − 1): every halving of t adds twice as much as the one before, so no basis has a limit at 0.
    let added = zip(turns.dropFirst(), turns).map { $0 - $1 }
    let turnsWithoutEnd = zip(added.dropFirst(), added).allSatisfy { $0 > 1.9 * $1 } && (added.first ?? 0) > 1
    let isSound = controls.allSatisfy { $0 < 1e-4 }
    return DynamicsCheck(
      "lemma-1/without", "Lemma 1", .variant, "the same without distinct eigenvalues",
      verdict: turnsWithoutEnd && isSound ? .fails : .holds, trials: starts.count, worst: turns.last ?? .nan,
      detail:
        "Rellich's matrix, smooth, with eigenvalues that meet at t = 0 alone: from t = 1 down to \(starts.map(short).joined(separator: ", ")) "
        + "its eigenvectors turn by \(turns.map(short).joined(separator: ", ")), and so on without end; the assumption is needed"
    )
  }

  /// §4.2 applies the lemma to Cor(z) = zzᵀ, which has the eigenvalue zero n − 1 times.
  private static func rankOneCorrelation() throws(FeatureError) -> DynamicsCheck {
    let z = [0.6, 0.5, -0.4, 0.3]
    let matrix = DoubleMatrix(rows: 4, columns: 4, values: z.flatMap { a in z.map { a * $0 } })
    let path = try EigenvectorPath(points: 1) { _ in matrix }
    return DynamicsCheck(
      "lemma-1/rank-one", "Eq. 16", .printed, "the lemma applies to Cor(z) = zzᵀ",
      verdict: path.leastGap < 1e-12 ? .fails : .holds, trials: 1, worst: path.leastGap,
      detail: "zzᵀ lacks the mean: it has rank one, and for n ≥ 3 the eigenvalue 0 more than once (least gap "
        + "\(short(path.leastGap))); E[zzᵀ] is meant")
  }

  /// The end that §4.2 describes: two directions alive with one λ, two collapsed.
  private static func endPoint() throws(FeatureError) -> DynamicsCheck {
    let end = DoubleMatrix(
      rows: 4, columns: 4, values: (0..<16).map { $0 == 0 || $0 == 5 ? 0.5 : 0 })
    let path = try EigenvectorPath(points: 1) { _ in end }
    return DynamicsCheck(
      "lemma-1/end-point", "Lemma 1", .printed,
      "the lemma applies at the end of training, where the λ that are left are equal",
      verdict: path.leastGap < 1e-12 ? .vacuous : .holds, trials: 1, worst: path.leastGap,
      detail:
        "at λ = ½, ½, 0, 0 the least gap is \(short(path.leastGap)): what the lemma asks for is not there, and it says nothing"
    )
  }
}
