import Numerics

extension DynamicsAudit {
  /// Theorem 4 on actual samples: what one small step of gradient ascent does to Λ and W_p, and each equality on the way.
  ///
  /// The theorem takes ‖z‖, ‖p‖ and c = z̃₂ᵀp̃₁ for constants (Appendix E.1), so it is held against samples of which that is so;
  /// what it is off by where it is not is a check of its own.
  static func theorem4Checks(seed: UInt64) throws(FeatureError) -> [DynamicsCheck] {
    let trials = 40
    let general = (0..<trials).map { SampleSet(seed: seed, index: $0) }
    let matched = (0..<trials).map { SampleSet(seed: seed, index: $0, norms: [1.3]) }
    let scaled = (0..<trials).map { SampleSet(seed: seed, index: $0, norms: [0.4, 1.3, 2]) }
    func errors(
      _ sets: [SampleSet], _ value: (Theorem4Residual) -> Double
    ) throws(FeatureError) -> [Double] {
      var errors: [Double] = []
      for set in sets { errors.append(value(try set.residual())) }
      return errors
    }
    let exact = try errors(matched, \.relativeError)
    let apart = try errors(general, \.relativeError)
    let factor = try errors(scaled, \.factorError)
    let factorApart = try errors(general, \.factorError)
    return [
      .equality(
        "theorem-4", "Theorem 4", .printed, "E[Δz̃ᵀ] = (I − cΛ̃_{p})Λ + ε where c, ‖z‖ and ‖p‖ are constants",
        trials: trials,
        tolerance: 1e-10, detail: "samples of one c, one ‖z‖ and one ‖p‖, as Appendix E.1 assumes"
      ) { exact[$0] },
      .equality(
        "theorem-4/unmatched", "Theorem 4", .proved, "E[Δz̃ᵀ] = (I − cΛ̃_{p})Λ + ε with the means of c and ‖z‖/‖p‖",
        trials: trials,
        tolerance: 1e-10,
        detail:
          "random samples, whose c and ‖z‖/‖p‖ differ: in the median the sides differ by \(short(median(apart))) of their size"
      ) { apart[$0] },
      .equality(
        "theorem-4/first", "Theorem 4", .printed, "dΛ = r_{2}(‖p‖‖z‖)⁻¹(Λ_{p}ᵀE[Δz̃ᵀ] + E[Δz̃ᵀ]ᵀΛ_{p})", trials: trials,
        tolerance: 1e-4, detail: "samples of one ‖z‖ and one ‖p‖, moved by a small step along their gradients"
      ) { matched[$0].firstEqualityError },
      .equality(
        "theorem-4/predictor", "Theorem 4", .printed, "dΛ_{p} = r_{1}(‖z‖/‖p‖)E[Δz̃ᵀ]", trials: trials, tolerance: 1e-6,
        detail: "samples of one ‖z‖ and one ‖p‖; the mean of g against finite differences in W_{p}"
      ) { matched[$0].predictorEqualityError },
      .equality(
        "theorem-4/trace", "Theorem 4", .printed, "tr(Λ_{p}ᵀE[Δz̃ᵀ]) = 0, so d tr Λ = 0", trials: trials,
        tolerance: 1e-10,
        detail:
          "where ‖p‖ is one for all samples: Δ is at right angles to p̃, so tr Λ = 1 is kept and not all eigenvalues can rise"
      ) { matched[$0].traceChange },
      .equality(
        "eq-42", "Eq. 42", .printed, "E[(‖z‖/‖p‖)Δz̃ᵀ] = E[‖z‖/‖p‖]E[Δz̃ᵀ] where Δz̃ᵀ is independent of ‖z‖ and ‖p‖",
        trials: trials,
        tolerance: 1e-10, detail: "every direction with every ‖z‖, and a W_{p} that changes all lengths alike"
      ) { factor[$0] },
      .equality(
        "eq-42/unmatched", "Eq. 42", .proved, "the same for any W_{p}", trials: trials, tolerance: 1e-10,
        detail:
          "‖z‖/‖p‖ = 1/‖W_{p}z̃‖ is a function of z̃, so that the independence asks for a W_{p} that changes all lengths alike; for "
          + "random W_{p} the sides differ by \(short(median(factorApart))) of their size in the median"
      ) { factorApart[$0] },
      .equality(
        "eq-43", "Eq. 43", .printed, "E[Δz̃ᵀ/(‖z‖‖p‖)] = E[1/(‖z‖‖p‖)]E[Δz̃ᵀ] where Δz̃ᵀ is independent of ‖z‖ and ‖p‖",
        trials: trials, tolerance: 1e-10, detail: "the same samples as for Eq. 42"
      ) { scaled[$0].inverseFactorError },
      .equality(
        "eq-46", "Eq. 46", .printed, "E[Δz̃_{1}ᵀ] = E[z̃_{2}z̃_{1}ᵀ] − E[z̃_{2}ᵀp̃_{1} · p̃_{1}z̃_{1}ᵀ]", trials: trials,
        tolerance: 1e-12,
        detail: "algebra: Δ multiplied out"
      ) { general[$0].twoTermsError },
    ]
  }

  private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  /// Free representations with two views each.
  private struct SampleSet {
    let first: DoubleMatrix
    let second: DoubleMatrix
    let predictor: DoubleMatrix

    /// - Parameter norms: with none, everything is random. Otherwise W_p is a multiple of a rotation, z₂ lies at one angle to p₁
    ///   and every direction of z₁ comes with each of these lengths: z̃₂ᵀp̃₁ and ‖z‖/‖p‖ are the same for all samples, and
    ///   Δz̃₁ᵀ is independent of ‖z‖ and ‖p‖.
    init(seed: UInt64, index: Int, norms: [Double] = []) {
      var stream = RandomStream(seed: seed, purpose: AuditPurpose.dynamics, UInt32(1000 + index), UInt32(norms.count))
      let (n, d) = (30, 2 + stream.integer(below: 4))
      let views = DoubleMatrix(rows: n, columns: d, values: stream.normals(n * d))
      let weights = DoubleMatrix(rows: d, columns: d, values: stream.normals(d * d))
      let others = DoubleMatrix(rows: n, columns: d, values: stream.normals(n * d))
      let symmetric = weights.multiplied(by: weights, transposingOther: true)
      guard !norms.isEmpty, var rotation = try? SymmetricEigen(symmetric).vectors else {
        (first, second, predictor) = (views, others, weights)
        return
      }
      for position in rotation.values.indices { rotation.values[position] *= 1.7 }
      var (matched, targets) = ([Double](), [Double]())
      for row in 0..<n {
        guard let (z, _) = unit(Array(views.row(row))) else { continue }
        let p = (0..<d).map { line in (0..<d).reduce(0) { $0 + rotation[line, $1] * z[$1] } }
        guard let (direction, _) = unit(p) else { continue }
        let random = Array(others.row(row))
        let inner = dot(random, direction)
        let side = unit(zip(random, direction).map { $0 - inner * $1 })?.direction ?? direction
        for norm in norms {
          matched += z.map { norm * $0 }
          targets += (0..<d).map { 0.9 * direction[$0] + (1 - 0.81).squareRoot() * side[$0] }
        }
      }
      first = DoubleMatrix(rows: matched.count / d, columns: d, values: matched)
      second = DoubleMatrix(rows: targets.count / d, columns: d, values: targets)
      predictor = rotation
    }

    func residual() throws(FeatureError) -> Theorem4Residual {
      try Theorem4Residual(first, second, predictor: predictor)
    }

    private var pairs: [PredictedPair] {
      (0..<first.rows).compactMap {
        PredictedPair(representation: Array(first.row($0)), target: Array(second.row($0)), predictor: predictor)
      }
    }

    /// The mean of `factor`·a·z̃₁ᵀ over pairs, row by row.
    private func mean(_ vector: (PredictedPair) -> [Double], _ factor: (PredictedPair) -> Double = { _ in 1 })
      -> [Double]
    {
      let d = first.columns
      var sum = [Double](repeating: 0, count: d * d)
      let pairs = pairs
      for pair in pairs {
        let (a, scale) = (vector(pair), factor(pair) / Double(pairs.count))
        for i in 0..<d {
          for j in 0..<d { sum[i * d + j] += scale * a[i] * pair.representationDirection[j] }
        }
      }
      return sum
    }

    /// tr(W_pᵀE[Δz̃ᵀ]), over the norm of W_p.
    var traceChange: Double {
      let norm = predictor.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return abs(dot(predictor.values, mean(\.residual))) / norm
    }

    /// dΛ_p per unit of r₁ by differences of the mean similarity, against the theorem's first equality.
    var predictorEqualityError: Double {
      let pairs = pairs
      guard let some = pairs.first else { return .nan }
      let scale = some.representationNorm / some.predictionNorm
      func similarity(_ weights: DoubleMatrix) -> Double {
        var sum = 0.0
        for row in 0..<first.rows {
          let (z, target) = (Array(first.row(row)), Array(second.row(row)))
          let p = (0..<z.count).map { line in (0..<z.count).reduce(0) { $0 + weights[line, $1] * z[$1] } }
          sum += dot(p, target) / (dot(p, p) * dot(target, target)).squareRoot()
        }
        return sum / Double(first.rows)
      }
      let gradient = predictor.values.indices.map { index in
        RandomPair.difference { step in
          var moved = predictor
          moved.values[index] += step
          return similarity(moved)
        }
      }
      return DynamicsAudit.disagreement(gradient, mean(\.residual).map { scale * $0 })
    }

    /// Eq. 43 without its constant W_pᵀ.
    var inverseFactorError: Double {
      let pairs = pairs
      func factor(_ pair: PredictedPair) -> Double { 1 / (pair.representationNorm * pair.predictionNorm) }
      let average = pairs.reduce(0) { $0 + factor($1) } / Double(pairs.count)
      return DynamicsAudit.disagreement(mean(\.residual, factor), mean(\.residual).map { average * $0 })
    }

    var twoTermsError: Double {
      let second = mean(\.targetDirection)
      let along = mean(\.predictionDirection) { dot($0.targetDirection, $0.predictionDirection) }
      return DynamicsAudit.disagreement(mean(\.residual), zip(second, along).map { $0 - $1 })
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
