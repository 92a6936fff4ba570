import Foundation
import Numerics
import Pipeline
import Theory

/// What the searches against Theorem 1 found.
struct SeparationResults: Codable, Sendable, Equatable {
  struct Search: Codable, Sendable, Equatable {
    let condition: SeparationSearch.Condition
    let epsilonFrom: Double
    let epsilonTo: Double
    let attempts: Int
    let contradictions: Int
    /// The largest of min(gap, condition), in units of ε, ε² or 1 by the condition: above zero for a contradiction.
    let closest: Double
    let leastEpsilon: Double?
    let construction: Construction
  }

  struct FrontierPoint: Codable, Sendable, Equatable {
    let epsilon: Double
    /// The least μᵢᵀμⱼ/r² at which two classes of this diameter were mistaken; nil where no search found such.
    let product: Double?
    /// 1 − 4ε + ε² and 1 − 9ε²/4.
    let printed: Double
    let sharp: Double
  }

  let searches: [Search]
  let frontier: [FrontierPoint]

  /// - Parameter progress: called with the share that is done.
  init(_ settings: SeparationSettings, threads: Int, progress: (Double) throws -> Void) throws {
    let limit = Theorem1.epsilonLimit
    // The first is the one that the statement is about, and is tried hardest.
    let plans: [(SeparationSearch.Condition, ClosedRange<Double>, Int)] = [
      (.printed, 0.02...limit - 1e-6, settings.attempts), (.printed, limit...1, settings.attempts / 10),
      (.squared, 0.02...limit - 1e-6, settings.attempts / 10), (.squared, limit...1, settings.attempts / 10),
      (.sharp, 0.02...Theorem1.sharpEpsilonLimit, settings.attempts / 10),
      (.orthogonal, limit...1, settings.attempts / 10),
    ]
    var searches: [Search] = []
    for (index, (condition, epsilons, attempts)) in plans.enumerated() {
      try progress(Double(index) / Double(plans.count + 1))
      let search = SeparationSearch(condition, epsilons: epsilons, steps: settings.steps)
      let result = search.run(attempts: max(1, attempts), seed: settings.seed, threads: threads)
      searches.append(
        Search(
          condition: condition, epsilonFrom: epsilons.lowerBound, epsilonTo: epsilons.upperBound,
          attempts: result.attempts, contradictions: result.contradictions, closest: result.closest,
          leastEpsilon: result.leastEpsilon, construction: result.construction))
    }
    self.searches = searches
    let products = SeparationSearch.frontier(
      epsilons: settings.frontier, attempts: settings.frontierAttempts, steps: settings.frontierSteps,
      seed: settings.seed, threads: threads)
    frontier = zip(settings.frontier, products).map { epsilon, product in
      FrontierPoint(
        epsilon: epsilon, product: product, printed: Theorem1.margin(epsilon: epsilon),
        sharp: Theorem1.sharpMargin(epsilon: epsilon))
    }
  }
}

/// Theorem 4's dynamics, integrated.
enum SimulationResults {
  /// What became of random starts under one variant.
  struct Outcome: Codable, Sendable, Equatable {
    let variant: String
    /// Largest over smallest eigenvalue among those that did not collapse, for each start.
    let ratiosAtStart: [Double]
    let ratiosAtEnd: [Double]
    let largestTraceError: Double
  }

  /// The variants of the dynamics that are compared.
  static func variants(directions: Int) -> [(name: String, dynamics: LocalDynamics)] {
    [
      ("none", LocalDynamics()),
      ("noise", LocalDynamics(relativeNoise: (0..<directions).map { -0.05 + 0.05 * Double($0) / Double(directions) })),
      ("decay", LocalDynamics(weightDecay: 0.005)),
      ("printed decay", LocalDynamics(weightDecay: 0.005, decay: .printed)),
      (
        "frozen decay",
        LocalDynamics(closure: .fixed(c: 0.95, predictionNorm: 1), weightDecay: 0.05, decay: .printed)
      ),
    ]
  }

  static func outcomes(_ settings: SimulationSettings) throws -> [Outcome] {
    try variants(directions: settings.directions).map { variant in
      let outcome = try DynamicsAudit.uniformityOutcome(
        variant.dynamics, count: settings.starts, directions: settings.directions, seed: settings.seed,
        time: DynamicsAudit.outcomeTime)
      return Outcome(
        variant: variant.name, ratiosAtStart: outcome.ratiosAtStart, ratiosAtEnd: outcome.ratiosAtEnd,
        largestTraceError: outcome.largestTraceError)
    }
  }

  /// c of the portraits of one direction.
  static let portraitC = 0.9
  /// η of the portrait with weight decay.
  static let portraitDecay = 0.05

  /// Trajectories: of one direction with c, ‖p‖ and ‖z‖ constant, from a grid of starts, without and with weight decay as
  /// printed; and of several directions together with the trace conserved.
  static func portrait() throws -> MeasurementTable {
    var table = MeasurementTable(columns: ["kind", "series", "direction", "time", "eigenvalue", "predictor"])
    let times = [0.001] + (1...120).map { 0.1 * Double($0) }
    for (kind, dynamics) in [
      (0.0, LocalDynamics(closure: .fixed(c: portraitC, predictionNorm: 1))),
      (1, LocalDynamics(closure: .fixed(c: portraitC, predictionNorm: 1), weightDecay: portraitDecay, decay: .printed)),
    ] {
      var series = 0.0
      for predictor in stride(from: -1.0, through: 2.0, by: 0.5) {
        for eigenvalue in [0.1, 0.5, 1.0] {
          let start = LocalDynamics.State(eigenvalues: [eigenvalue], predictor: [predictor])
          for (time, state) in zip(times, try dynamics.trajectory(from: start, at: times)) {
            table.append([
              "kind": kind, "series": series, "direction": 0, "time": time, "eigenvalue": state.eigenvalues[0],
              "predictor": state.predictor[0],
            ])
          }
          series += 1
        }
      }
    }
    // Six directions under each variant, from one start.
    let start = LocalDynamics.State(
      eigenvalues: [0.4, 0.25, 0.15, 0.1, 0.06, 0.04], predictor: [0.3, 0.5, 0.2, 0.6, 0.4, -0.1])
    let long = [0.01] + (1...160).map { 0.5 * Double($0) }
    for (index, variant) in variants(directions: start.eigenvalues.count).enumerated() {
      for (time, state) in zip(long, try variant.dynamics.trajectory(from: start, at: long)) {
        for direction in state.eigenvalues.indices {
          table.append([
            "kind": 2, "series": Double(index), "direction": Double(direction), "time": time,
            "eigenvalue": state.eigenvalues[direction], "predictor": state.predictor[direction],
          ])
        }
      }
    }
    return table
  }
}

/// The study in numbers: a row for each encoder at each ε, and a second with the coarse labels where there are any.
enum StudyResults {
  static let columns = [
    "seed", "classes", "dimension", "coarse", "epsilon_target", "epsilon", "error", "correlation_loss", "l_bound", "v",
    "welch", "theorem3_printed", "theorem3_union", "theorem3_sharp", "close_classes", "theorem2_left",
    "theorem2_proved",
    "theorem2_repaired", "training_loss", "spread", "disjoint",
  ]

  /// - Parameter progress: called with the share that is done and what comes next.
  static func run(
    _ settings: StudySettings, threads: Int, progress: (Double, String) throws -> Void
  ) throws -> MeasurementTable {
    var table = MeasurementTable(columns: columns)
    let cells = settings.seeds.flatMap { seed in settings.dimensions.map { (seed: seed, dimension: $0) } }
    var shared: (seed: Int, data: StudyData, training: [Matrix], evaluation: Matrix)?
    for (index, cell) in cells.enumerated() {
      try progress(Double(index) / Double(cells.count), "d = \(cell.dimension)")
      // Cells of one seed come one after another, and have their data in common.
      if shared?.seed != cell.seed { shared = views(settings, seed: cell.seed) }
      guard let (_, data, trainingOffsets, evaluationOffsets) = shared else { continue }
      var encoder = StudyEncoder(
        widths: [data.inputDimension] + settings.hidden + [cell.dimension], seed: UInt64(cell.seed))
      let losses = encoder.train(
        settings.training, on: data, offsets: trainingOffsets, seed: UInt64(cell.seed))
      let evaluation = StudyEvaluation(data: data, encoder: encoder, offsets: evaluationOffsets)
      for (epsilon, fine) in zip(settings.epsilons, try evaluation.measure(epsilons: settings.epsilons)) {
        var rows = [(fine, false)]
        if settings.finePerCoarse > 1 {
          rows.append((try evaluation.measure(spread: fine.spread, target: epsilon, isCoarse: true), true))
        }
        for (measured, isCoarse) in rows {
          table.append(row(measured, isCoarse: isCoarse, seed: cell.seed, loss: losses.last))
        }
      }
    }
    return table
  }

  private static func views(
    _ settings: StudySettings, seed: Int
  ) -> (seed: Int, data: StudyData, training: [Matrix], evaluation: Matrix) {
    let data = StudyData(
      classCount: settings.classCount, finePerCoarse: settings.finePerCoarse, seed: UInt64(seed))
    return (
      seed, data, data.offsets(0..<settings.training.samples, views: settings.training.views),
      StudyEvaluation.offsets(of: data)
    )
  }

  private static func row(
    _ measured: StudyMeasurement, isCoarse: Bool, seed: Int, loss: Double?
  ) -> [String: Double?] {
    [
      "seed": Double(seed), "classes": Double(measured.classCount), "dimension": Double(measured.dimension),
      "coarse": isCoarse ? 1 : 0, "epsilon_target": measured.target, "epsilon": measured.epsilon,
      "error": measured.error, "correlation_loss": measured.quantities.correlationLoss, "l_bound": measured.lBound,
      "v": DimensionTerm.v(dimension: measured.dimension, classCount: measured.classCount),
      "welch": DimensionTerm.welchBound(dimension: measured.dimension, classCount: measured.classCount),
      "theorem3_printed": measured.theorem3.printed, "theorem3_union": measured.theorem3.union,
      "theorem3_sharp": measured.theorem3.sharp, "close_classes": measured.theorem3.closeClasses,
      "theorem2_left": measured.theorem2?.leftSide, "theorem2_proved": measured.theorem2?.proved,
      "theorem2_repaired": measured.theorem2?.repaired, "training_loss": loss,
      "spread": measured.spread, "disjoint": measured.isDisjoint ? 1 : 0,
    ]
  }
}

/// What one statement says of all recorded checkpoints.
struct CheckpointSummary: Codable, Sendable, Equatable {
  /// `Statement.id`.
  let id: String
  /// Checkpoints, and how many of them meet the assumptions.
  let checkpoints: Int
  let met: Int
  /// By verdict.
  let held: Int
  let failed: Int
  let vacuous: Int
  /// The least and the median right − left among those that meet the assumptions.
  let leastSlack: Double?
  let medianSlack: Double?
  /// The cell and epoch of the least slack.
  let tightest: String?

  /// One for each statement, in their order.
  static func all(_ cells: [CellSummary], _ audits: [[CheckpointAudit]]) -> [CheckpointSummary] {
    Statement.all.map { statement in
      var rows: [(check: CheckpointAudit.Check, name: String)] = []
      for (cell, audits) in zip(cells, audits) {
        for audit in audits {
          if let check = audit.checks.first(where: { $0.id == statement.id }) {
            rows.append((check, "\(cell.path), epoch \(audit.epoch)"))
          }
        }
      }
      let slacks = rows.compactMap { row -> (slack: Double, name: String)? in
        guard row.check.isMet, let left = row.check.left, let right = row.check.right else { return nil }
        return (right - left, row.name)
      }.sorted { $0.slack < $1.slack }
      return CheckpointSummary(
        id: statement.id, checkpoints: rows.count, met: rows.count { $0.check.isMet },
        held: rows.count { $0.check.verdict == .holds }, failed: rows.count { $0.check.verdict == .fails },
        vacuous: rows.count { $0.check.verdict == .vacuous }, leastSlack: slacks.first?.slack,
        medianSlack: median(slacks.map(\.slack)), tightest: slacks.first?.name)
    }
  }
}
