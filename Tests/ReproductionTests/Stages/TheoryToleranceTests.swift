import Foundation
import Pipeline
import Testing
import Theory

@testable import Reproduction

/// What `repro verify --rerun` compares of the theory: verdicts, and not where a search happened to end.
@Suite struct TheoryToleranceTests {
  private func numbers(_ tolerance: Tolerance, _ name: String, _ value: some Encodable) throws -> Tolerance.Numbers {
    try #require(try tolerance.numbers(name, JSONEncoder().encode(value)))
  }

  @Test func everyStageThatSearchesOrIntegratesDeclaresOne() {
    let declared = Set(Project.workerStages.definitions.filter { $0.tolerance != nil }.map(\.name))
    #expect(declared == ["probe", "bound", "audit", "separation", "dynamics", "simulation", "study"])
  }

  @Test func auditsAreComparedByVerdict() throws {
    let statements = ["eq-27", "eq-29"].compactMap(Statement.named)
    let findings = [0, 1].map { seed in
      TheoremAudit(effort: .init(worlds: 200, starts: 1, steps: 20), seed: seed).run(statements)
    }
    #expect(findings[0] != findings[1])
    let compared = try findings.map { try numbers(TheoryTolerances.audit, OutputName.findings, $0) }
    #expect(compared[0].rest == compared[1].rest && compared[0].values.count == 6)
    // Another verdict is another result.
    let other = try numbers(
      TheoryTolerances.audit, OutputName.findings, Array(findings[0].reversed()))
    #expect(other.rest != compared[0].rest)
    #expect(try TheoryTolerances.audit.numbers("figure.png", Data()) == nil)
  }

  @Test func searchesAndChecks() throws {
    let settings = SeparationSettings(
      attempts: 100, steps: 20, frontier: [0.1], frontierAttempts: 2, frontierSteps: 50, seed: 0)
    let results = try SeparationResults(settings, threads: 1) { _ in }
    let compared = try numbers(TheoryTolerances.separation, OutputName.separation, results)
    #expect(compared.rest.contains("printed") && compared.rest.contains("not contradicted"))
    let checks = try DynamicsAudit.run(starts: 2)
    let verdicts = try numbers(TheoryTolerances.dynamics, OutputName.dynamicsChecks, checks)
    #expect(verdicts.values.isEmpty && verdicts.rest.split(separator: "\n").count == checks.count)
    let again = try numbers(TheoryTolerances.dynamics, OutputName.dynamicsChecks, try DynamicsAudit.run(starts: 2))
    #expect(again.rest == verdicts.rest)
  }
}
