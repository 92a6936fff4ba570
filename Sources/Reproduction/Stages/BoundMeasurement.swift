import Numerics
import Theory

/// What the bound stage says of one checkpoint: every reading of L_bound, what the theorems need, and the spectrum.
///
/// The features are those of a view bank: `views` augmented views of each of `images` images, all first views before
/// all second views, so that a minibatch of consecutive rows holds different images, as in training.
struct BoundMeasurement {
  /// The bank's labels and how it is cut.
  struct Bank {
    /// Latent class of each image, 0..<`classCount`.
    let labels: [UInt16]
    let classCount: Int
    let views: Int
    /// Rows of a minibatch in the published reading.
    let batchSize: Int

    var images: Int { labels.count }
    var rowLabels: [UInt16] { (0..<views).flatMap { _ in labels } }
    var imageOfRow: [Int] { (0..<views).flatMap { _ in 0..<labels.count } }
  }

  /// The columns of `bound.csv`, in their order. Documented in outputs/README.md.
  static let columns = [
    "epoch", "dimension", "correlation_loss", "l_bound_minibatch", "l_bound_minibatch_deviation", "l_bound_bank",
    "l_bound_unbiased", "l_bound_standardised", "sampling_floor", "v", "welch", "l_uniform", "epsilon_maximum",
    "epsilon_q50", "epsilon_q90", "epsilon_q99", "view_spread_q50", "view_spread_maximum", "theorem1_separated_pairs",
    "theorem1_pairs", "theorem2_left", "theorem2_proved", "theorem2_stated", "theorem3_printed", "theorem3_repaired",
    "theorem3_printed_q50", "nearest_mean_error", "effective_rank", "participation_ratio", "leading_share",
    "dead_directions", "collapsed", "l_bound_bank_floor", "l_bound_unbiased_error", "l_bound_standardised_floor",
    "cross_correlation_loss", "theorem1_sharply_separated_pairs", "theorem2_repaired", "theorem2_measured",
    "theorem3_sharp", "theorem3_close_classes", "eigenvalue_gap",
  ]

  let row: [String: Double?]
  /// Eigenvalues of Λ, largest first.
  let eigenvalues: [Double]
  /// Every statement on these features; nil where an output has no direction.
  let audit: CheckpointAudit?
  /// Theorem 4's side of a SimSiam training; nil of others, and where an output has no direction.
  let predictor: PredictorMeasurement?

  /// - Parameters:
  ///   - predictor: W_p of a SimSiam training.
  ///   - outputs: f(x) of every view, (images · views) × d, as the encoder gives them. Where one of them is
  ///   zero it has no direction, and nothing can be said but that the encoder collapsed.
  /// - Throws: `FeatureError` where an output is not finite.
  init(epoch: Int, outputs: Matrix, bank: Bank, predictor: DoubleMatrix? = nil, threads: Int) throws {
    do {
      try self.init(measuring: outputs, epoch: epoch, bank: bank, predictor: predictor, threads: threads)
    } catch FeatureError.zero {
      self.init(
        row: ["epoch": Double(epoch), "dimension": Double(outputs.columns), "collapsed": 1],
        eigenvalues: [Double](repeating: 0, count: outputs.columns))
    }
  }

  private init(row: [String: Double?], eigenvalues: [Double]) {
    self.row = row
    self.eigenvalues = eigenvalues
    audit = nil
    predictor = nil
  }

  private init(measuring outputs: Matrix, epoch: Int, bank: Bank, predictor: DoubleMatrix?, threads: Int) throws {
    let features = try SphereFeatures(outputs)
    let moment = SecondMoment(features, threads: threads)
    let readings = try BoundReadings(
      outputs: outputs, features: features, moment: moment, classCount: bank.classCount, batchSize: bank.batchSize,
      imageOfRow: bank.imageOfRow, threads: threads)
    let spectrum = try Spectrum(moment)
    let rowLabels = bank.rowLabels
    let classes = try ClassStatistics(features, labels: rowLabels, classCount: bank.classCount)
    let diameter = try ClassDiameter(features, labels: rowLabels, classCount: bank.classCount, threads: threads)
    let firstViews = features.prefix(bank.images)
    let spread = try ViewSpread(firstViews, features.selecting(Array(bank.images..<2 * bank.images)))
    let uniformity = try Uniformity(firstViews, threads: threads)
    let separation = Theorem1(classes, epsilon: diameter.maximum)
    let second = Theorem2(classes, correlationLoss: moment.correlationLoss, epsilon: diameter.maximum)
    let third = Theorem3(classes, correlationLoss: moment.correlationLoss, epsilon: diameter.maximum)
    let median = Theorem3(classes, correlationLoss: moment.correlationLoss, epsilon: diameter.quantiles.median)
    let quantities = try AuditQuantities(
      features, labels: rowLabels, classCount: bank.classCount, imageOfRow: bank.imageOfRow, moment: moment,
      epsilon: diameter.maximum, threads: threads)
    audit = CheckpointAudit(epoch: epoch, quantities: quantities)
    self.predictor = try predictor.map {
      try PredictorMeasurement(
        first: outputs.rows(0..<bank.images), second: outputs.rows(bank.images..<2 * bank.images), moment: moment,
        predictor: $0)
    }

    eigenvalues = spectrum.eigenvalues
    var row: [String: Double?] = [
      "epoch": Double(epoch),
      "dimension": Double(features.dimension),
      "correlation_loss": moment.correlationLoss,
      "l_bound_minibatch": readings.minibatch,
      "l_bound_minibatch_deviation": readings.minibatchDeviation,
      "l_bound_bank": readings.bank,
      "l_bound_unbiased": readings.unbiased,
      "l_bound_standardised": readings.standardised,
      "sampling_floor": readings.samplingFloor,
      "v": readings.v,
      "welch": DimensionTerm.welchBound(dimension: features.dimension, classCount: bank.classCount),
      "l_uniform": uniformity.value,
      "epsilon_maximum": diameter.maximum,
      "epsilon_q50": diameter.quantiles.median,
      "epsilon_q90": diameter.quantiles.q90,
      "epsilon_q99": diameter.quantiles.q99,
      "view_spread_q50": spread.quantiles.median,
      "view_spread_maximum": spread.maximum,
      "theorem1_separated_pairs": Double(separation.separatedPairs),
      "theorem1_pairs": Double(separation.pairs),
      "theorem2_left": second?.leftSide,
      "theorem2_proved": second?.proved,
      "theorem2_stated": second?.stated,
      "theorem3_printed": third.printed,
      "theorem3_repaired": third.repaired,
      "theorem3_printed_q50": median.printed,
      "nearest_mean_error": quantities.error,
      "effective_rank": spectrum.effectiveRank,
      "participation_ratio": spectrum.participationRatio,
      "leading_share": spectrum.leadingShare,
      "dead_directions": Double(spectrum.deadDirections),
      "collapsed": spectrum.isCollapsed() ? 1 : 0,
      "l_bound_bank_floor": readings.bankFloor,
      "l_bound_unbiased_error": readings.unbiasedError,
      "l_bound_standardised_floor": readings.standardisedFloor,
      "cross_correlation_loss": quantities.crossCorrelationLoss,
      "theorem1_sharply_separated_pairs": Double(separation.sharplySeparatedPairs),
      "theorem2_repaired": second?.diagonalKept,
      "theorem2_measured": second?.measured,
      "theorem3_sharp": third.sharp,
      "theorem3_close_classes": third.closeClasses,
      "eigenvalue_gap": spectrum.leastGap,
    ]
    if let predictor = self.predictor { row.merge(predictor.row) { _, new in new } }
    self.row = row
  }
}
