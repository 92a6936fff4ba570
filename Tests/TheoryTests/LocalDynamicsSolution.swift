#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Eq. 18 and 19 of one direction in closed form, with c, ‖p‖ and ‖z‖ constant, as the paper has them.
///
/// With x = λ_p, κ = r₂/(r₁‖z‖²), a = r₁(1 + e)‖z‖/‖p‖ and b = c‖z‖/(‖p‖(1 + e)) the two equations say λ = C + κx² and
/// x′ = a(1 − bx)(C + κx²); partial fractions give t as a function of x.
struct LocalDynamicsSolution: Sendable, Equatable {
  /// C, which is conserved.
  let invariant: Double
  private let kappa: Double
  private let rate: Double
  private let limit: Double
  private let start: Double

  /// Nil where C + κ/b² is zero: λ would vanish just where λ̃_p = 1/c.
  ///
  /// - Precondition: κ, a, b and λ are positive.
  init?(
    eigenvalue: Double, predictor: Double, c: Double, predictionNorm: Double, norm: Double = 1,
    predictorRate: Double = 1, representationRate: Double = 1, relativeNoise: Double = 0
  ) {
    kappa = representationRate / (predictorRate * norm * norm)
    rate = predictorRate * (1 + relativeNoise) * norm / predictionNorm
    limit = predictionNorm * (1 + relativeNoise) / (c * norm)
    precondition(kappa > 0 && rate > 0 && limit > 0 && eigenvalue > 0, "rates, c and λ above zero")
    start = predictor
    invariant = eigenvalue - kappa * predictor * predictor
    guard abs(invariant + kappa * limit * limit) > 1e-12 else { return nil }
  }

  /// λ where the predictor's eigenvalue is `predictor`.
  func eigenvalue(predictor: Double) -> Double { invariant + kappa * predictor * predictor }

  /// Where λ_p goes as t → ∞: to 1/c in terms of λ̃_p, or to where λ is zero if that comes first.
  var predictorLimit: Double {
    guard invariant <= 0 else { return limit }
    let root = (-invariant / kappa).squareRoot()
    // λ is zero at ±root and positive outside; λ_p moves towards 1/c until one of them is in its way.
    if start < -root { return -root }
    return limit > root ? limit : root
  }

  /// When λ_p has the value `predictor`; it must lie between the start and `predictorLimit`.
  func time(predictor: Double) -> Double {
    (antiderivative(predictor) - antiderivative(start)) / rate
  }

  /// λ_p at `time`, by bisection to the last bit.
  func predictor(time: Double) -> Double {
    guard start != predictorLimit, time > 0 else { return start }
    var (low, high) = (start, predictorLimit)
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle == low || middle == high { break }
      if self.time(predictor: middle) < time { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }

  /// ∫ dx/[(1 − bx)(C + κx²)].
  private func antiderivative(_ x: Double) -> Double {
    let b = 1 / limit
    let a = b * b / (invariant * b * b + kappa)
    let linear = -a / b * log(abs(1 - b * x))
    let quadratic = a / (2 * b) * log(abs(invariant + kappa * x * x))
    let rest: Double
    if invariant > 0 {
      rest = atan(x * (kappa / invariant).squareRoot()) / (invariant * kappa).squareRoot()
    } else if invariant < 0 {
      let root = (-invariant / kappa).squareRoot()
      rest = log(abs((x - root) / (x + root))) / (2 * (-invariant * kappa).squareRoot())
    } else {
      rest = -1 / (kappa * x)
    }
    return linear + quadratic + a * kappa / (b * b) * rest
  }
}
