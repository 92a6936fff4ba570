import Theory

/// What the audit of the theorems is told.
struct AuditSettings: StageSettings {
  let effort: TheoremAudit.Effort
  let seed: UInt64
}

/// What the searches against Theorem 1 are told.
struct SeparationSettings: StageSettings {
  let attempts: Int
  let steps: Int
  /// ε of the frontier, and how it is looked for.
  let frontier: [Double]
  let frontierAttempts: Int
  let frontierSteps: Int
  let seed: UInt64
}

/// What the checks of §4.2 and Appendix E are told.
struct DynamicsSettings: StageSettings {
  /// Random starts that are followed to their end.
  let starts: Int
  let seed: UInt64
}

/// What the simulation of Theorem 4 is told.
struct SimulationSettings: StageSettings {
  /// Random starts whose ends are compared.
  let starts: Int
  let directions: Int
  let seed: UInt64
}

/// What Figure 2 is computed with.
struct Figure2Settings: StageSettings {
  /// Points on the circle; twice as many on the sphere.
  let points: Int
  /// Steps of each descent.
  let steps: Int
  let seed: UInt64
}

/// One number of classes of the study.
struct StudySettings: StageSettings {
  let classCount: Int
  /// Fine classes in a coarse one; 1 where only one labelling is scored.
  let finePerCoarse: Int
  let dimensions: [Int]
  let epsilons: [Double]
  /// Hidden layers.
  let hidden: [Int]
  let training: StudyEncoder.Training
  let seeds: [Int]
}

/// Which cells the audit of the checkpoints sums up.
struct CheckpointsSettings: StageSettings {
  let cells: [CellSummary]
}
