import Report

/// What the report says of how it was run; the measurements come as inputs.
struct ReportSettings: StageSettings {
  struct Item: Codable, Sendable, Equatable {
    let name: String
    let value: String
  }

  struct Sheet: Codable, Sendable, Equatable {
    let dataset: String
    let datasetTitle: String
    let policy: String
  }

  let profile: String
  let profileDescription: String
  let facts: [Item]
  let sheets: [Sheet]
  let table: TableSettings
  /// The claims' nodes, in the order of claims.json.
  let claims: [String]
}

/// A profile in words.
enum ReportFacts {
  static func list(
    profile: Configuration.Profile, cells: [Configuration.Cell], configuration: Configuration
  ) -> [ReportSettings.Item] {
    let evaluation = profile.evaluation
    var facts = [
      item("Encoder", "ResNet-18 in the CIFAR form, width \(profile.encoder.width)"),
      item("Images", "\(profile.encoder.side) × \(profile.encoder.side) pixels"),
      item("Seeds", profile.seeds.map { String($0) }.joined(separator: ", ")),
      item(
        "kNN",
        "k = \(evaluation.neighbourCount), T = \(evaluation.temperature); \(evaluation.bankImages) labelled images,"
          + " \(evaluation.queryImages) queries"),
      item(
        "ℒ_{bound}",
        "\(evaluation.boundImages) images, \(evaluation.boundViews) views of each; minibatches of \(evaluation.boundBatch)"
      ),
    ]
    var described: Set<String> = []
    for cell in cells where described.insert("\(cell.method)/\(cell.dataset)").inserted {
      let method = literal(configuration.method(named: cell.method)?.title ?? cell.method)
      let dataset = literal(configuration.dataset(named: cell.dataset)?.title ?? cell.dataset)
      facts.append(item("\(method) on \(dataset)", recipe(cell)))
    }
    return facts
  }

  private static func recipe(_ cell: Configuration.Cell) -> String {
    let training = cell.training
    var parts = [
      "\(training.epochs) epochs of \(cell.trainImages) images", "batch \(training.batchSize)",
      optimiser(training.optimiser), "warm-up \(training.warmUpEpochs)", "policy `\(literal(cell.policy))`",
    ]
    switch cell.settings.loss {
    case .barlowTwins(let lambda, let scale):
      parts.append("λ = \(lambda)")
      switch scale {
      case .none: break
      case .perDimension: parts.append("loss divided by d")
      case .factor(let factor): parts.append("loss × \(factor)")
      }
    case .simSiam(let predictor):
      parts.append(
        "predictor from \(predictor.initialisation == .identity ? "the identity" : "random weights"), learning rate"
          + " × \(predictor.learningRateMultiplier), \(predictor.schedule.rawValue)")
    }
    switch cell.settings.projector {
    case .linear: parts.append("linear projector")
    case .mlp(let hidden, let layers): parts.append("projector of \(layers) layers, \(hidden) units")
    }
    if cell.settings.outputNormalisation { parts.append("batch norm without affine on the output") }
    return parts.joined(separator: "; ")
  }

  private static func optimiser(_ optimiser: Configuration.Training.Optimiser) -> String {
    switch optimiser {
    case .sgd(let learningRate, let momentum, let weightDecay):
      "SGD \(learningRate), momentum \(momentum), weight decay \(weightDecay)"
    case .adamW(let learningRate, let weightDecay, _, _):
      "AdamW \(learningRate), weight decay \(weightDecay)"
    }
  }

  private static func item(_ name: String, _ value: String) -> ReportSettings.Item {
    ReportSettings.Item(name: name, value: value)
  }
}
