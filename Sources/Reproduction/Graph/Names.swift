/// The stages, as they stand in node names, the ledger and messages.
enum StageName {
  static let download = "download"
  static let augment = "augment"
  static let train = "train"
  static let probe = "probe"
  static let bound = "bound"
  static let table = "table"
  static let audit = "audit"
  static let separation = "separation"
  static let dynamics = "dynamics"
  static let simulation = "simulation"
  static let study = "study"
  static let checkpoints = "checkpoints"
  static let claim = "claim"
  static let accuracyFigure = "accuracy-figure"
  static let figure1 = "figure1"
  static let figure2 = "figure2"
  static let figure3 = "figure3"
  static let figure4 = "figure4"
  static let figure5 = "figure5"
  static let theoryFigure = "theory-figure"
  static let report = "report"
}

/// The files that nodes leave behind, as they stand in the ledger and in `outputs/`.
enum OutputName {
  static let trainImages = "train.images"
  static let testImages = "test.images"
  /// A picture of some images of each class.
  static let classSheet = "classes.png"
  /// What the dataset is: counts, classes, digests.
  static let about = "about.json"

  /// The labelled images that kNN looks up, and the ones that are classified, without augmentation.
  static let bank = "bank.views"
  static let queries = "queries.views"
  /// Augmented views, which the bound is measured on.
  static let boundViews = "bound.views"
  static let viewSheet = "views.png"
  static let viewStatistics = "statistics.json"

  /// A folder: `epoch-000012.safetensors` for each recorded epoch.
  static let checkpoints = "checkpoints/"
  static let history = "history.csv"
  static let probe = "probe.csv"
  static let bound = "bound.csv"
  /// Eigenvalues of Λ, recorded epochs × d, NPY.
  static let spectrum = "spectrum.npy"
  /// λ_p in the eigenbasis of Λ, recorded epochs × d, NPY.
  static let predictorSpectrum = "predictor-spectrum.npy"
  /// What every statement says of every checkpoint.
  static let checks = "checks.json"
  /// (batches + 1) · side × side, NPY: the matrices of Figure 5 below each other, the whole bank last.
  static let correlations = "correlations.npy"
  static let correlationSummary = "correlations.csv"

  /// What the audit found of every statement, counterexamples included.
  static let findings = "findings.json"
  /// Theorem 1's searches and the frontier that they found.
  static let separation = "separation.json"
  /// The checks of §4.2 and Appendix E.
  static let dynamicsChecks = "dynamics.json"
  /// Trajectories of the local dynamics, one state a row.
  static let trajectories = "trajectories.csv"
  /// What became of random starts.
  static let outcomes = "outcomes.json"
  /// The study, one encoder at one ε a row.
  static let study = "study.csv"
  /// Every statement on all checkpoints together.
  static let checkpointSummary = "checkpoints.json"
  static let verdict = "verdict.json"

  static let claims = "claims.json"
  static let errata = "errata.md"
  static let published = "published.json"
  static let table = ["table1.html", "table1.csv", "table1.md", "table1.tex"]
  static let report = "index.html"
  static let numbers = "numbers.tex"

  /// The forms in which a figure is drawn, PNG and PDF from the one SVG, its drawing for narrow screens, and its data.
  static func figure(_ name: String) -> [String] {
    ["svg", "png", "pdf", "csv"].map { "\(name).\($0)" } + [narrowFigure(name)]
  }

  static func narrowFigure(_ name: String) -> String { "\(name)-narrow.svg" }
}
