import Foundation
import Numerics
import Pipeline
import Theory

/// The stages that take the paper's statements at their word: **audit** (Theorems 1 to 3 and the equations of Appendices A to
/// D on constructions), **separation** (Theorem 1 alone, harder), **dynamics** (§4.2 and Appendix E), **simulation** (Theorem
/// 4 integrated), **study** (encoders of which Eq. 6 holds by construction) and **checkpoints** (every trained one together).
enum TheoryStages {
  static let definitions = [
    audit.within(TheoryTolerances.audit), separation.within(TheoryTolerances.separation),
    dynamics.within(TheoryTolerances.dynamics), simulation.within(TheoryTolerances.simulation),
    study.within(TheoryTolerances.study), checkpoints,
  ]

  static let audit = StageDefinition(name: StageName.audit, version: 4) { context in
    let settings: AuditSettings = try context.decodeParameters()
    let findings = TheoremAudit(effort: settings.effort, seed: settings.seed).run(threads: context.threads)
    for finding in findings {
      if let slack = finding.leastSlack { context.metric("\(finding.id)/least_slack", slack) }
    }
    try JSONFile.write(findings, to: context.output(OutputName.findings))
  }

  static let separation = StageDefinition(name: StageName.separation, version: 2) { context in
    let settings: SeparationSettings = try context.decodeParameters()
    try JSONFile.write(
      SeparationResults(settings, threads: context.threads) { fraction in
        context.progress(fraction: fraction)
        try context.checkCancellation()
      }, to: context.output(OutputName.separation))
  }

  static let dynamics = StageDefinition(name: StageName.dynamics, version: 4) { context in
    let settings: DynamicsSettings = try context.decodeParameters()
    try JSONFile.write(
      DynamicsAudit.run(seed: settings.seed, starts: settings.starts), to: context.output(OutputName.dynamicsChecks))
  }

  static let simulation = StageDefinition(name: StageName.simulation, version: 2) { context in
    let settings: SimulationSettings = try context.decodeParameters()
    try Data(SimulationResults.portrait().csv.utf8).write(to: context.output(OutputName.trajectories))
    try JSONFile.write(SimulationResults.outcomes(settings), to: context.output(OutputName.outcomes))
  }

  static let study = StageDefinition(name: StageName.study, version: 2) { context in
    let settings: StudySettings = try context.decodeParameters()
    let table = try StudyResults.run(settings, threads: context.threads) { fraction, message in
      context.progress(fraction: fraction, message: message)
      try context.checkCancellation()
    }
    try Data(table.csv.utf8).write(to: context.output(OutputName.study))
  }

  static let checkpoints = StageDefinition(name: StageName.checkpoints, version: 3, isLight: true) { context in
    let settings: CheckpointsSettings = try context.decodeParameters()
    let audits = try settings.cells.map { cell in
      try JSONFile.read([CheckpointAudit].self, from: context.input("checks/\(cell.path)"))
    }
    try JSONFile.write(
      CheckpointSummary.all(settings.cells, audits), to: context.output(OutputName.checkpointSummary))
  }
}
