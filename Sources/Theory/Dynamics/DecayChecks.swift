import Numerics

extension DynamicsAudit {
  /// Eq. 48–53: ε and weight decay, of one sample.
  static func decayChecks(seed: UInt64) -> [DynamicsCheck] {
    let trials = 2000
    return [
      .equality(
        "eq-48", "Eq. 48", .printed, "both lines of Eq. 48 are equal", trials: trials,
        detail: "algebra: λ_{p} = (‖p‖/‖z‖)λ̃_{p} put in"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        let first = s.z / s.p * s.bracket - s.decay * (s.p / s.z) * s.scaled
        let second = s.z / s.p * (s.bracket - s.decay * s.p * s.p / (s.z * s.z) * s.scaled)
        return disagreement([first], [second])
      },
      .equality(
        "eq-49", "Eq. 49", .printed, "both lines of Eq. 49 are equal", trials: trials,
        detail: "the first line lacks a 2, the second has λ_{p} for λ̃_{p}"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        let first = s.predictor / (s.z * s.p) * s.bracket - 2 * s.decay * s.value
        let second = 2 * s.value * (s.predictor / (s.z * s.z) * s.bracket / s.value - s.decay)
        return disagreement([first], [second])
      },
      .equality(
        "eq-49/repaired", "Eq. 49", .repaired,
        "2r_{2}λ_{p}/(‖z‖‖p‖)[(1 − cλ̃_{p})λ + ε] = 2r_{2}λ(λ̃_{p}/‖z‖²)[(1 − cλ̃_{p}) + ε/λ], without −2r_{2}ηλ",
        trials: trials,
        detail: "algebra, with the 2 and λ̃_{p}; that the radial term is not there is the check of Eq. 53"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        return disagreement(
          [2 * s.predictor / (s.z * s.p) * s.bracket],
          [2 * s.value * s.scaled / (s.z * s.z) * (1 - s.c * s.scaled + s.noise / s.value)])
      },
      .equality(
        "eq-52", "Eq. 52", .printed, "(I − z̃z̃ᵀ)z̃z̃ᵀ = 0", trials: 200, tolerance: 1e-12,
        detail: "algebra: weight decay moves z along itself, and z̃ not at all"
      ) { index in
        let random = RandomPair(seed: seed, index: index)
        guard let (z, _) = unit(random.z) else { return .nan }
        let square = dot(z, z)
        return (z.map { abs($0 - square * $0) }.max() ?? 0)
      },
      .equality(
        "eq-53", "Eq. 53", .printed,
        "d(z̃z̃ᵀ) = r_{2}(I − z̃z̃ᵀ)/‖z‖ · (W_{p}ᵀΔz̃ᵀ/(‖z‖‖p‖) − ηz̃z̃ᵀ)", trials: 200, tolerance: 1e-3,
        detail:
          "against a small step along the gradient with weight decay: it divides by ‖z‖ once too often, and is half of a "
          + "symmetric change"
      ) { index in
        stepWithDecay(seed: seed, index: index) { step in step.half.map { $0 / step.norm } }
      },
      .equality(
        "eq-53/repaired", "Eq. 53", .repaired, "d(z̃z̃ᵀ) = A + Aᵀ with A = r_{2}W_{p}ᵀΔz̃ᵀ/(‖z‖‖p‖), whatever η",
        trials: 200,
        tolerance: 1e-3, detail: "against a small step along the gradient with weight decay"
      ) { index in
        stepWithDecay(seed: seed, index: index) { step in step.both }
      },
    ]
  }

  /// One sample before a step of gradient ascent with weight decay.
  private struct Step {
    /// W_pᵀΔz̃ᵀ/(‖z‖‖p‖), and it with its transpose.
    let half: [Double]
    let both: [Double]
    let norm: Double
  }

  /// How far `claimed` is from d(z̃z̃ᵀ) per unit of r₂, by a small step z ← z + r₂(∂g/∂z − ηz).
  private static func stepWithDecay(seed: UInt64, index: Int, _ claimed: (Step) -> [Double]) -> Double {
    let random = RandomPair(seed: seed, index: index)
    guard let pair = PredictedPair(representation: random.z, target: random.target, predictor: random.predictor) else {
      return .nan
    }
    let (rate, decay, d) = (1e-6, 0.3, random.d)
    let moved = zip(random.z, pair.representationGradient).map { $0 + rate * ($1 - decay * $0) }
    guard let (after, _) = unit(moved) else { return .nan }
    let before = pair.representationDirection
    func square(_ v: [Double]) -> [Double] { v.flatMap { a in v.map { a * $0 } } }
    let change = zip(square(after), square(before)).map { ($0 - $1) / rate }
    let half = pair.representationGradient.flatMap { a in before.map { a * $0 / pair.representationNorm } }
    let both = half.indices.map { half[$0] + half[$0 % d * d + $0 / d] }
    return disagreement(
      change,
      claimed(Step(half: half, both: both, norm: pair.representationNorm)))
  }
}
