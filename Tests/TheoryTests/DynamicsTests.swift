import Foundation
import Numerics
import Testing

@testable import Theory

@Suite struct LocalDynamicsTests {
  /// Another integrator: the classical Runge–Kutta method with small fixed steps.
  private func plain(
    _ dynamics: LocalDynamics, from start: LocalDynamics.State, to end: Double, steps: Int
  ) -> LocalDynamics.State {
    func moved(_ state: LocalDynamics.State, _ change: LocalDynamics.State, _ h: Double) -> LocalDynamics.State {
      LocalDynamics.State(
        eigenvalues: zip(state.eigenvalues, change.eigenvalues).map { $0 + h * $1 },
        predictor: zip(state.predictor, change.predictor).map { $0 + h * $1 }, norm: state.norm + h * change.norm)
    }
    var state = start
    let h = end / Double(steps)
    for _ in 0..<steps {
      let a = dynamics.derivative(state)
      let b = dynamics.derivative(moved(state, a, h / 2))
      let c = dynamics.derivative(moved(state, b, h / 2))
      let d = dynamics.derivative(moved(state, c, h))
      for (change, weight) in [(a, 1.0), (b, 2), (c, 2), (d, 1)] { state = moved(state, change, h * weight / 6) }
    }
    return state
  }

  private func distance(_ a: LocalDynamics.State, _ b: LocalDynamics.State) -> Double {
    zip(a.eigenvalues + a.predictor + [a.norm], b.eigenvalues + b.predictor + [b.norm])
      .reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// To 1e-8 against the closed form, in all three cases, with and without ε.
  @Test(arguments: [
    (0.3, -0.8, 0.0), (0.9, -0.5, 0.0), (0.2, 0.1, 0.0), (0.2, 0.6, 0.05), (0.5, 2.0, 0.0), (3.0, 1.6, -0.05),
    (0.02, 1.9, 0.0),
  ])
  func closedForm(value: Double, predictor: Double, noise: Double) throws {
    let (c, norm, length) = (0.9, 1.3, 1.1)
    let dynamics = LocalDynamics(
      predictorRate: 0.7, representationRate: 0.4, closure: .fixed(c: c, predictionNorm: norm), relativeNoise: [noise])
    let solution = try #require(
      LocalDynamicsSolution(
        eigenvalue: value, predictor: predictor, c: c, predictionNorm: norm, norm: length, predictorRate: 0.7,
        representationRate: 0.4, relativeNoise: noise))
    let times = [0.1, 0.5, 1, 2, 5, 10, 20]
    let states = try dynamics.trajectory(
      from: .init(eigenvalues: [value], predictor: [predictor], norm: length), at: times)
    for (time, state) in zip(times, states) {
      let expected = solution.predictor(time: time)
      #expect(abs(state.predictor[0] - expected) < 1e-8, "t \(time): \(state.predictor[0]) against \(expected)")
      #expect(abs(state.eigenvalues[0] - solution.eigenvalue(predictor: expected)) < 1e-8)
    }
    // Where it ends: at λ̃_p = (1 + e)/c or at λ = 0.
    let end = solution.predictorLimit
    let isCollapsed = abs(solution.eigenvalue(predictor: end)) < 1e-12
    #expect(isCollapsed || isClose(length / norm * end, (1 + noise) / c))
  }

  @Test(arguments: [0, 1, 2, 3]) func secondIntegrator(variant: Int) throws {
    let start = LocalDynamics.State(eigenvalues: [0.5, 0.3, 0.15, 0.05], predictor: [0.2, 0.9, -0.1, 0.4], norm: 1.2)
    var dynamics = LocalDynamics(predictorRate: 0.8, representationRate: 0.5)
    if variant > 0 { dynamics.relativeNoise = [-0.02, 0.01, 0.03, -0.05] }
    if variant > 1 { dynamics.weightDecay = 0.03 }
    if variant > 2 {
      dynamics.decay = .printed
      dynamics.closure = .fixed(c: 0.95, predictionNorm: 0.8)
    }
    let fine = plain(dynamics, from: start, to: 5, steps: 20_000)
    let state = try #require(try dynamics.trajectory(from: start, at: [1, 5]).last)
    #expect(distance(fine, state) < 1e-8, "\(distance(fine, state))")
  }

  /// The trace and, in each direction, λ − r₂λ_p²/(r₁‖z‖²) are conserved; with c and ‖p‖ held constant the trace is not.
  @Test func whatIsConserved() throws {
    let noisy = LocalDynamics(predictorRate: 0.6, relativeNoise: [-0.05, 0.02, 0.04, 0, -0.03, 0.01])
    for dynamics in [LocalDynamics(), noisy] {
      let outcome = try DynamicsAudit.uniformityOutcome(dynamics, count: 10, seed: 1)
      #expect(outcome.largestTraceError < 1e-8 && outcome.largestInvariantChange < 1e-8, "\(outcome)")
    }
    let plain = try DynamicsAudit.uniformityOutcome(LocalDynamics(), count: 10, seed: 1)
    #expect(plain.largestRate < 1e-4)
    let fixed = LocalDynamics(closure: .fixed(c: 0.95, predictionNorm: 1))
    #expect(try DynamicsAudit.uniformityOutcome(fixed, count: 10, seed: 1).largestTraceError > 0.1)
  }

  /// Errata E15: any λ is a fixed point where all λ̃_p are 1/c, equal eigenvalues or not.
  @Test func unequalFixedPoint() throws {
    let state = LocalDynamics.State(eigenvalues: [0.6, 0.3, 0.09, 0.01], predictor: [0.7, 0.7, 0.7, 0.7])
    let dynamics = LocalDynamics()
    #expect(isClose(dynamics.closure(state).c, 1))
    let change = dynamics.derivative(state)
    #expect((change.eigenvalues + change.predictor).allSatisfy { abs($0) < 1e-14 })
    // It is stable along λ_p, and a start nearby does not end at equal eigenvalues.
    var near = state
    near.predictor[1] += 0.05
    let end = try #require(try dynamics.trajectory(from: near, at: [300]).last)
    // All λ_p become equal, Σλ_p² being what it was, and λ − λ_p² stays.
    let square = near.predictor.reduce(0) { $0 + $1 * $1 } / 4
    for index in 0..<4 {
      let expected = near.eigenvalues[index] - near.predictor[index] * near.predictor[index] + square
      #expect(abs(end.eigenvalues[index] - expected) < 1e-3)
    }
  }

  /// Uniformity does not follow, with weight decay or without; only the term that Eq. 52 removes brings it about.
  @Test func uniformityDoesNotFollow() throws {
    for dynamics in [LocalDynamics(), LocalDynamics(weightDecay: 0.005)] {
      let outcome = try DynamicsAudit.uniformityOutcome(dynamics, count: 20, seed: 2, time: 200)
      #expect(outcome.ratiosAtEnd.sorted()[10] > 2)
      #expect(outcome.largestTraceError < 1e-7)
    }
    // Nor does it with the term that Eq. 52 removes: the trace falls, and the ratios stay.
    let printed = LocalDynamics(weightDecay: 0.005, decay: .printed)
    let outcome = try DynamicsAudit.uniformityOutcome(printed, count: 20, seed: 2, time: 200)
    #expect(outcome.ratiosAtEnd.sorted()[10] > 2 && outcome.largestTraceError > 0.5)
    // Only with c and ‖p‖ held constant, and then the trace is no longer that of unit vectors.
    let frozen = LocalDynamics(closure: .fixed(c: 0.95, predictionNorm: 1), weightDecay: 0.05, decay: .printed)
    let end = try DynamicsAudit.uniformityOutcome(frozen, count: 20, seed: 2)
    #expect(end.ratiosAtEnd.allSatisfy { $0 < 1.001 })
    #expect(end.largestTraceError > 1)
  }

  /// Errata E18: where λ̃_p = 1/c throughout, the printed weight decay shrinks every λ by the same factor.
  @Test func printedDecayKeepsRatios() throws {
    let start = LocalDynamics.State(eigenvalues: [0.6, 0.3, 0.09, 0.01], predictor: [0.7, 0.7, 0.7, 0.7])
    let dynamics = LocalDynamics(weightDecay: 0.02, decay: .printed)
    let end = try #require(try dynamics.trajectory(from: start, at: [50]).last)
    let factor = exp(-2 * 0.02 * 50.0)
    for index in 0..<4 { #expect(isClose(end.eigenvalues[index], factor * start.eigenvalues[index], tolerance: 1e-7)) }
    let scaled = dynamics.scaledPredictor(end)
    for value in scaled { #expect(isClose(value, 1 / dynamics.closure(end).c, tolerance: 1e-7)) }
  }

  @Test func integratorSaysWhereItStops() {
    // y′ = y² from 1 is infinite at t = 1.
    #expect(throws: RungeKutta.Failure.self) {
      try RungeKutta(maximumSteps: 5000).solve(from: [1], at: [2]) { [$0[0] * $0[0]] }
    }
  }

  @Test func integratorIsOfItsOrder() throws {
    // The harmonic oscillator over ten turns.
    let end = 20 * Double.pi
    let state = try #require(try RungeKutta().solve(from: [1, 0], at: [1, end]) { [$0[1], -$0[0]] }.last)
    #expect(abs(state[0] - 1) < 1e-8 && abs(state[1]) < 1e-8)
  }
}

@Suite struct DynamicsAuditTests {
  static let fails: Set<String> = [
    "lemma-1/without", "lemma-1/rank-one", "theorem-4/unmatched", "section-4.2/conclusion", "section-4.2/boundary",
    "section-4.2/uniformity", "eq-19/second", "eq-18-19/trace", "eq-31", "eq-34", "eq-35", "eq-42/unmatched", "eq-49",
    "eq-53", "eq-55", "eq-57", "section-e.2/case-3", "section-e.2/threshold", "section-e.2/uniformity",
  ]

  @Test func verdictOfEveryCheck() throws {
    let checks = try DynamicsAudit.run()
    #expect(Set(checks.map(\.id)).count == checks.count)
    for check in checks {
      let expected: Verdict =
        Self.fails.contains(check.id) ? .fails : check.id == "lemma-1/end-point" ? .vacuous : .holds
      #expect(check.verdict == expected, "\(check)")
      if check.form == .repaired { #expect(check.verdict == .holds, "\(check)") }
    }
    #expect(Self.fails.isSubset(of: checks.map(\.id)))
    #expect(try DynamicsAudit.run() == checks)
    // Fewer starts come to the same verdicts.
    #expect(try DynamicsAudit.run(starts: 3).map(\.verdict) == checks.map(\.verdict))
  }

  /// How far the basis has turned is not what LAPACK happens to give where eigenvalues meet.
  @Test func turningOfEigenbases() throws {
    let rellich = try EigenvectorPath(points: 2000, from: 0.02, EigenvectorPath.turningWithoutEnd)
    #expect(isClose(rellich.turn, (1 / 0.02 - 1) / 2, tolerance: 1e-3))
    // Cut finer, it has turned by as much.
    let fine = try EigenvectorPath(points: 8000, from: 0.02, EigenvectorPath.turningWithoutEnd)
    #expect(isClose(fine.turn, rellich.turn, tolerance: 1e-3))
    // A path with the same point of coincidence and one basis throughout does not turn.
    let straight = try EigenvectorPath(points: 500, from: 0.02) { t in
      DoubleMatrix(rows: 2, columns: 2, values: [t, 3 * t, 3 * t, -t])
    }
    #expect(straight.turn < 1e-4)
  }

  /// Theorem 4's two equalities on samples, against sums over them.
  @Test func residualAgreesWithLoops() throws {
    var stream = RandomStream(seed: 9, purpose: 0x7E63)
    let (n, d) = (25, 3)
    let first = DoubleMatrix(rows: n, columns: d, values: stream.normals(n * d))
    let second = DoubleMatrix(rows: n, columns: d, values: stream.normals(n * d))
    let predictor = DoubleMatrix(rows: d, columns: d, values: stream.normals(d * d))
    let residual = try Theorem4Residual(first, second, predictor: predictor)
    let pairs = try (0..<n).map { row in
      try #require(
        PredictedPair(representation: Array(first.row(row)), target: Array(second.row(row)), predictor: predictor))
    }
    let c = pairs.reduce(0) { $0 + $1.similarity } / Double(n)
    let ratio = pairs.reduce(0) { $0 + $1.representationNorm / $1.predictionNorm } / Double(n)
    #expect(isClose(residual.c, c) && residual.count == n)
    var (error, size) = (0.0, 0.0)
    for i in 0..<d {
      for j in 0..<d {
        let actual = pairs.reduce(0) { $0 + $1.residual[i] * $1.representationDirection[j] } / Double(n)
        let moment = (0..<d).map { k in
          pairs.reduce(0) { $0 + $1.representationDirection[k] * $1.representationDirection[j] } / Double(n)
        }
        let noise =
          pairs.reduce(0) {
            $0 + ($1.targetDirection[i] - $1.representationDirection[i]) * $1.representationDirection[j]
          } / Double(n)
        let scaled = (0..<d).reduce(0) { $0 + ratio * predictor[i, $1] * moment[$1] }
        let claimed = moment[i] - c * scaled + noise
        error += (actual - claimed) * (actual - claimed)
        size += actual * actual
      }
    }
    #expect(isClose(residual.relativeError, (error / size).squareRoot()))
    #expect(throws: FeatureError.self) {
      try Theorem4Residual(
        DoubleMatrix(rows: 2, columns: 2), DoubleMatrix(rows: 2, columns: 2), predictor: .identity(2))
    }
  }
}
