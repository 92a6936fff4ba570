import Foundation
import Pipeline
import Theory

/// The nodes that take the paper at its word: audit, searches, simulation, study, checkpoints, their figures, and the claims.
extension PaperGraph.Builder {
  /// Adds everything of the theory, behind the cells whose checkpoints it sums up.
  mutating func addTheory(_ cells: [CellSummary], configured: [Configuration.Cell]) throws {
    try addAudits(cells)
    try addStudy()
    for name in TheoryFigureSettings.Name.allCases {
      guard let inputs = try inputs(of: name, cells, configured) else { continue }
      nodes.append(
        Node(
          id: try NodeID("figure/\(name.rawValue)"), stage: StageName.theoryFigure,
          parameters: try TheoryFigureSettings(name: name, cells: shownCells(of: name, cells, configured)).parameters(),
          inputs: inputs, outputs: OutputName.figure(name.rawValue), expectedCost: 1))
    }
    nodes.append(
      Node(
        id: "figure/fig1", stage: StageName.figure1, parameters: [:],
        outputs: OutputName.figure("fig1").filter { !$0.hasSuffix(".csv") }, expectedCost: 1))
    nodes.append(
      Node(
        id: "figure/fig2", stage: StageName.figure2,
        parameters: try Figure2Settings(points: 16, steps: profile.theory.descentSteps, seed: 0).parameters(),
        outputs: OutputName.figure("fig2"), expectedCost: 1))
  }

  private mutating func addAudits(_ cells: [CellSummary]) throws {
    let theory = profile.theory
    let effort = TheoremAudit.Effort(
      worlds: theory.constructions, starts: theory.searchStarts, steps: theory.searchSteps)
    nodes.append(
      Node(
        id: "audit/theorems", stage: StageName.audit,
        parameters: try AuditSettings(effort: effort, seed: 0).parameters(), outputs: [OutputName.findings],
        resources: Resources(threads: 1, memoryMegabytes: 500), expectedCost: 10))
    // A frontier takes a thousandth of the attempts at each of eighteen ε, ten times as long.
    let frontier = stride(from: 0.05, through: 0.9, by: 0.05).map { ($0 * 100).rounded() / 100 }
    nodes.append(
      Node(
        id: "audit/separation", stage: StageName.separation,
        parameters: try SeparationSettings(
          attempts: theory.separationAttempts, steps: 40, frontier: frontier,
          frontierAttempts: max(2, theory.separationAttempts / 1000), frontierSteps: 400, seed: 0
        ).parameters(),
        outputs: [OutputName.separation], resources: Resources(threads: 1, memoryMegabytes: 300),
        expectedCost: 1 + Double(theory.separationAttempts) * 2e-4))
    nodes.append(
      Node(
        id: "audit/dynamics", stage: StageName.dynamics,
        parameters: try DynamicsSettings(starts: theory.dynamicsStarts, seed: 0).parameters(),
        outputs: [OutputName.dynamicsChecks], expectedCost: 2))
    nodes.append(
      Node(
        id: "simulation/simsiam", stage: StageName.simulation,
        parameters: try SimulationSettings(starts: theory.dynamicsStarts, directions: 6, seed: 0).parameters(),
        outputs: [OutputName.trajectories, OutputName.outcomes], expectedCost: 3))
    nodes.append(
      Node(
        id: "audit/checkpoints", stage: StageName.checkpoints,
        parameters: try CheckpointsSettings(cells: cells).parameters(),
        inputs: try cells.map { cell in
          NodeInput("checks/\(cell.path)", .output(of: try NodeID("bound/\(cell.path)"), named: OutputName.checks))
        }, outputs: [OutputName.checkpointSummary], expectedCost: 1))
  }

  private mutating func addStudy() throws {
    let theory = profile.theory
    let training = StudyEncoder.Training(steps: theory.trainingSteps, samples: theory.studySamples)
    func add(_ name: String, _ classCount: Int, _ finePerCoarse: Int, _ dimensions: [Int]) throws {
      let settings = StudySettings(
        classCount: classCount, finePerCoarse: finePerCoarse, dimensions: dimensions, epsilons: [0.1, 0.5, 1, 1.5],
        hidden: [96, 96], training: training, seeds: theory.seeds)
      nodes.append(
        Node(
          id: try NodeID("study/\(name)"), stage: StageName.study, parameters: try settings.parameters(),
          outputs: [OutputName.study], resources: Resources(threads: 1, memoryMegabytes: 500),
          expectedCost: 0.1 + Double(dimensions.reduce(0, +) * theory.seeds.count) * 0.02))
    }
    for classCount in theory.classCounts {
      let dimensions = Set([2, 3, 4, 6, 8, 16, classCount / 2, classCount, 2 * classCount, 4 * classCount])
      try add("k\(classCount)", classCount, 1, dimensions.filter { $0 > 1 && $0 <= 4 * classCount }.sorted())
    }
    // The largest number of classes that falls into groups of five, or of two.
    for size in [5, 2] {
      guard let classCount = theory.classCounts.filter({ $0 % size == 0 && $0 > size }).max() else { continue }
      let dimensions = Set([2, 3, 4, 6, 8, 12, 16, classCount / size, classCount / 2, classCount, 2 * classCount])
      try add("two-labels", classCount, size, dimensions.filter { $0 > 1 && $0 <= 2 * classCount }.sorted())
      break
    }
  }

  private var studyNodes: [NodeID] { nodes.filter { $0.stage == StageName.study }.map(\.id) }

  // MARK: Figures

  /// SimSiam's cells that the eigenvalues are drawn of: of each dataset the largest d that a panel can hold.
  private func shownCells(
    of name: TheoryFigureSettings.Name, _ cells: [CellSummary], _ configured: [Configuration.Cell]
  ) -> [CellSummary] {
    guard name == .eigenvalues else { return [] }
    let candidates = zip(cells, configured).filter { cell, configured in
      if case .simSiam = configured.settings.loss { cell.seed == cells[0].seed } else { false }
    }.map(\.0)
    return candidates.map(\.dataset).uniqued().compactMap { dataset in
      let own = candidates.filter { $0.dataset == dataset }.sorted { $0.dimension < $1.dimension }
      return own.last { $0.dimension <= 128 } ?? own.first
    }
  }

  /// Nil where the profile has nothing to draw.
  private func inputs(
    of name: TheoryFigureSettings.Name, _ cells: [CellSummary], _ configured: [Configuration.Cell]
  ) throws -> [NodeInput]? {
    switch name {
    case .counterexamples: return Self.inputs([OutputName.findings], of: "audit/theorems")
    case .separation: return Self.inputs([OutputName.separation], of: "audit/separation")
    case .dynamics: return Self.inputs([OutputName.trajectories], of: "simulation/simsiam")
    case .eigenvalues:
      let shown = shownCells(of: name, cells, configured)
      guard !shown.isEmpty else { return nil }
      return try shown.flatMap { cell in
        let bound = try NodeID("bound/\(cell.path)")
        return [OutputName.bound, OutputName.spectrum, OutputName.predictorSpectrum].map {
          NodeInput("\($0)/\(cell.path)", .output(of: bound, named: $0))
        }
      }
    case .study:
      return studyNodes.filter { $0.text != "study/two-labels" }.map {
        NodeInput($0.text, .output(of: $0, named: OutputName.study))
      }
    case .twoLabels:
      guard let node = studyNodes.first(where: { $0.text == "study/two-labels" }) else { return nil }
      return [NodeInput(node.text, .output(of: node, named: OutputName.study))]
    }
  }

  /// What the report reads of the theory beside the figures.
  func theoryInputs() throws -> [NodeInput] {
    [
      NodeInput(OutputName.findings, .output(of: "audit/theorems", named: OutputName.findings)),
      NodeInput(OutputName.separation, .output(of: "audit/separation", named: OutputName.separation)),
      NodeInput(OutputName.dynamicsChecks, .output(of: "audit/dynamics", named: OutputName.dynamicsChecks)),
      NodeInput(OutputName.checkpointSummary, .output(of: "audit/checkpoints", named: OutputName.checkpointSummary)),
      NodeInput(OutputName.outcomes, .output(of: "simulation/simsiam", named: OutputName.outcomes)),
    ]
  }

  // MARK: Claims

  /// A node for each claim, with what it is judged by as inputs.
  mutating func addClaims(
    _ cells: [CellSummary], fitAfterEpoch: [String: Int], reading: Reading, published: NodeInput,
    drawn: ClaimSettings.Drawn?
  ) throws {
    let file = try ClaimFile.load(paperFolder.appending(path: OutputName.claims))
    for claim in file.claims {
      let isJudged = file.canJudge(claim, profile: profile.name)
      // A claim that is not judged waits for nothing.
      let (inputs, shown) = isJudged ? try evidence(of: claim, cells, published: published) : ([], [])
      // Only where a line along training is looked at; no other claim is stale when its start changes.
      let isFitted = [.fitAlong, .movesLeft, .nearsTheLine].contains(claim.quantity.kind)
      let paths = Set(isFitted ? shown.map(\.path) : [])
      nodes.append(
        Node(
          id: try NodeID("claim/\(claim.id)"), stage: StageName.claim,
          parameters: try ClaimSettings(
            claim: claim, isJudged: isJudged, cells: shown, reading: reading,
            fitAfterEpoch: fitAfterEpoch.filter { paths.contains($0.key) },
            datasets: isJudged ? datasets(of: claim, cells, shown) : [],
            evidence: inputs.compactMap { $0.source.node?.text }.uniqued(),
            drawn: isJudged && claim.quantity.kind == .correlationDistance ? drawn : nil,
            queries: isJudged && claim.quantity.kind == .movesLeft ? profile.evaluation.queryImages : nil
          ).parameters(),
          inputs: inputs, outputs: [OutputName.verdict], expectedCost: 0.1))
    }
  }

  /// Titles of the datasets whose encoders decide a claim.
  private func datasets(of claim: Claim, _ cells: [CellSummary], _ shown: [CellSummary]) -> [String] {
    let used: [CellSummary]
    switch claim.quantity.kind {
    case .checkpoints: used = cells
    case .correlationDistance:
      let drawn = nodes.first { $0.outputs.contains(OutputName.correlationSummary) }?.id.text
      used = cells.filter { "bound/\($0.path)" == drawn }
    default: used = shown
    }
    return Set(used.map(\.datasetTitle)).sorted()
  }

  /// The inputs of a claim's node, and the cells among them.
  private func evidence(
    of claim: Claim, _ cells: [CellSummary], published: NodeInput
  ) throws -> (inputs: [NodeInput], cells: [CellSummary]) {
    let quantity = claim.quantity
    switch quantity.kind {
    case .formula: return ([], [])
    case .check:
      let isDynamic = Statement.named(quantity.check ?? "") == nil
      return (
        [
          isDynamic
            ? NodeInput(
              ClaimEvidence.Input.dynamics, .output(of: "audit/dynamics", named: OutputName.dynamicsChecks))
            : NodeInput(ClaimEvidence.Input.findings, .output(of: "audit/theorems", named: OutputName.findings))
        ], []
      )
    case .checkpoints:
      return (
        [
          NodeInput(
            ClaimEvidence.Input.checkpoints, .output(of: "audit/checkpoints", named: OutputName.checkpointSummary))
        ], []
      )
    case .publishedMean, .publishedLoss, .publishedKnee, .publishedSensitivity, .publishedSlopes:
      return ([NodeInput(ClaimEvidence.Input.published, published.source)], [])
    case .studyKnee:
      return (
        studyNodes.filter { $0.text != "study/two-labels" }.map {
          NodeInput($0.text, .output(of: $0, named: OutputName.study))
        }, []
      )
    case .correlationDistance:
      guard let node = nodes.first(where: { $0.outputs.contains(OutputName.correlationSummary) }) else {
        return ([], [])
      }
      return (
        [NodeInput(ClaimEvidence.Input.correlations, .output(of: node.id, named: OutputName.correlationSummary))], []
      )
    default:
      let shown = cells.filter { cell in
        (quantity.method.map { cell.method == $0 } ?? true) && (quantity.dataset.map { cell.dataset == $0 } ?? true)
          && (quantity.classes.map { cell.classCount == $0 } ?? true)
          && (quantity.dimension.map { cell.dimension == $0 } ?? true)
      }
      let inputs = try shown.flatMap { cell in
        [
          NodeInput("probe/\(cell.path)", .output(of: try NodeID("probe/\(cell.path)"), named: OutputName.probe)),
          NodeInput("bound/\(cell.path)", .output(of: try NodeID("bound/\(cell.path)"), named: OutputName.bound)),
        ]
      }
      return (inputs, shown)
    }
  }
}
