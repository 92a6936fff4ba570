import Numerics

extension DynamicsAudit {
  /// Eq. 48, 49, 54 and 55 against what one small step of gradient ascent with weight decay does to samples and predictor.
  static func stepChecks(seed: UInt64) -> [DynamicsCheck] {
    let (trials, decay) = (20, 0.3)
    let sets = (0..<trials).map { SampleSet(seed: seed, index: $0, norms: [1.3]) }
    let ensembles = (0..<trials).map { SignedEnsemble(seed: seed, index: $0) }
    return [
      .equality(
        "eq-48/step", "Eq. 48", .printed, "dλ_{p} = r_{1}(‖z‖/‖p‖)[(1 − cλ̃_{p})λ + ε] − r_{1}ηλ_{p}", trials: trials,
        detail:
          "samples whose Λ, ε and W_{p} are diagonal and whose c and ‖p‖ are one: W_{p} after a step along the differences of the "
          + "mean of g, with weight decay"
      ) { ensembles[$0].predictorError },
      .equality(
        "eq-49/step", "Eq. 49", .repaired, "dλ = 2r_{2}(λ_{p}/(‖z‖‖p‖))[(1 − cλ̃_{p})λ + ε], whatever η", trials: trials,
        tolerance: 1e-4,
        detail: "the same samples: Λ after a step of every z along the differences of g, with weight decay"
      ) { ensembles[$0].momentError },
      .equality(
        "eq-54", "Eq. 54", .printed, "dΛ_{p} = r_{1}(‖z‖/‖p‖)[(I − cΛ̃_{p})Λ + ε] − r_{1}ηΛ_{p}", trials: trials,
        detail: "samples of one c, one ‖z‖ and one ‖p‖: the differences of the mean of g in W_{p}, less ηW_{p}"
      ) { index in
        let set = sets[index]
        guard let factors = set.factors else { return .nan }
        let step = zip(set.similarityGradient, set.predictor.values).map { $0 - decay * $1 }
        let claimed = zip(set.bracket, set.predictor.values).map { factors.ratio * $0 - decay * $1 }
        return disagreement(step, claimed)
      },
      .equality(
        "eq-55", "Eq. 55", .printed,
        "dΛ = r_{2}(‖z‖‖p‖)⁻¹(Λ_{p}ᵀB + BᵀΛ_{p}) − 2r_{2}ηΛ with B = (I − cΛ̃_{p})Λ + ε", trials: trials,
        tolerance: 1e-4,
        detail:
          "the same samples after a small step along their gradients with weight decay, which shortens z and leaves z̃z̃ᵀ as it is: "
          + "Eq. 49, 55 and 57 keep a term that Eq. 52 has removed"
      ) { index in
        let set = sets[index]
        let claimed = zip(set.momentChange(of: set.bracket), set.moment).map { $0 - 2 * decay * $1 }
        return disagreement(set.momentChange(decay: decay), claimed)
      },
      .equality(
        "eq-55/repaired", "Eq. 55", .repaired, "dΛ = r_{2}(‖z‖‖p‖)⁻¹(Λ_{p}ᵀB + BᵀΛ_{p}), whatever η", trials: trials,
        tolerance: 1e-4, detail: "the same step"
      ) { index in
        let set = sets[index]
        return disagreement(set.momentChange(decay: decay), set.momentChange(of: set.bracket))
      },
    ]
  }

  /// Samples of which the local dynamics are exact: z̃₁ = (±a₁, ±a₂, …) with every choice of signs, z̃₂ = (±b₁, ±b₂, …) with the
  /// same, and a diagonal W_p. Then λᵢ = aᵢ², εᵢ = aᵢbᵢ − aᵢ², and c, ‖z‖ and ‖p‖ are the same for all.
  private struct SignedEnsemble {
    let norm: Double
    let first: [Double]
    let second: [Double]
    let predictor: [Double]

    private static let predictorRate = 0.7
    private static let representationRate = 0.4
    private static let decay = 0.3

    init(seed: UInt64, index: Int) {
      var stream = RandomStream(seed: seed, purpose: AuditPurpose.dynamics, UInt32(70_000 + index))
      let d = 2 + stream.integer(below: 3)
      let a = (0..<d).map { _ in Double(stream.uniform(0.2, 1)) }
      let b = a.map { $0 * Double(stream.uniform(0.8, 1.2)) }
      norm = Double(stream.uniform(0.5, 2))
      predictor = (0..<d).map { _ in Double(stream.uniform(-0.5, 1.5)) }
      first = unit(a)?.direction ?? a
      second = unit(b)?.direction ?? b
    }

    private var d: Int { first.count }

    /// What the module integrates, at this place.
    private var claimed: LocalDynamics.State {
      let dynamics = LocalDynamics(
        predictorRate: Self.predictorRate, representationRate: Self.representationRate, closure: .consistent,
        relativeNoise: zip(first, second).map { $1 / $0 - 1 }, weightDecay: Self.decay, decay: .radial)
      return dynamics.derivative(
        LocalDynamics.State(eigenvalues: first.map { $0 * $0 }, predictor: predictor, norm: norm))
    }

    /// z₁ and z̃₂ under one choice of signs.
    private func sample(_ signs: Int) -> (z: [Double], target: [Double]) {
      func signed(_ vector: [Double]) -> [Double] {
        vector.enumerated().map { signs >> $0.offset & 1 == 0 ? $0.element : -$0.element }
      }
      return (signed(first).map { norm * $0 }, signed(second))
    }

    /// g (Eq. 15) from its definition.
    private func similarity(_ z: [Double], _ target: [Double], _ weights: [Double]) -> Double {
      let p = (0..<d).map { row in (0..<d).reduce(0) { $0 + weights[row * d + $1] * z[$1] } }
      return dot(p, target) / (dot(p, p) * dot(target, target)).squareRoot()
    }

    private var weights: [Double] { (0..<d * d).map { $0 % (d + 1) == 0 ? predictor[$0 / (d + 1)] : 0 } }

    private func diagonal(_ values: [Double]) -> [Double] {
      (0..<d * d).map { $0 % (d + 1) == 0 ? values[$0 / (d + 1)] : 0 }
    }

    /// How far dW_p, all entries of it, is from dλ_p on the diagonal.
    var predictorError: Double {
      let weights = weights
      let samples = (0..<1 << d).map(sample)
      let change = weights.indices.map { index in
        let gradient = RandomPair.difference { step in
          var moved = weights
          moved[index] += step
          return samples.reduce(0) { $0 + similarity($1.z, $1.target, moved) } / Double(samples.count)
        }
        return Self.predictorRate * (gradient - Self.decay * weights[index])
      }
      return DynamicsAudit.disagreement(change, diagonal(claimed.predictor))
    }

    /// How far dΛ, all entries of it, is from dλ on the diagonal.
    var momentError: Double {
      let (weights, step) = (weights, 1e-6)
      let samples = (0..<1 << d).map(sample)
      var change = [Double](repeating: 0, count: d * d)
      for (z, target) in samples {
        let gradient = z.indices.map { index in
          RandomPair.difference { shift in
            var moved = z
            moved[index] += shift
            return similarity(moved, target, weights)
          }
        }
        let moved = zip(z, gradient).map { $0 + step * Self.representationRate * ($1 - Self.decay * $0) }
        guard let (after, _) = unit(moved), let (before, _) = unit(z) else { return .nan }
        for i in 0..<d {
          for j in 0..<d {
            change[i * d + j] += (after[i] * after[j] - before[i] * before[j]) / (step * Double(samples.count))
          }
        }
      }
      return DynamicsAudit.disagreement(change, diagonal(claimed.eigenvalues))
    }
  }
}
