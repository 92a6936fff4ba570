import Numerics

extension DynamicsAudit {
  /// Eq. 48–57: ε and weight decay.
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
        detail: "weight decay moves z along itself, and z̃ not at all"
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
      .equality(
        "eq-55", "Eq. 55", .printed, "d(z̃z̃ᵀ) = A + Aᵀ − 2r_{2}ηz̃z̃ᵀ, its mean being dΛ", trials: 200, tolerance: 1e-3,
        detail:
          "against a small step along the gradient with weight decay, which shortens z and leaves z̃z̃ᵀ as it is: Eq. 49, 55 and 57 "
          + "keep a term that Eq. 52 has removed"
      ) { index in
        stepWithDecay(seed: seed, index: index) { step in
          zip(step.both, step.square).map { $0 - 2 * step.decay * $1 }
        }
      },
      .claim(
        "eq-56", "Eq. 56", .printed, "dλ_{p} > 0 ⇔ (1 − cλ̃_{p} + ε/λ)λ > η(‖p‖²/‖z‖²)λ̃_{p}", trials: trials,
        detail: "signs of Eq. 48"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        let change = s.z / s.p * s.bracket - s.decay * s.predictor
        return abs(change) > 1e-12 && (change > 0) != s.predictorRises
      },
      .claim(
        "eq-57", "Eq. 57", .printed, "dλ > 0 ⇔ (λ̃_{p}/‖z‖²)(1 − cλ̃_{p} + ε/λ) > η", trials: trials,
        detail: "signs of Eq. 49 as mended: η belongs to the radial term, which Eq. 52 removes"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        return (s.predictor * s.bracket > 0) != (s.representationSide > s.decay)
      },
      .claim(
        "eq-57/repaired", "Eq. 57", .repaired, "dλ > 0 ⇔ λ̃_{p}(1 − cλ̃_{p} + ε/λ) > 0", trials: trials,
        detail: "signs of Eq. 49 as mended"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        return (s.predictor * s.bracket > 0) != (s.representationSide > 0)
      },
      .claim(
        "section-e.2/case-1", "Eq. 57", .printed, "λ̃_{p} ≤ 0 ⇒ Eq. 56 holds and Eq. 57 fails", trials: trials,
        detail: "for |ε/λ| of .1 at most, as E.2 has it"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        return s.scaled <= 0 && !(s.predictorRises && s.representationSide <= s.decay)
      },
      .claim(
        "section-e.2/case-3", "Eq. 57", .printed, "λ̃_{p} ≥ 1/c ⇒ Eq. 56 and 57 both fail", trials: trials,
        detail:
          "just above 1/c, with ε > 0 and little weight decay, both hold: the boundary is (1 + ε/λ)/c, as E.2 itself has it in "
          + "case (2)"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        return s.scaled >= 1 / s.c && (s.predictorRises || s.representationSide > s.decay)
      },
      .claim(
        "section-e.2/case-3-repaired", "Eq. 57", .repaired, "λ̃_{p} ≥ (1 + ε/λ)/c ⇒ Eq. 56 and 57 both fail",
        trials: trials,
        detail: "with the boundary where it is"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        let limit = (1 + s.noise / s.value) / s.c
        return s.scaled >= limit && (s.predictorRises || s.representationSide > s.decay)
      },
      .claim(
        "section-e.2/threshold", "Eq. 56", .printed,
        "dλ_{p} > 0 ⇔ λ > η(‖p‖²/‖z‖²)/((1 + ε)/λ − c), for λ̃_{p} in (0, 1/c)",
        trials: trials,
        detail: "the denominator has λ where λ̃_{p} belongs"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        guard s.scaled > 0, s.scaled < 1 / s.c else { return false }
        let change = s.z / s.p * s.bracket - s.decay * s.predictor
        let claimed = s.value > s.decay * (s.p * s.p / (s.z * s.z)) / ((1 + s.noise) / s.value - s.c)
        return (change > 0) != claimed
      },
      .claim(
        "section-e.2/threshold-repaired", "Eq. 56", .repaired,
        "dλ_{p} > 0 ⇔ λ > η(‖p‖²/‖z‖²)/((1 + ε/λ)/λ̃_{p} − c), for λ̃_{p} in (0, (1 + ε/λ)/c)", trials: trials,
        detail: "Eq. 56 divided by λ̃_{p}"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        let limit = (1 + s.noise / s.value) / s.c
        guard s.scaled > 0, s.scaled < limit else { return false }
        let change = s.z / s.p * s.bracket - s.decay * s.predictor
        let claimed = s.value > s.decay * (s.p * s.p / (s.z * s.z)) / ((1 + s.noise / s.value) / s.scaled - s.c)
        return abs(change) > 1e-12 && (change > 0) != claimed
      },
    ]
  }

  /// One sample before a step of gradient ascent with weight decay.
  private struct Step {
    /// z̃z̃ᵀ, row by row.
    let square: [Double]
    /// W_pᵀΔz̃ᵀ/(‖z‖‖p‖), and it with its transpose.
    let half: [Double]
    let both: [Double]
    let norm: Double
    let decay: Double
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
      claimed(Step(square: square(before), half: half, both: both, norm: pair.representationNorm, decay: decay)))
  }

  /// Random values of everything in Eq. 48 and 49.
  private struct DecayCase {
    let value: Double
    let predictor: Double
    let z: Double
    let p: Double
    let c: Double
    let noise: Double
    let decay: Double

    init(seed: UInt64, index: Int) {
      var stream = RandomStream(seed: seed, purpose: AuditPurpose.dynamics, UInt32(40_000 + index))
      value = Double(stream.uniform(0.01, 1))
      z = Double(stream.uniform(0.5, 2))
      p = Double(stream.uniform(0.5, 2))
      c = Double(stream.uniform(0.5, 1))
      noise = value * Double(stream.uniform(-0.1, 0.1))
      decay = Double(stream.uniform(0, 0.1))
      // Around the boundaries 0 and 1/c.
      predictor = p / z * Double(stream.uniform(-0.5, 2.5))
    }

    var scaled: Double { z / p * predictor }
    var bracket: Double { (1 - c * scaled) * value + noise }
    /// Eq. 56's right side.
    var predictorRises: Bool {
      (1 - c * scaled + noise / value) * value > decay * p * p / (z * z) * scaled
    }
    /// The left side of Eq. 57's inequality.
    var representationSide: Double { scaled / (z * z) * (1 - c * scaled + noise / value) }
  }
}
