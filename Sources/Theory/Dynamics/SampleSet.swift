import Numerics

extension DynamicsAudit {
  /// Free representations with two views each.
  struct SampleSet {
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

    /// ‖z‖/‖p‖ and 1/(‖z‖‖p‖), which are the same for all samples where W_p is a multiple of a rotation and ‖z‖ is one.
    var factors: (ratio: Double, inverse: Double)? {
      pairs.first.map {
        ($0.representationNorm / $0.predictionNorm, 1 / ($0.representationNorm * $0.predictionNorm))
      }
    }

    /// The derivative of the mean of g in W_p, row by row, by differences.
    var similarityGradient: [Double] {
      func similarity(_ weights: DoubleMatrix) -> Double {
        var sum = 0.0
        for row in 0..<first.rows {
          let (z, target) = (Array(first.row(row)), Array(second.row(row)))
          let p = (0..<z.count).map { line in (0..<z.count).reduce(0) { $0 + weights[line, $1] * z[$1] } }
          sum += dot(p, target) / (dot(p, p) * dot(target, target)).squareRoot()
        }
        return sum / Double(first.rows)
      }
      return predictor.values.indices.map { index in
        RandomPair.difference { step in
          var moved = predictor
          moved.values[index] += step
          return similarity(moved)
        }
      }
    }

    /// How far that is from the theorem's first equality, dΛ_p per unit of r₁.
    func predictorEqualityError(_ gradient: [Double]) -> Double {
      guard let factors else { return .nan }
      return DynamicsAudit.disagreement(gradient, mean(\.residual).map { factors.ratio * $0 })
    }

    /// (I − cΛ̃_p)Λ + ε (Eq. 47), row by row, with the mean of c: Λ + ε is E[z̃₂z̃₁ᵀ].
    var bracket: [Double] {
      guard let factors else { return [] }
      let pairs = pairs
      let c = pairs.reduce(0) { $0 + $1.similarity } / Double(pairs.count)
      let d = first.columns
      let scaled = predictor.multiplied(by: DoubleMatrix(rows: d, columns: d, values: moment))
      return zip(mean(\.targetDirection), scaled.values).map { $0 - c * factors.ratio * $1 }
    }

    /// Λ = E[z̃z̃ᵀ], row by row.
    var moment: [Double] { mean(\.representationDirection) }

    /// dΛ per unit of r₂, by a small step of every z along its gradient with weight decay: z ← z + r₂(∂g/∂z − ηz).
    func momentChange(decay: Double) -> [Double] {
      let (d, rate) = (first.columns, 1e-6)
      let n = Double(first.rows)
      var change = [Double](repeating: 0, count: d * d)
      for pair in pairs {
        let z = pair.representationDirection.map { $0 * pair.representationNorm }
        let moved = zip(z, pair.representationGradient).map { $0 + rate * ($1 - decay * $0) }
        guard let (after, _) = unit(moved) else { return [] }
        let before = pair.representationDirection
        for i in 0..<d {
          for j in 0..<d { change[i * d + j] += (after[i] * after[j] - before[i] * before[j]) / (n * rate) }
        }
      }
      return change
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

    /// How far a step's dΛ is from the theorem's first equality.
    var firstEqualityError: Double {
      DynamicsAudit.disagreement(momentChange(decay: 0), momentChange(of: mean(\.residual)))
    }

    /// (Λ_pᵀB + BᵀΛ_p)/(‖z‖‖p‖), what the theorem makes of B = E[Δz̃ᵀ] or of what stands for it.
    func momentChange(of matrix: [Double]) -> [Double] {
      guard let factors else { return [] }
      let d = first.columns
      let half = predictor.multiplied(by: DoubleMatrix(rows: d, columns: d, values: matrix), transposingSelf: true)
      return (0..<d * d).map { factors.inverse * (half.values[$0] + half[$0 % d, $0 / d]) }
    }
  }
}
