import NeuralNetwork
import Pipeline
import Vision

/// What a stage is told through its node's parameters. All of it enters the key, so it holds nothing that cannot change
/// the result: no paths, no thread counts, no names that are only shown elsewhere.
protocol StageSettings: Codable, Sendable {}

extension StageSettings {
  /// The settings as a node's parameters.
  func parameters() throws -> [String: ParameterValue] {
    try ParameterValue(encoding: self).objectValue ?? [:]
  }
}

/// Which images a download node must end with; where they come from is provenance.
struct DownloadSettings: StageSettings {
  enum Content: Codable, Sendable {
    case fashionMNIST
    case shapes(Configuration.Dataset.Shapes)
    /// Without a digest nothing names the content, so the sources do.
    case cifar10(sha256: String?, sources: [Configuration.Dataset.Source]?)
    case cifar100(sha256: String?, sources: [Configuration.Dataset.Source]?)
  }

  let content: Content
}

/// The view bank that every cell on a dataset is evaluated on.
struct AugmentSettings: StageSettings {
  let policy: AugmentationPolicy
  /// Rows and columns of a view.
  let side: Int
  /// Images of the training split that kNN looks up, from the first on.
  let bankImages: Int
  /// Images of the test split that are classified, from the first on.
  let queryImages: Int
  /// Images of the training split whose views the bound is measured on, and how many views of each.
  let boundImages: Int
  let boundViews: Int
  /// Seed of the views.
  let seed: UInt64
}

/// One training: the network, the loss, the optimiser and the views.
struct TrainSettings: StageSettings {
  let training: TrainingConfiguration
  let policy: AugmentationPolicy
  /// Images of the training split that are trained on, from the first on.
  let trainImages: Int
}

/// What the probe does with the features of every checkpoint, or with the pixels where there is none.
struct ProbeSettings: StageSettings {
  /// k.
  let neighbours: Int
  /// T of the vote's weight exp(cos/T).
  let temperature: Double
  /// The labelling that is scored: "class", "fine" or "coarse".
  let labels: String
}

/// What the bound stage does with the views of every checkpoint.
struct BoundSettings: StageSettings {
  let labels: String
  /// Views a minibatch, for the reading of L_bound that the paper records.
  let batchSize: Int
  /// Sizes of the batches whose correlation matrices Figure 5 shows; empty for the cells that it does not show.
  let correlationBatches: [Int]
  /// Whether the checkpoints hold a predictor, as SimSiam's do.
  let hasPredictor: Bool
}

/// A cell as the summary stages see it: what it is called, and which inputs of the node hold its measurements.
struct CellSummary: Codable, Sendable, Equatable {
  let method: String
  let methodTitle: String
  let dataset: String
  let datasetTitle: String
  /// K.
  let classCount: Int
  let dimension: Int
  let seed: Int

  /// What the cell's nodes share behind their stage's name, for instance `cifar-10/barlow-twins/d128/s0`.
  var path: String { "\(dataset)/\(method)/d\(dimension)/s\(seed)" }
}

/// Which of the measured readings is primary.
struct Reading: Codable, Sendable, Equatable {
  let accuracy: Configuration.Evaluation.Features
  let bound: Configuration.Evaluation.BoundReading
}

struct TableSettings: StageSettings {
  let cells: [CellSummary]
  let reading: Reading
  /// The rank that a linear projector leaves the output, which is the backbone's dimension; nil where a projector is not
  /// linear.
  let outputRank: Int?
  /// Queries that an accuracy is a share of.
  let queries: Int
}

/// What the drawing of Table 1 shows.
struct AccuracyFigureSettings: StageSettings {
  let cells: [CellSummary]
  let accuracy: Configuration.Evaluation.Features
}

struct Figure3Settings: StageSettings {
  let cells: [CellSummary]
  let reading: Reading
  let style: FigureStyle
  /// By dataset, the dimensions that are not drawn.
  let hiddenDimensions: [String: [Int]]
}

struct Figure4Settings: StageSettings {
  let cells: [CellSummary]
  /// By a cell's path, the last epoch that the line leaves out.
  let fitAfterEpoch: [String: Int]
  let reading: Reading
  let style: FigureStyle
  /// The dimensions that have panels; all, up to `maximumColumns`, where nil.
  let dimensions: [Int]?
  let maximumColumns: Int
}

struct Figure5Settings: StageSettings {
  let cell: CellSummary
  let style: FigureStyle
  /// The colour scale runs from −limit to limit.
  let limit: Double
  /// Rows and columns that are drawn, from the first.
  let maximumSide: Int
}
