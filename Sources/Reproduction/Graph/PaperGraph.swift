import Foundation
import NeuralNetwork
import Pipeline
import Vision

/// The paper as a graph: for every dataset a download and an augment node, for every cell a train, a probe and a bound
/// node, and on top the table, the figures and the report.
public struct PaperGraph: Sendable {
  public let graph: Graph
  public let profile: Configuration.Profile

  /// The configuration asks for something that no graph can be made of.
  public struct Problem: SentenceError {
    public let description: String
  }

  struct Builder {
    let configuration: Configuration
    let profile: Configuration.Profile
    /// Files that come with the project, such as published.json.
    let paperFolder: URL
    var nodes: [Node] = []
    /// Encoders counted so far.
    var encoders: [(encoder: EncoderConfiguration, counts: CellWork.EncoderSize)] = []
  }

  /// - Parameters:
  ///   - configuration: as loaded; its selected profile is built.
  ///   - paperFolder: the folder that holds `published.json`.
  /// - Throws: `Problem` or `GraphError`.
  public init(configuration: Configuration, paperFolder: URL) throws {
    profile = configuration.selectedProfile
    var builder = Builder(configuration: configuration, profile: profile, paperFolder: paperFolder)
    try builder.build()
    graph = try Graph(builder.nodes)
  }
}

extension PaperGraph.Builder {
  mutating func build() throws {
    let cells = configuration.cells(of: profile)
    var prepared: Set<String> = []
    for cell in cells {
      let dataset = try defined(configuration.dataset(named: cell.dataset), "dataset", cell.dataset)
      if prepared.insert(cell.dataset).inserted { try addDownload(dataset) }
      if prepared.insert(cell.dataset + "/" + cell.policy).inserted { try addAugment(dataset, cell) }
    }
    let shown = Self.correlationCell(of: cells)
    var summaries: [CellSummary] = []
    for cell in cells {
      let dataset = try defined(configuration.dataset(named: cell.dataset), "dataset", cell.dataset)
      try addCell(cell, dataset, showsCorrelations: cell == shown)
      summaries.append(try summary(of: cell, dataset))
    }
    try addTheory(summaries, configured: cells)
    try addResults(summaries, cells: cells, shown: shown.map { cell in try summary(of: cell, nil) })
  }

  /// The cell of Figure 5: SimSiam, or what the profile has in its place, at the largest d, on the first dataset.
  private static func correlationCell(of cells: [Configuration.Cell]) -> Configuration.Cell? {
    let candidates = cells.filter { if case .simSiam = $0.settings.loss { true } else { false } }
    let among = candidates.isEmpty ? cells : candidates
    return among.filter { $0.dataset == among[0].dataset && $0.seed == among[0].seed }
      .max { $0.dimension < $1.dimension }
  }

  private func defined<Value>(_ value: Value?, _ kind: String, _ name: String) throws -> Value {
    guard let value else {
      throw PaperGraph.Problem(description: "the \(kind) '\(name)' is not defined in pipeline.json")
    }
    return value
  }

  private func summary(of cell: Configuration.Cell, _ given: Configuration.Dataset?) throws -> CellSummary {
    let dataset = try given ?? defined(configuration.dataset(named: cell.dataset), "dataset", cell.dataset)
    return CellSummary(
      method: cell.method, methodTitle: configuration.method(named: cell.method)?.title ?? cell.method,
      dataset: cell.dataset, datasetTitle: dataset.title, classCount: dataset.classes, dimension: cell.dimension,
      seed: cell.seed)
  }

  /// Outputs of a node as inputs of the same name.
  static func inputs(_ names: [String], of node: NodeID) -> [NodeInput] {
    names.map { NodeInput($0, .output(of: node, named: $0)) }
  }

  // MARK: Nodes of a dataset

  private mutating func addDownload(_ dataset: Configuration.Dataset) throws {
    nodes.append(
      Node(
        id: try NodeID("download/\(dataset.name)"), stage: StageName.download,
        parameters: try DownloadSettings(dataset).parameters(),
        outputs: [OutputName.trainImages, OutputName.testImages, OutputName.classSheet, OutputName.about],
        resources: Resources(threads: 1, memoryMegabytes: 1500), expectedCost: 10,
        work: Work(outputBytes: Double(dataset.pixelBytes)), ownsProgress: true))
  }

  private mutating func addAugment(_ dataset: Configuration.Dataset, _ cell: Configuration.Cell) throws {
    let policy = try defined(configuration.policy(named: cell.policy), "policy", cell.policy)
    let evaluation = profile.evaluation
    let settings = AugmentSettings(
      policy: AugmentationPolicy(policy), side: profile.encoder.side, bankImages: evaluation.bankImages,
      queryImages: evaluation.queryImages, boundImages: evaluation.boundImages, boundViews: evaluation.boundViews,
      seed: 0)
    let download = try NodeID("download/\(dataset.name)")
    let augment = try NodeID("augment/\(dataset.name)/\(policy.name)")
    nodes.append(
      Node(
        id: augment, stage: StageName.augment, parameters: try settings.parameters(),
        inputs: Self.inputs([OutputName.trainImages, OutputName.testImages], of: download),
        outputs: [
          OutputName.bank, OutputName.queries, OutputName.boundViews, OutputName.viewSheet, OutputName.viewStatistics,
        ],
        resources: Resources(threads: 1, memoryMegabytes: 2000), expectedCost: 10,
        work: Work(outputBytes: Double(settings.viewCount * settings.side * settings.side * dataset.channels))))
    nodes.append(
      Node(
        id: try NodeID("probe/\(dataset.name)/\(policy.name)/pixels"), stage: StageName.probe,
        parameters: try probeSettings(dataset).parameters(),
        inputs: Self.inputs([OutputName.bank, OutputName.queries], of: augment),
        outputs: [OutputName.probe], resources: Resources(threads: 1, memoryMegabytes: 2000), expectedCost: 5))
  }

  private func probeSettings(_ dataset: Configuration.Dataset) -> ProbeSettings {
    ProbeSettings(
      neighbours: profile.evaluation.neighbourCount, temperature: profile.evaluation.temperature,
      labels: dataset.labelSetName)
  }

  // MARK: Nodes of a cell

  private mutating func addCell(
    _ cell: Configuration.Cell, _ dataset: Configuration.Dataset, showsCorrelations: Bool
  ) throws {
    let policy = try defined(configuration.policy(named: cell.policy), "policy", cell.policy)
    let training = TrainingConfiguration(cell, encoder: profile.encoder, channels: dataset.channels)
    let path = try summary(of: cell, dataset).path
    let download = try NodeID("download/\(dataset.name)")
    let augment = try NodeID("augment/\(dataset.name)/\(policy.name)")
    let train = try NodeID("train/\(path)")
    // Small networks run one cell per core; from width 32 on a step is large enough to be shared by all cores.
    let threads = profile.encoder.width < 32 ? 1 : ProcessInfo.processInfo.activeProcessorCount
    let amounts = CellWork(
      cell, counts: counts(of: training.encoder), training: training, evaluation: profile.evaluation)
    nodes.append(
      Node(
        id: train, stage: StageName.train,
        parameters: try TrainSettings(
          training: training, policy: AugmentationPolicy(policy), trainImages: cell.trainImages
        ).parameters(),
        inputs: Self.inputs([OutputName.trainImages], of: download),
        outputs: [OutputName.checkpoints, OutputName.history],
        resources: Resources(threads: threads, memoryMegabytes: trainingMegabytes(training)),
        expectedCost: amounts.train.flops / CellWork.guessedRate, work: amounts.train, ownsProgress: true))
    let checkpoints = Self.inputs([OutputName.checkpoints], of: train)
    let evaluation = profile.evaluation
    nodes.append(
      Node(
        id: try NodeID("probe/\(path)"), stage: StageName.probe, parameters: try probeSettings(dataset).parameters(),
        inputs: Self.inputs([OutputName.bank, OutputName.queries], of: augment) + checkpoints,
        outputs: [OutputName.probe],
        resources: Resources(threads: threads, memoryMegabytes: 2000),
        expectedCost: amounts.probe.flops / CellWork.guessedRate, work: amounts.probe))
    let hasPredictor = if case .simSiam = cell.settings.loss { true } else { false }
    nodes.append(
      Node(
        id: try NodeID("bound/\(path)"), stage: StageName.bound,
        parameters: try BoundSettings(
          labels: dataset.labelSetName, batchSize: evaluation.boundBatch,
          correlationBatches: showsCorrelations ? correlationBatches(evaluation) : [], hasPredictor: hasPredictor
        ).parameters(),
        inputs: Self.inputs([OutputName.boundViews], of: augment) + checkpoints,
        outputs: [OutputName.bound, OutputName.spectrum, OutputName.checks]
          + (hasPredictor ? [OutputName.predictorSpectrum] : [])
          + (showsCorrelations ? [OutputName.correlations, OutputName.correlationSummary] : []),
        resources: Resources(threads: threads, memoryMegabytes: 2000),
        expectedCost: amounts.bound.flops / CellWork.guessedRate, work: amounts.bound))
  }

  /// An encoder is laid out to count its layers, and most cells share one.
  private mutating func counts(of encoder: EncoderConfiguration) -> CellWork.EncoderSize {
    if let known = encoders.first(where: { $0.encoder == encoder }) { return known.counts }
    let counts = CellWork.EncoderSize(encoder)
    encoders.append((encoder, counts))
    return counts
  }

  /// Several batches of the published size, and one that is smaller and one that is larger: the noise goes with 1/B.
  private func correlationBatches(_ evaluation: Configuration.Evaluation) -> [Int] {
    let size = evaluation.boundBatch
    let several = [Int](repeating: size, count: configuration.figures.figure5.batches)
    return [max(2, size / 4)] + several + (4 * size <= evaluation.boundImages ? [4 * size] : [])
  }

  /// A rough upper estimate: activations of a step kept for the backward pass, about forty floats per pixel and
  /// channel of the widest stage, and the images themselves.
  private func trainingMegabytes(_ training: TrainingConfiguration) -> Int {
    let encoder = training.encoder
    let activations = training.batchSize * 2 * encoder.side * encoder.side * encoder.width * 40 * 4
    return 300 + activations / 1_000_000
  }

  // MARK: Table, figures, report

  private mutating func addResults(
    _ cells: [CellSummary], cells configured: [Configuration.Cell], shown: CellSummary?
  ) throws {
    let reading = Reading(accuracy: profile.evaluation.primaryReading, bound: profile.evaluation.primaryBound)
    var measurements: [NodeInput] = []
    // Pixels are scored as the encoder gets them, so under each policy's normalisation; the first policy's are shown.
    var scored: Set<String> = []
    for cell in configured where scored.insert(cell.dataset).inserted {
      measurements.append(
        NodeInput(
          "pixels/\(cell.dataset)",
          .output(of: try NodeID("probe/\(cell.dataset)/\(cell.policy)/pixels"), named: OutputName.probe)))
    }
    for cell in cells {
      measurements.append(
        NodeInput("probe/\(cell.path)", .output(of: try NodeID("probe/\(cell.path)"), named: OutputName.probe)))
      measurements.append(
        NodeInput("bound/\(cell.path)", .output(of: try NodeID("bound/\(cell.path)"), named: OutputName.bound)))
    }
    let published = NodeInput(OutputName.published, .file(paperFolder.appending(path: OutputName.published)))
    let tableSettings = TableSettings(
      cells: cells, reading: reading, outputRank: outputRank(of: configured),
      queries: profile.evaluation.queryImages)
    nodes.append(
      Node(
        id: "table/table1", stage: StageName.table,
        parameters: try tableSettings.parameters(),
        inputs: measurements + [published], outputs: OutputName.table))

    nodes.append(
      Node(
        id: "figure/accuracy", stage: StageName.accuracyFigure,
        parameters: try AccuracyFigureSettings(cells: cells, accuracy: reading.accuracy).parameters(),
        inputs: measurements + [published], outputs: OutputName.figure("accuracy")))
    let figures = configuration.figures
    let hidden = Dictionary(
      Set(cells.map(\.dataset)).map { ($0, figures.figure3.hidden(on: $0)) }, uniquingKeysWith: { first, _ in first })
    let fitAfterEpoch = Dictionary(
      zip(cells, configured).map { ($0.path, $1.training.fitAfterEpoch) }, uniquingKeysWith: { first, _ in first })
    nodes.append(
      Node(
        id: "figure/fig3", stage: StageName.figure3,
        parameters: try Figure3Settings(
          cells: cells, reading: reading, style: figures.figure3.style, hiddenDimensions: hidden
        ).parameters(),
        inputs: measurements, outputs: OutputName.figure("fig3")))
    nodes.append(
      Node(
        id: "figure/fig4", stage: StageName.figure4,
        parameters: try Figure4Settings(
          cells: cells, fitAfterEpoch: fitAfterEpoch, reading: reading, style: figures.figure4.style,
          dimensions: figures.figure4.dimensions,
          maximumColumns: figures.figure4.maximumColumns
        ).parameters(),
        inputs: measurements, outputs: OutputName.figure("fig4")))
    if let shown {
      let bound = try NodeID("bound/\(shown.path)")
      nodes.append(
        Node(
          id: "figure/fig5", stage: StageName.figure5,
          parameters: try Figure5Settings(
            cell: shown, style: figures.figure5.style, limit: figures.figure5.limit,
            maximumSide: figures.figure5.maximumSide
          ).parameters(),
          inputs: Self.inputs([OutputName.correlations, OutputName.correlationSummary], of: bound),
          outputs: OutputName.figure("fig5") + ["fig5-summary.csv"]))
    }
    let drawn = zip(cells, configured).first { $0.0 == shown }.map { cell, settings in
      ClaimSettings.Drawn(dimension: cell.dimension, outputRank: outputRank(of: [settings]))
    }
    try addClaims(cells, fitAfterEpoch: fitAfterEpoch, reading: reading, published: published, drawn: drawn)
    try addReport(tableSettings, configured, measurements: measurements + [published])
  }

  private func outputRank(of cells: [Configuration.Cell]) -> Int? {
    cells.allSatisfy { $0.settings.projector == .linear } ? 8 * profile.encoder.width : nil
  }

  private mutating func addReport(
    _ table: TableSettings, _ configured: [Configuration.Cell], measurements: [NodeInput]
  ) throws {
    var inputs = measurements
    for node in nodes where node.id.text.hasPrefix("figure/") {
      inputs.append(NodeInput(node.id.text, .allOutputs(of: node.id)))
    }
    inputs += try theoryInputs()
    for node in nodes where node.stage == StageName.claim {
      inputs.append(NodeInput(node.id.text, .output(of: node.id, named: OutputName.verdict)))
    }
    inputs.append(NodeInput(OutputName.errata, .file(paperFolder.appending(path: OutputName.errata))))
    for node in nodes where node.stage == StageName.augment || node.stage == StageName.download {
      let wanted =
        node.stage == StageName.download
        ? [OutputName.classSheet, OutputName.about] : [OutputName.viewSheet, OutputName.viewStatistics]
      for name in wanted { inputs.append(NodeInput("\(node.id.text)/\(name)", .output(of: node.id, named: name))) }
    }
    var sheets: [ReportSettings.Sheet] = []
    for cell in configured where !sheets.contains(where: { $0.dataset == cell.dataset && $0.policy == cell.policy }) {
      sheets.append(
        ReportSettings.Sheet(
          dataset: cell.dataset, datasetTitle: configuration.dataset(named: cell.dataset)?.title ?? cell.dataset,
          policy: cell.policy))
    }
    let settings = ReportSettings(
      profile: profile.name, profileDescription: profile.description,
      facts: ReportFacts.list(profile: profile, cells: configured, configuration: configuration), sheets: sheets,
      table: table, claims: nodes.filter { $0.stage == StageName.claim }.map(\.id.text))
    nodes.append(
      Node(
        id: "report/index", stage: StageName.report, parameters: try settings.parameters(), inputs: inputs,
        outputs: [OutputName.report, OutputName.numbers, OutputName.claims]))
  }
}
