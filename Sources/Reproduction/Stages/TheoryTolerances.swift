import Foundation
import Pipeline
import Theory

/// How far results of the theory may lie from those of another execution, with another compiler, BLAS or libm: all of them round
/// otherwise in the last bits. Where nothing is declared (**checkpoints**, **claim**) the same inputs give the same bytes.
enum TheoryTolerances {
  /// A search takes a step where it makes a number smaller, were it by the last bit, and goes another way from there: what is found
  /// at its end is another counterexample. Verdicts stay, and so do counts over random constructions, but for ties.
  static let audit = Tolerance(relative: 0.01, absolute: 2) { name, data in
    guard name == OutputName.findings else { return nil }
    let findings = try JSONDecoder().decode([TheoremAudit.Finding].self, from: data)
    return Tolerance.Numbers(
      values: findings.flatMap { [$0.held, $0.contradicted, $0.vacuous].map(Double.init) },
      rest: findings.map { "\($0.id) \($0.form.rawValue) \($0.text): \($0.verdict.rawValue)" }.joined(separator: "\n"))
  }

  /// The same of the searches for Theorem 1: whether a condition is contradicted, about how often, and about where the frontier
  /// lies.
  static let separation = Tolerance(relative: 0.1, absolute: 0.02) { name, data in
    guard name == OutputName.separation else { return nil }
    let results = try JSONDecoder().decode(SeparationResults.self, from: data)
    let searches = results.searches.map { search in
      "\(search.condition.rawValue) \(search.epsilonFrom) \(search.epsilonTo) \(search.attempts): "
        + (search.contradictions > 0 ? "contradicted" : "not contradicted")
    }
    let points = results.frontier.map { "\($0.epsilon): \($0.product == nil ? "none" : "found")" }
    return Tolerance.Numbers(
      values: results.searches.map { Double($0.contradictions) / Double(max(1, $0.attempts)) }
        + results.searches.compactMap(\.leastEpsilon) + results.frontier.compactMap(\.product),
      rest: (searches + points).joined(separator: "\n"))
  }

  /// Disagreements of two equal sides are rounding itself, so that only verdicts are compared.
  static let dynamics = Tolerance(relative: 0) { name, data in
    guard name == OutputName.dynamicsChecks else { return nil }
    let checks = try JSONDecoder().decode([DynamicsCheck].self, from: data)
    return Tolerance.Numbers(
      values: [],
      rest: checks.map { "\($0.id) \($0.form.rawValue) \($0.text), \($0.trials): \($0.verdict.rawValue)" }
        .joined(separator: "\n"))
  }

  /// The integrator's own error is 1e-9 or so; step sizes, which depend on the last bits, move results within it.
  static let simulation = Tolerance(relative: 1e-5, absolute: 1e-7)

  /// Encoders are trained in single precision, and rounding grows from step to step; ε is found by bisection over it.
  static let study = Tolerance(relative: 0.1, absolute: 0.02)
}
