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
    let gradients = matched.map(\.similarityGradient)
    return [
      .equality(
        "theorem-4", "Theorem 4", .printed, "E[Δz̃ᵀ] = (I − cΛ̃_{p})Λ + ε where c, ‖z‖ and ‖p‖ are constants",
        trials: trials,
        tolerance: 1e-10, detail: "samples of one c, one ‖z‖ and one ‖p‖, as Appendix E.1 assumes"
      ) { exact[$0] },
      .equality(
        "theorem-4/unmatched", "Theorem 4", .variant, "E[Δz̃ᵀ] = (I − cΛ̃_{p})Λ + ε with the means of c and ‖z‖/‖p‖",
        trials: trials,
        tolerance: 1e-10,
        detail:
          "random samples, whose c and ‖z‖/‖p‖ differ: in the median the sides differ by \(short(median(apart) ?? .nan)) of their size"
      ) { apart[$0] },
      .equality(
        "theorem-4/first", "Theorem 4", .printed, "dΛ = r_{2}(‖p‖‖z‖)⁻¹(Λ_{p}ᵀE[Δz̃ᵀ] + E[Δz̃ᵀ]ᵀΛ_{p})", trials: trials,
        tolerance: 1e-4, detail: "samples of one ‖z‖ and one ‖p‖, moved by a small step along their gradients"
      ) { matched[$0].firstEqualityError },
      .equality(
        "theorem-4/predictor", "Theorem 4", .printed, "dΛ_{p} = r_{1}(‖z‖/‖p‖)E[Δz̃ᵀ]", trials: trials, tolerance: 1e-6,
        detail: "samples of one ‖z‖ and one ‖p‖; the mean of g against finite differences in W_{p}"
      ) { matched[$0].predictorEqualityError(gradients[$0]) },
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
        "eq-42/unmatched", "Eq. 42", .variant, "the same for any W_{p}", trials: trials, tolerance: 1e-10,
        detail:
          "‖z‖/‖p‖ = 1/‖W_{p}z̃‖ is a function of z̃, so that the independence asks for a W_{p} that changes all lengths alike; for "
          + "random W_{p} the sides differ by \(short(median(factorApart) ?? .nan)) of their size in the median"
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
}
