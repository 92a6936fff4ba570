import Numerics

extension DynamicsAudit {
  /// Theorem 4 on actual samples: what one small step of gradient ascent does to Λ and W_p.
  static func theorem4Checks(seed: UInt64) throws(FeatureError) -> [DynamicsCheck] {
    let trials = 40
    let general = (0..<trials).map { SampleSet(seed: seed, index: $0, isMatched: false) }
    let matched = (0..<trials).map { SampleSet(seed: seed, index: $0, isMatched: true) }
    var errors: [Double] = []
    for set in general { errors.append(try set.residual().relativeError) }
    var exact: [Double] = []
    for set in matched { exact.append(try set.residual().relativeError) }
    let median = errors.sorted()[trials / 2]
    return [
      .equality(
        "theorem-4/first", "Theorem 4", .printed, "dΛ = r_{2}(‖p‖‖z‖)⁻¹(Λ_{p}ᵀE[Δz̃ᵀ] + E[Δz̃ᵀ]ᵀΛ_{p})", trials: trials,
        tolerance: 1e-4, detail: "samples of one ‖z‖ and one ‖p‖, moved by a small step along their gradients"
      ) { matched[$0].firstEqualityError },
      .equality(
        "theorem-4/trace", "Theorem 4", .printed, "d tr Λ = 0", trials: trials, tolerance: 1e-10,
        detail: "Δ is at right angles to p̃, so tr Λ = 1 is kept and not all eigenvalues can rise"
      ) { general[$0].traceChange },
      DynamicsCheck(
        "theorem-4", "Theorem 4", .printed, "E[Δz̃ᵀ] = (I − cΛ̃_{p})Λ + ε", verdict: .fails, trials: trials,
        worst: errors.max() ?? .nan,
        detail:
          "for random samples the two sides differ by \(short(median)) of their size in the median: z̃_{2}ᵀp̃_{1} and "
          + "‖z‖/‖p‖ are taken for constants, which they are not"),
      DynamicsCheck(
        "theorem-4/assumed", "Theorem 4", .repaired, "E[Δz̃ᵀ] = (I − cΛ̃_{p})Λ + ε where c and ‖z‖/‖p‖ are constants",
        verdict: (exact.max() ?? 1) < 1e-10 ? .holds : .fails, trials: trials, worst: exact.max() ?? .nan,
        detail: "samples of one c and one ‖z‖/‖p‖; Eq. 47's left side should read E[Δα̃ᵀ]"),
    ]
  }

  /// Free representations with two views each.
  private struct SampleSet {
    let first: DoubleMatrix
    let second: DoubleMatrix
    let predictor: DoubleMatrix

    /// - Parameter isMatched: whether ‖z‖, ‖p‖ and z̃₂ᵀp̃₁ are the same for all samples. W_p is then a multiple of a rotation,
    ///   and z₂ lies at one angle to p₁.
    init(seed: UInt64, index: Int, isMatched: Bool) {
      var stream = RandomStream(seed: seed, purpose: AuditPurpose.dynamics, UInt32(1000 + index), isMatched ? 1 : 0)
      let (n, d) = (30, 2 + stream.integer(below: 4))
      var views = DoubleMatrix(rows: n, columns: d, values: stream.normals(n * d))
      var weights = DoubleMatrix(rows: d, columns: d, values: stream.normals(d * d))
      var others = DoubleMatrix(rows: n, columns: d, values: stream.normals(n * d))
      if isMatched {
        let symmetric = weights.multiplied(by: weights, transposingOther: true)
        if let u = try? SymmetricEigen(symmetric).vectors { weights = u }
        for position in weights.values.indices { weights.values[position] *= 1.7 }
        for row in 0..<n {
          guard let (z, _) = unit(Array(views.row(row))) else { continue }
          let p = (0..<d).map { line in (0..<d).reduce(0) { $0 + weights[line, $1] * z[$1] } }
          guard let (direction, _) = unit(p) else { continue }
          let random = Array(others.row(row))
          let inner = dot(random, direction)
          let side = unit(zip(random, direction).map { $0 - inner * $1 })?.direction ?? direction
          for column in 0..<d {
            views[row, column] = 1.3 * z[column]
            others[row, column] = 0.9 * direction[column] + (1 - 0.81).squareRoot() * side[column]
          }
        }
      }
      first = views
      second = others
      predictor = weights
    }

    func residual() throws(FeatureError) -> Theorem4Residual {
      try Theorem4Residual(first, second, predictor: predictor)
    }

    private var pairs: [PredictedPair] {
      (0..<first.rows).compactMap {
        PredictedPair(representation: Array(first.row($0)), target: Array(second.row($0)), predictor: predictor)
      }
    }

    /// d tr Λ per unit of r₂.
    var traceChange: Double {
      let sum = pairs.reduce(0.0) { $0 + 2 * dot($1.directionChange(rate: 1), $1.representationDirection) }
      return abs(sum) / Double(first.rows)
    }

    /// dΛ by a small step of every z against the theorem's first equality.
    var firstEqualityError: Double {
      let (d, rate) = (first.columns, 1e-6)
      let n = Double(first.rows)
      var moved = [Double](repeating: 0, count: d * d)
      var delta = DoubleMatrix(rows: d, columns: d)
      var scale = 0.0
      for pair in pairs {
        let z = pair.representationDirection.map { $0 * pair.representationNorm }
        guard let (after, _) = unit(zip(z, pair.representationGradient).map { $0 + rate * $1 }) else { return .nan }
        let (before, residual) = (pair.representationDirection, pair.residual)
        scale = 1 / (pair.representationNorm * pair.predictionNorm)
        for i in 0..<d {
          for j in 0..<d {
            moved[i * d + j] += (after[i] * after[j] - before[i] * before[j]) / (n * rate)
            delta[i, j] += residual[i] * before[j] / n
          }
        }
      }
      let half = predictor.multiplied(by: delta, transposingSelf: true)
      let expected = (0..<d * d).map { scale * (half.values[$0] + half[$0 % d, $0 / d]) }
      return DynamicsAudit.disagreement(moved, expected)
    }
  }
}
