import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension DynamicsAudit {
  /// Eq. 18 and 19 and what §4.2 concludes from them, without weight decay.
  static func caseChecks(seed: UInt64, starts: Int) throws(RungeKutta.Failure) -> [DynamicsCheck] {
    let trials = 2000
    func signs(_ index: Int) -> (scaled: Double, c: Double, eigenvalue: Double, change: (p: Double, value: Double)) {
      var stream = RandomStream(seed: seed, purpose: AuditPurpose.dynamics, UInt32(5000 + index))
      let c = Double(stream.uniform(0.2, 1))
      let norm = Double(stream.uniform(0.2, 3))
      let state = LocalDynamics.State(
        eigenvalues: [Double(stream.uniform(0.001, 1))], predictor: [2 * norm * stream.normalPair().0], norm: 1)
      let dynamics = LocalDynamics(closure: .fixed(c: c, predictionNorm: norm))
      let change = dynamics.derivative(state)
      return (
        dynamics.scaledPredictor(state)[0], c, state.eigenvalues[0], (change.predictor[0], change.eigenvalues[0])
      )
    }
    return [
      .claim(
        "eq-19/case-1", "Eq. 19", .printed, "λ̃_{p} ≤ 0 ⇒ dλ ≤ 0, dλ_{p} ≥ 0", trials: trials,
        detail: "algebra: signs of Eq. 18 and 19"
      ) { index in
        let s = signs(index)
        return s.scaled <= 0 && !(s.change.value <= 0 && s.change.p >= 0)
      },
      .claim(
        "eq-19/case-2", "Eq. 19", .printed, "0 ≤ λ̃_{p} ≤ 1/c ⇒ dλ ≥ 0, dλ_{p} ≥ 0", trials: trials,
        detail: "algebra: signs of Eq. 18 and 19"
      ) { index in
        let s = signs(index)
        return s.scaled >= 0 && s.scaled <= 1 / s.c && !(s.change.value >= 0 && s.change.p >= 0)
      },
      .claim(
        "eq-19/case-3", "Eq. 19", .printed, "λ̃_{p} ≥ 1/c ⇒ dλ ≤ 0, dλ_{p} ≤ 0", trials: trials,
        detail: "algebra: signs of Eq. 18 and 19"
      ) { index in
        let s = signs(index)
        return s.scaled >= 1 / s.c && !(s.change.value <= 0 && s.change.p <= 0)
      },
      .claim(
        "section-4.2/conclusion", "§4.2", .printed, "λ̃_{p} ∈ (0, 1/c) ⇒ λ decreases", trials: trials,
        detail: "the sentence repeats the one before it; meant is that λ rises and λ̃_{p} goes to 1/c"
      ) { index in
        let s = signs(index)
        return s.scaled > 0 && s.scaled < 1 / s.c && s.change.value >= 0
      },
      .equality(
        "eq-19/second", "Eq. 19", .printed, "2r_{2}λ_{p}/(‖z‖‖p‖) = 2r_{2}λ_{p}/‖z‖²", trials: trials,
        detail: "the second form needs λ̃_{p} where it has λ_{p}"
      ) { index in
        var stream = RandomStream(seed: seed, purpose: AuditPurpose.dynamics, UInt32(8000 + index))
        let (z, p, value) = (Double(stream.uniform(0.5, 2)), Double(stream.uniform(0.5, 2)), 0.7)
        return disagreement([value / (z * p)], [value / (z * z)])
      },
      .equality(
        "eq-19/second-repaired", "Eq. 19", .repaired, "2r_{2}λ_{p}/(‖z‖‖p‖) = 2r_{2}λ̃_{p}/‖z‖²", trials: trials,
        detail: "λ̃_{p} = (‖z‖/‖p‖)λ_{p}"
      ) { index in
        var stream = RandomStream(seed: seed, purpose: AuditPurpose.dynamics, UInt32(8000 + index))
        let (z, p, value) = (Double(stream.uniform(0.5, 2)), Double(stream.uniform(0.5, 2)), 0.7)
        return disagreement([value / (z * p)], [z / p * value / (z * z)])
      },
      try leavesTheBoundary(), try traceWithConstants(), try uniformity(seed: seed, starts: starts),
      try uniformityWithDecay(seed: seed, starts: starts), try uniformityWithFrozenDecay(seed: seed, starts: starts),
    ]
  }

  /// "λ_p moves to boundary 0": it does not stop there where λ is left.
  private static func leavesTheBoundary() throws(RungeKutta.Failure) -> DynamicsCheck {
    let dynamics = LocalDynamics(closure: .fixed(c: 0.9, predictionNorm: 1))
    let start = LocalDynamics.State(eigenvalues: [0.5], predictor: [-0.5])
    let reached = try end(of: dynamics, from: start, time: 60).predictor[0]
    return DynamicsCheck(
      "section-4.2/boundary", "§4.2", .printed, "λ̃_{p} < 0 ⇒ λ_{p} moves to the boundary 0",
      verdict: reached > 0.5 ? .fails : .holds, trials: 1, worst: reached,
      detail:
        "from λ = .5, λ_{p} = −.5 it crosses 0 and ends at \(short(reached)), which is 1/c; it stops below 0 only where λ "
        + "reaches 0 first")
  }

  private static func end(
    of dynamics: LocalDynamics, from start: LocalDynamics.State, time: Double
  ) throws(RungeKutta.Failure) -> LocalDynamics.State {
    try dynamics.trajectory(from: start, at: [time]).last ?? start
  }

  private static func traceWithConstants() throws(RungeKutta.Failure) -> DynamicsCheck {
    let dynamics = LocalDynamics(closure: .fixed(c: 0.9, predictionNorm: 1))
    let start = LocalDynamics.State(eigenvalues: [0.5, 0.3, 0.2], predictor: [0.4, 0.5, 0.3])
    let trace = try end(of: dynamics, from: start, time: 60).trace
    return DynamicsCheck(
      "eq-18-19/trace", "Eq. 19", .printed, "with c and ‖p‖ constant the trace of Λ stays 1",
      verdict: abs(trace - 1) < 1e-6 ? .holds : .fails, trials: 1, worst: abs(trace - 1),
      detail: "the trace goes from 1 to \(short(trace)); it is conserved only with c = Σλ̃_{p}λ and Σλ̃_{p}²λ = 1")
  }

  /// What became of `count` random starts under the dynamics.
  public struct UniformityOutcome: Sendable, Equatable {
    /// Largest over smallest eigenvalue among the directions that did not collapse to less than a millionth of the trace, at the
    /// start and at the end.
    public let ratiosAtStart: [Double]
    public let ratiosAtEnd: [Double]
    public let largestTraceError: Double
    /// The largest change of any λᵢ − (r₂/(r₁‖z‖²))λ_pᵢ², which is conserved without weight decay.
    public let largestInvariantChange: Double
    /// The largest |dλ_pᵢ/dt| at the end: how far from a fixed point it is.
    public let largestRate: Double
  }

  /// When variants of the dynamics are stopped to be compared: which directions count as collapsed hangs on it, and with them the
  /// ratios at the start too, so that one time serves the checks and the drawing.
  public static let outcomeTime = 200.0

  /// Integrates from random eigenvalues with Σλ = 1 and random predictors until nothing moves, or to `time`.
  public static func uniformityOutcome(
    _ dynamics: LocalDynamics, count: Int, directions: Int = 6, seed: UInt64, time: Double = 400
  ) throws(RungeKutta.Failure) -> UniformityOutcome {
    var (starts, ends) = ([Double](), [Double]())
    var (traceError, invariantChange, rate) = (0.0, 0.0, 0.0)
    for index in 0..<count {
      var stream = RandomStream(seed: seed, purpose: AuditPurpose.dynamics, UInt32(20_000 + index))
      let weights = (0..<directions).map { _ in exp(0.7 * stream.normalPair().0) }
      let total = weights.reduce(0, +)
      let start = LocalDynamics.State(
        eigenvalues: weights.map { $0 / total },
        predictor: (0..<directions).map { _ in Double(stream.uniform(0.2, 1)) })
      guard let end = try dynamics.trajectory(from: start, at: [time]).last else { continue }
      // There always is one: the largest has a share of the trace of at least one in `directions`.
      let alive = end.eigenvalues.indices.filter { end.eigenvalues[$0] > 1e-6 * end.trace }
      func ratio(_ values: [Double]) -> Double {
        let kept = alive.map { values[$0] }
        return (kept.max() ?? 1) / (kept.min() ?? 1)
      }
      starts.append(ratio(start.eigenvalues))
      ends.append(ratio(end.eigenvalues))
      traceError = max(traceError, abs(end.trace - start.trace))
      for (before, after) in zip(dynamics.invariants(start), dynamics.invariants(end)) {
        invariantChange = max(invariantChange, abs(after - before))
      }
      rate = dynamics.derivative(end).predictor.reduce(rate) { max($0, abs($1)) }
    }
    return UniformityOutcome(
      ratiosAtStart: starts, ratiosAtEnd: ends, largestTraceError: traceError, largestInvariantChange: invariantChange,
      largestRate: rate)
  }

  private static func uniformity(seed: UInt64, starts: Int) throws(RungeKutta.Failure) -> DynamicsCheck {
    let outcome = try uniformityOutcome(LocalDynamics(), count: starts, seed: seed, time: outcomeTime)
    return check(
      "section-4.2/uniformity", .printed, "some dimensions collapse and others tend to have equivalent λ", outcome,
      ". Every λ with λ̃_{p} = 1/c throughout is a fixed point, and λ − r_{2}λ_{p}²/(r_{1}‖z‖²) is conserved in "
        + "each direction, so unequal eigenvalues stay unequal")
  }

  /// "Taking ε and weight decay into consideration, similar conclusion can be obtained", with c and ‖p‖ as they are.
  private static func uniformityWithDecay(
    seed: UInt64, starts: Int
  ) throws(RungeKutta.Failure) -> DynamicsCheck {
    let dynamics = LocalDynamics(weightDecay: 0.005, decay: .printed)
    let outcome = try uniformityOutcome(dynamics, count: starts, seed: seed, time: outcomeTime)
    return check(
      "section-e.2/uniformity", .printed, "the same with weight decay on Λ as Eq. 49 has it", outcome,
      ". Where λ̃_{p} = 1/c throughout, every λ shrinks by the same factor: all ratios stay, and the trace goes to 0")
  }

  private static func uniformityWithFrozenDecay(
    seed: UInt64, starts: Int
  ) throws(RungeKutta.Failure) -> DynamicsCheck {
    let dynamics = LocalDynamics(closure: .fixed(c: 0.95, predictionNorm: 1), weightDecay: 0.05, decay: .printed)
    let outcome = try uniformityOutcome(dynamics, count: starts, seed: seed)
    return check(
      "section-e.2/uniformity-frozen", .variant, "the same with c and ‖p‖ held constant", outcome,
      ". It takes that c and ‖p‖ never change, which lets the trace of Λ, 1 for unit vectors, change by as much as "
        + short(outcome.largestTraceError))
  }

  /// Uniformity is reached where the largest surviving eigenvalue is less than 1.01 times the smallest, from every start.
  private static func check(
    _ id: String, _ form: Statement.Form, _ text: String, _ outcome: UniformityOutcome, _ why: String
  ) -> DynamicsCheck {
    let (worst, count) = (outcome.ratiosAtEnd.max() ?? .nan, outcome.ratiosAtEnd.count)
    return DynamicsCheck(
      id, "§4.2", form, text, verdict: worst < 1.01 ? .holds : .fails, trials: count, worst: worst,
      detail: "largest over smallest eigenvalue among those that do not collapse, median of \(count) random starts: "
        + "\(short(median(outcome.ratiosAtStart) ?? .nan)) before, \(short(median(outcome.ratiosAtEnd) ?? .nan)) after"
        + why)
  }
}
