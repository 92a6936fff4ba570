extension Statement {
  /// Theorems 1 to 3 and Eq. 10, 13 and 20–29, printed and repaired, in the order of the paper, and the range of L_bound.
  public static let all: [Statement] =
    theorem1 + eq10 + theorem2 + theorem3 + eq13 + eq20 + appendixA + appendixB + appendixC + appendixD + eq11

  public static func named(_ id: String) -> Statement? { all.first { $0.id == id } }

  /// (r²)²
  static func squaredRadiusSquared(_ q: AuditQuantities) -> Double { q.classes.squaredRadius * q.classes.squaredRadius }

  // MARK: §4.1

  static let theorem1: [Statement] = [
    separation(
      "theorem-1", .printed, "μ_{i}ᵀμ_{j} < r²(1 − 4ε + ε²) ⇒ no view of class i is taken for j",
      // With the least ε of Eq. 6, the diameter of the classes. Eq. 6 is strict and allows every larger one; up to ε = 2 the
      // margin falls, so that a pair which meets the condition with a larger ε meets it with this one as well.
      condition: { product, epsilon in Theorem1.margin(epsilon: epsilon) - product }),
    separation(
      "theorem-1/any-epsilon", .printed,
      "the same with ε = 4, which Eq. 6 allows every encoder: μ_{i}ᵀμ_{j} < r² ⇒ no view of class i is taken for j",
      // Eq. 6 asks for some ε, so that every ε above the diameter of the classes has it; none exceeds 2.
      condition: { product, _ in Theorem1.margin(epsilon: 4) - product }),
    separation(
      "theorem-1/squared", .variant,
      "(μ_{i}ᵀμ_{j})² < r⁴(1 − 4ε + ε²)² ⇒ no view of class i is taken for j, as Theorem 3 uses it",
      condition: { product, epsilon in abs(Theorem1.margin(epsilon: epsilon)) - abs(product) }),
    separation(
      "theorem-1/squared-limited", .repaired,
      "ε < 2 − √3 and (μ_{i}ᵀμ_{j})² < r⁴(1 − 4ε + ε²)² ⇒ no view of class i is taken for j",
      epsilonLimit: Theorem1.epsilonLimit,
      condition: { product, epsilon in Theorem1.margin(epsilon: epsilon) - abs(product) }),
    separation(
      "theorem-1/sharp", .repaired, "μ_{i}ᵀμ_{j} < r²(1 − 9ε²/4) ⇒ no view of class i is taken for j",
      condition: { product, epsilon in Theorem1.sharpMargin(epsilon: epsilon) - product }),
  ]

  /// A pair contradicts where its condition is positive and its gap is not negative; so min(gap, condition) must stay
  /// below zero.
  private static func separation(
    _ id: String, _ form: Form, _ text: String, epsilonLimit: Double = .infinity,
    condition: @escaping @Sendable (_ product: Double, _ epsilon: Double) -> Double
  ) -> Statement {
    Statement(id, "Theorem 1", form, text) { q in
      let (k, products) = (q.classCount, q.classes.meanProducts)
      var (worst, best) = (-Double.infinity, -Double.infinity)
      for i in 0..<k {
        for j in 0..<k where i != j && q.gaps[i * k + j] > -.infinity {
          let margin = condition(products.values[i * k + j] / q.classes.squaredRadius, q.epsilon)
          best = max(best, margin)
          worst = max(worst, min(q.gaps[i * k + j], margin))
        }
      }
      guard worst > -.infinity else { return Evaluation(left: 0, right: 0, distanceToAssumptions: 1) }
      // Where no pair meets the condition, `worst` is how far the nearest is from it, and still something to search by.
      return Evaluation(
        left: worst, right: 0, distanceToAssumptions: max(0, q.epsilon - epsilonLimit), isTrivial: best <= 0)
    }
  }

  static let eq10: [Statement] = [
    markov("eq-10", .printed, "P[X > a] < E[X]/a", isStrict: true),
    markov("eq-10/repaired", .repaired, "P[X ≥ a] ≤ E[X]/a", isStrict: false),
  ]

  /// Markov's inequality as Theorem 3 uses it: X = (μᵢᵀμⱼ)² over pairs of different classes, a = r⁴(1 − 4ε + ε²)².
  private static func markov(_ id: String, _ form: Form, _ text: String, isStrict: Bool) -> Statement {
    Statement(id, "Eq. 10", form, text, isStrict: isStrict) { q in
      let margin = Theorem1.margin(epsilon: q.epsilon)
      let threshold = squaredRadiusSquared(q) * margin * margin
      guard let pairs = PairProducts(q), threshold > 0 else {
        return Evaluation(left: 0, right: 0, distanceToAssumptions: 1)
      }
      return Evaluation(
        left: isStrict ? pairs.probability(above: threshold) : pairs.probability(from: threshold),
        right: pairs.mean / threshold)
    }
  }

  static let theorem2: [Statement] = [
    pairBound(
      "theorem-2", .printed, "E(μ_{i}ᵀμ_{j})² ≤ 2[‖Λ − I‖² + 2r⁴ε⁴ + K − d]/(1 − Σp²)", \.printed),
    pairBound(
      "theorem-2/proved", .proved, "E(μ_{i}ᵀμ_{j})² ≤ [2‖Λ − I‖² + 2r⁴ε⁴ + K − d]/(1 − Σp²)", \.proved),
    pairBound(
      "theorem-2/repaired", .repaired,
      "E(μ_{i}ᵀμ_{j})² ≤ [‖Λ − I‖² + d − d² max(0, 1 − ε²/2)²Σp²]/(1 − Σp²)", \.repaired),
    pairBound("theorem-2/measured", .repaired, "E(μ_{i}ᵀμ_{j})² ≤ [‖Λ‖² − Σp_{i}²‖μ_{i}‖⁴]/(1 − Σp²)", \.measured),
  ]

  private static func pairBound(
    _ id: String, _ form: Form, _ text: String, _ bound: @escaping @Sendable (Theorem2) -> Double
  ) -> Statement {
    Statement(id, "Theorem 2", form, text, scale: squaredRadiusSquared) { q in
      guard let theorem = Theorem2(q.classes, correlationLoss: q.correlationLoss, epsilon: q.epsilon) else {
        return Evaluation(left: 0, right: 0, distanceToAssumptions: 1)
      }
      let right = bound(theorem)
      // No product of two means exceeds d.
      return Evaluation(left: theorem.leftSide, right: right, isTrivial: right >= squaredRadiusSquared(q))
    }
  }

  static let theorem3: [Statement] = [
    errorBound(
      "theorem-3", .printed, "Er ≤ [2‖Λ − I‖²/d² + 2ε⁴ + (K − d)/d²]/[(1 − Σp²)(1 − 4ε + ε²)²]",
      limit: Theorem1.epsilonLimit, \.printed),
    errorBound(
      "theorem-3/union", .repaired, "Er ≤ (1/p_{min})[2‖Λ − I‖²/d² + 2ε⁴ + (K − d)/d²]/(1 − 4ε + ε²)²",
      limit: Theorem1.epsilonLimit, \.union),
    errorBound(
      "theorem-3/sharp", .repaired,
      "Er ≤ (1/p_{min})[‖Λ − I‖² + d − d²(1 − ε²/2)²Σp²]/[d²(1 − 9ε²/4)²], ε < 2/3", limit: Theorem1.sharpEpsilonLimit,
      \.sharp),
    errorBound("theorem-3/close-pairs", .repaired, "Er ≤ p_{max} min(K, 2C), C close pairs", limit: .infinity) {
      $0.closePairs
    },
    errorBound(
      "theorem-3/close-classes", .repaired, "Er ≤ Σp_{i} over the classes with a close neighbour", limit: .infinity
    ) { $0.closeClasses },
  ]

  private static func errorBound(
    _ id: String, _ form: Form, _ text: String, limit: Double, _ bound: @escaping @Sendable (Theorem3) -> Double?
  ) -> Statement {
    Statement(id, "Theorem 3", form, text) { q in
      let theorem = Theorem3(q.classes, correlationLoss: q.correlationLoss, epsilon: q.epsilon)
      guard let right = bound(theorem) else {
        return Evaluation(left: 0, right: 0, distanceToAssumptions: max(1e-6, q.epsilon - limit))
      }
      return Evaluation(left: q.error, right: right, isTrivial: right >= 1)
    }
  }

  // MARK: §4.2

  static let eq13: [Statement] = [
    crossCorrelation("eq-13", .printed, "L_{BT} ≥ ½‖Λ − I‖² − ε²", epsilon: \.epsilon, \.printed),
    crossCorrelation("eq-13/proved", .proved, "L_{BT} ≥ ½‖Λ − I‖² − d²ε²", epsilon: \.viewEpsilon, \.proved),
    crossCorrelation("eq-13/repaired", .repaired, "L_{BT} ≥ ½‖Λ − I‖² − d²ε⁴/4", epsilon: \.viewEpsilon, \.repaired),
    crossCorrelation(
      "eq-13/sharp", .repaired, "L_{BT} ≥ max(0, ‖Λ − I‖ − dε²/2)²", epsilon: \.viewEpsilon, \.sharp),
  ]

  private static func crossCorrelation(
    _ id: String, _ form: Form, _ text: String, epsilon: @escaping @Sendable (AuditQuantities) -> Double,
    _ bound: @escaping @Sendable (Equation13) -> Double
  ) -> Statement {
    Statement(id, "Eq. 13", form, text, scale: squaredRadiusSquared) { q in
      let equation = Equation13(
        crossCorrelationLoss: q.crossCorrelationLoss, correlationLoss: q.correlationLoss, epsilon: epsilon(q),
        dimension: q.dimension)
      let right = bound(equation)
      return Evaluation(left: right, right: equation.leftSide, isTrivial: right <= 0)
    }
  }

  // MARK: §5

  /// Errata E20: what tr Λ = d leaves of L_bound, Λ being of rank b at most.
  static let eq11: [Statement] = [
    Statement("eq-11/range", "Eq. 11", .repaired, "V + 2(1/b − 1/d) ≤ L_{bound} ≤ V + 2(1 − 1/d)") { q in
      let range = DimensionTerm.lBoundRange(dimension: q.dimension, classCount: q.classCount, rank: q.rank)
      let lBound = DimensionTerm.lBound(
        correlationLoss: q.correlationLoss, dimension: q.dimension, classCount: q.classCount)
      return Evaluation(left: max(range.lowerBound - lBound, lBound - range.upperBound), right: 0)
    }
  ]

  /// The paper says it of K much larger than d. Its middle step divides by (1 − 4ε + ε²)² and puts 1 there, which is only
  /// larger for ε < 2 − √2.
  static let eq20: [Statement] = [
    dimensionTerm("eq-20", .printed, "d < K ⇒ right side of Theorem 3 > (K − d)/d²", limit: .infinity),
    dimensionTerm(
      "eq-20/limited", .repaired, "d < K and ε < 2 − √2 ⇒ right side of Theorem 3 > (K − d)/d²",
      limit: 2 - 2.0.squareRoot()),
  ]

  private static func dimensionTerm(_ id: String, _ form: Form, _ text: String, limit: Double) -> Statement {
    Statement(id, "Eq. 20", form, text, isStrict: true) { q in
      let margin = Theorem1.margin(epsilon: q.epsilon)
      let difference = q.classes.differenceProbability
      guard q.dimension < q.classCount, q.epsilon < limit, margin != 0, difference > 0 else {
        let missing = max(0, q.epsilon - limit)
        return Evaluation(
          left: 0, right: 0, distanceToAssumptions: max(1e-6, missing + Double(max(0, q.dimension - q.classCount + 1))))
      }
      let v = DimensionTerm.v(dimension: q.dimension, classCount: q.classCount)
      let lBound = DimensionTerm.lBound(
        correlationLoss: q.correlationLoss, dimension: q.dimension, classCount: q.classCount)
      let fourth = q.epsilon * q.epsilon * q.epsilon * q.epsilon
      return Evaluation(left: v, right: (lBound + 2 * fourth) / (difference * margin * margin))
    }
  }
}
