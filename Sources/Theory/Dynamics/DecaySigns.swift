import Numerics

extension DynamicsAudit {
  /// Eq. 56, 57 and the cases of E.2: when λ and λ_p rise, by Eq. 48 and Eq. 49 as mended.
  static func decaySigns(seed: UInt64) -> [DynamicsCheck] {
    let trials = 2000
    return [
      .claim(
        "eq-56", "Eq. 56", .printed, "dλ_{p} > 0 ⇔ (1 − cλ̃_{p} + ε/λ)λ > η(‖p‖²/‖z‖²)λ̃_{p}", trials: trials,
        detail: "algebra: Eq. 48 rearranged"
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
        detail: "algebra: Eq. 49 as mended, rearranged"
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
        detail: "algebra: Eq. 56 divided by λ̃_{p}"
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
  struct DecayCase {
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
