import Numerics

extension DynamicsAudit {
  /// Eq. 48–57: ε and weight decay.
  static func decayChecks(seed: UInt64) -> [DynamicsCheck] {
    let trials = 2000
    return [
      .equality(
        "eq-48", "Eq. 48", .printed, "both lines of Eq. 48 are equal", trials: trials,
        detail: "λ_{p} = (‖p‖/‖z‖)λ̃_{p} put in"
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
        detail: "with the 2, with λ̃_{p}, and without the radial term"
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
        "eq-55", "Eq. 55", .printed, "weight decay changes Λ by −2r_{2}ηΛ", trials: 200,
        detail:
          "z ← (1 − r_{2}η)z leaves z̃z̃ᵀ as it is: the change is 0, so Eq. 49, 55 and 57 keep a term that Eq. 52 "
          + "has removed"
      ) { index in
        let random = RandomPair(seed: seed, index: index)
        let rate = 1e-3
        guard let (before, _) = unit(random.z), let (after, _) = unit(random.z.map { (1 - rate) * $0 }) else {
          return .nan
        }
        let change = zip(before, after).map { ($1 * $1 - $0 * $0) / rate }
        return disagreement(change, before.map { -2 * $0 * $0 })
      },
      .claim(
        "eq-56", "Eq. 56", .printed, "dλ_{p} > 0 ⇔ (1 − cλ̃_{p} + ε/λ)λ > η(‖p‖²/‖z‖²)λ̃_{p}", trials: trials,
        detail: "signs of Eq. 48"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        let change = s.z / s.p * s.bracket - s.decay * s.predictor
        let claimed = (1 - s.c * s.scaled + s.noise / s.value) * s.value > s.decay * s.p * s.p / (s.z * s.z) * s.scaled
        return abs(change) > 1e-12 && (change > 0) != claimed
      },
      .claim(
        "section-e.2/case-3", "Eq. 57", .printed, "λ̃_{p} ≥ 1/c ⇒ Eq. 56 and 57 both fail", trials: trials,
        detail:
          "just above 1/c, with ε > 0 and little weight decay, both hold: the boundary is (1 + ε/λ)/c, as E.2 itself has it in "
          + "case (2)"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        let first = (1 - s.c * s.scaled + s.noise / s.value) * s.value > s.decay * s.p * s.p / (s.z * s.z) * s.scaled
        let second = s.scaled / (s.z * s.z) * (1 - s.c * s.scaled + s.noise / s.value) > s.decay
        return s.scaled >= 1 / s.c && (first || second)
      },
      .claim(
        "section-e.2/case-3-repaired", "Eq. 57", .repaired, "λ̃_{p} ≥ (1 + ε/λ)/c ⇒ Eq. 56 and 57 both fail",
        trials: trials,
        detail: "with the boundary where it is"
      ) { index in
        let s = DecayCase(seed: seed, index: index)
        let first = (1 - s.c * s.scaled + s.noise / s.value) * s.value > s.decay * s.p * s.p / (s.z * s.z) * s.scaled
        let second = s.scaled / (s.z * s.z) * (1 - s.c * s.scaled + s.noise / s.value) > s.decay
        return s.scaled >= (1 + s.noise / s.value) / s.c && (first || second)
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
  }
}
