extension Statement {
  // MARK: Appendix A

  static let appendixA: [Statement] = [
    leastMean("eq-21", .printed, "‖μ_{k}‖ ≥ r(1 − ε)") { 1 - $0 },
    leastMean("eq-21/sharp", .repaired, "‖μ_{k}‖ ≥ r√max(0, 1 − ε²/2)") { max(0, 1 - $0 * $0 / 2).squareRoot() },
    Statement(
      "eq-22", "Eq. 22", .printed, "‖f − μ_{i}‖² − ‖f − μ_{j}‖² ≤ 2μ_{i}ᵀμ_{j} + 4r²ε − 2r²(1 − ε)²"
    ) { q in
      let (k, products) = (q.classCount, q.classes.meanProducts)
      var worst = -Double.infinity
      for i in 0..<k {
        for j in 0..<k where i != j && q.gaps[i * k + j] > -.infinity {
          let product = products.values[i * k + j] / q.classes.squaredRadius
          let bound = 2 * product + 4 * q.epsilon - 2 * (1 - q.epsilon) * (1 - q.epsilon)
          worst = max(worst, q.gaps[i * k + j] - bound)
        }
      }
      guard worst > -.infinity else { return Evaluation(left: 0, right: 0, distanceToAssumptions: 1) }
      return Evaluation(left: worst, right: 0)
    },
  ]

  private static func leastMean(
    _ id: String, _ form: Form, _ text: String, _ bound: @escaping @Sendable (Double) -> Double
  ) -> Statement {
    Statement(id, "Eq. 21", form, text) { q in
      let products = q.classes.meanProducts
      let squares = (0..<q.classCount).filter { q.classes.proportions[$0] > 0 }
        .map { products[$0, $0] / q.classes.squaredRadius }
      let right = max(0, squares.min() ?? 1).squareRoot()
      let left = bound(q.epsilon)
      return Evaluation(left: left, right: right, isTrivial: left <= 0)
    }
  }

  // MARK: Appendix B

  static let appendixB: [Statement] = [
    Statement(
      "eq-24", "Eq. 24", .printed, "‖Λ − I‖² ≥ ½‖Σp_{i}μ_{i}μ_{i}ᵀ − I‖² − r⁴ε⁴", scale: squaredRadiusSquared
    ) { q in
      let spread = squaredRadiusSquared(q) * q.epsilon * q.epsilon * q.epsilon * q.epsilon
      let right = q.meanLoss / 2 - spread
      return Evaluation(left: right, right: q.correlationLoss, isTrivial: right <= 0)
    },
    Statement(
      "eq-24/repaired", "Eq. 24", .repaired, "‖Λ − I‖² ≥ ½‖Σp_{i}μ_{i}μ_{i}ᵀ − I‖² − r⁴ε⁴/4",
      scale: squaredRadiusSquared
    ) { q in
      let spread = squaredRadiusSquared(q) * q.epsilon * q.epsilon * q.epsilon * q.epsilon / 4
      let right = q.meanLoss / 2 - spread
      return Evaluation(left: right, right: q.correlationLoss, isTrivial: right <= 0)
    },
    // A = Σpμμᵀ − I and B = ΣpCov, as Eq. 24 uses it.
    Statement(
      "eq-25", "Eq. 25", .printed, "‖A + B‖² ≥ ½‖A‖² − ‖B‖²", scale: squaredRadiusSquared
    ) { q in
      let right = q.meanLoss / 2 - q.covarianceNorm
      return Evaluation(left: right, right: q.correlationLoss, isTrivial: right <= 0)
    },
    Statement(
      "eq-26", "Eq. 26", .printed, "‖Σp_{i}μ_{i}μ_{i}ᵀ − I‖² ≥ Σ_{i≠j}p_{i}p_{j}(μ_{i}ᵀμ_{j})² − K + d",
      scale: squaredRadiusSquared
    ) { q in
      let right = (PairProducts(q)?.mean ?? 0) * q.classes.differenceProbability
      return Evaluation(left: right - Double(q.classCount - q.dimension), right: q.meanLoss)
    },
    Statement(
      "eq-27", "Eq. 27", .printed, "Σ_{i≠j}p_{i}p_{j}(μ_{i}ᵀμ_{j})² ≤ 2‖Λ − I‖² + 2r⁴ε⁴ + K − d",
      scale: squaredRadiusSquared
    ) { q in
      let left = (PairProducts(q)?.mean ?? 0) * q.classes.differenceProbability
      let spread = squaredRadiusSquared(q) * q.epsilon * q.epsilon * q.epsilon * q.epsilon
      let right = 2 * q.correlationLoss + 2 * spread + Double(q.classCount - q.dimension)
      return Evaluation(
        left: left, right: right, isTrivial: right >= squaredRadiusSquared(q) * q.classes.differenceProbability)
    },
  ]

  // MARK: Appendix C

  static let appendixC: [Statement] = [
    // The third line: here a mistake, which needs some close class, is taken for a random pair being close.
    Statement(
      "eq-28", "Eq. 28", .printed, "P[G(x̂) = j, C(x̂) = i ≠ j] ≤ P[(μ_{i}ᵀμ_{j})² ≥ r⁴(1 − 4ε + ε²)²]"
    ) { q in
      let margin = Theorem1.margin(epsilon: q.epsilon)
      guard q.epsilon < Theorem1.epsilonLimit, let pairs = PairProducts(q) else {
        return Evaluation(
          left: 0, right: 0, distanceToAssumptions: max(1e-6, q.epsilon - Theorem1.epsilonLimit))
      }
      let right = pairs.probability(from: squaredRadiusSquared(q) * margin * margin)
      return Evaluation(left: q.error, right: right, isTrivial: right >= 1)
    },
    Statement(
      "eq-28/repaired", "Eq. 28", .repaired,
      "P[G(x̂) = j, C(x̂) = i ≠ j] ≤ (1/p_{min})(1 − Σp²) P[(μ_{i}ᵀμ_{j})² ≥ r⁴(1 − 4ε + ε²)²]"
    ) { q in
      let margin = Theorem1.margin(epsilon: q.epsilon)
      guard q.epsilon < Theorem1.epsilonLimit, let pairs = PairProducts(q) else {
        return Evaluation(
          left: 0, right: 0, distanceToAssumptions: max(1e-6, q.epsilon - Theorem1.epsilonLimit))
      }
      let probability = pairs.probability(from: squaredRadiusSquared(q) * margin * margin)
      let right = probability * q.classes.differenceProbability / q.classes.leastProportion
      return Evaluation(left: q.error, right: right, isTrivial: right >= 1)
    },
  ]

  // MARK: Appendix D

  static let appendixD: [Statement] = [
    Statement(
      "eq-29", "Eq. 29", .printed, "‖E[f(x̂_{1})(f(x̂_{2}) − f(x̂_{1}))ᵀ]‖² ≤ ε²", scale: squaredRadiusSquared
    ) { q in Evaluation(left: q.differenceNorm, right: q.epsilon * q.epsilon) },
    Statement(
      "eq-29/repaired", "Eq. 29", .repaired, "‖E[f(x̂_{1})(f(x̂_{2}) − f(x̂_{1}))ᵀ]‖² ≤ d²ε⁴/4",
      scale: squaredRadiusSquared
    ) { q in
      let square = q.viewEpsilon * q.viewEpsilon
      return Evaluation(left: q.differenceNorm, right: squaredRadiusSquared(q) * square * square / 4)
    },
    Statement(
      "eq-29/first", "Eq. 29", .printed,
      "L_{BT} ≥ ½‖Λ − I‖² − ‖E[f(x̂_{1})(f(x̂_{2}) − f(x̂_{1}))ᵀ]‖²", scale: squaredRadiusSquared
    ) { q in
      let right = q.correlationLoss / 2 - q.differenceNorm
      return Evaluation(left: right, right: q.crossCorrelationLoss, isTrivial: right <= 0)
    },
  ]
}
