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

    /// The outputs that can be measured: of the images all of whose views have a direction.
    ///
    /// - Returns: what is left of outputs and bank, and the rows that are zero. The two are as they came where none is.
    func directed(_ outputs: Matrix) -> (outputs: Matrix, bank: Bank, zeroRows: Int) {
      let isZero = (0..<outputs.rows).map { row in outputs.row(row).allSatisfy { $0 == 0 } }
      let count = isZero.count { $0 }
      guard count > 0 else { return (outputs, self, 0) }
      let kept = (0..<images).filter { image in !(0..<views).contains { isZero[$0 * images + image] } }
      let values = (0..<views).flatMap { view in kept.flatMap { outputs.row(view * images + $0) } }
      return (
        Matrix(rows: views * kept.count, columns: outputs.columns, values: values),
        Bank(labels: kept.map { labels[$0] }, classCount: classCount, views: views, batchSize: batchSize), count
      )
    }
  }

  /// The columns of `bound.csv`, in their order. Documented in outputs/README.md.
  static let columns = [
    "epoch", "dimension", "correlation_loss", "l_bound_minibatch", "l_bound_minibatch_deviation", "l_bound_bank",
    "l_bound_unbiased", "l_bound_standardised", "sampling_floor", "v", "welch", "l_uniform", "epsilon_maximum",
    "epsilon_q50", "epsilon_q90", "epsilon_q99", "view_spread_q50", "view_spread_maximum", "theorem1_separated_pairs",
    "theorem1_pairs", "theorem2_left", "theorem2_proved", "theorem2_printed", "theorem3_printed", "theorem3_union",
    "nearest_mean_error_on_bank", "effective_rank", "participation_ratio", "leading_share",
    "dead_directions", "collapsed", "l_bound_bank_floor", "l_bound_unbiased_error", "l_bound_standardised_floor",
    "cross_correlation_loss", "theorem1_sharply_separated_pairs", "theorem2_repaired", "theorem2_measured",
    "theorem3_sharp", "theorem3_close_classes", "eigenvalue_gap", "zero_rows",
  ]

  let row: [String: Double?]
  /// Eigenvalues of Λ, largest first.
  let eigenvalues: [Double]
  /// Every statement on these features. Where an output is zero, and so not on the sphere, none of them has its assumptions met.
  let audit: CheckpointAudit
  /// Theorem 4's side of a SimSiam training; nil of others, and where hardly an output has a direction.
  let predictor: PredictorMeasurement?

  /// - Parameters:
  ///   - predictor: W_p of a SimSiam training.
  ///   - outputs: f(x) of every view, (images · views) × d, as the encoder gives them. Images with a view whose output is
  ///   zero, which has no direction, are counted and left out. Where fewer than two are left there is nothing to measure, and
  ///   the encoder counts as collapsed.
  /// - Throws: `FeatureError` where an output is not finite.
  init(epoch: Int, outputs: Matrix, bank: Bank, predictor: DoubleMatrix? = nil, threads: Int) throws {
    let left = bank.directed(outputs)
    guard left.bank.images > 1 else {
      self.init(unmeasured: outputs, zeroRows: left.zeroRows, epoch: epoch)
      return
    }
    try self.init(
      measuring: left.outputs, zeroRows: left.zeroRows, epoch: epoch, bank: left.bank, predictor: predictor,
      threads: threads)
  }

  /// Of hardly an output with a direction.
  private init(unmeasured outputs: Matrix, zeroRows: Int, epoch: Int) {
    row = [
      "epoch": Double(epoch), "dimension": Double(outputs.columns), "collapsed": 1, "zero_rows": Double(zeroRows),
    ]
    eigenvalues = [Double](repeating: 0, count: outputs.columns)
    audit = .unmet(epoch: epoch)
    predictor = nil
  }

  private init(
    measuring outputs: Matrix, zeroRows: Int, epoch: Int, bank: Bank, predictor: DoubleMatrix?, threads: Int
  ) throws {
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
    let spread = try ViewSpread(features, imageOfRow: bank.imageOfRow)
    let uniformity = try Uniformity(firstViews, threads: threads)
    let quantities = try AuditQuantities(
      features, labels: rowLabels, classCount: bank.classCount, imageOfRow: bank.imageOfRow, moment: moment,
      epsilon: diameter.maximum, threads: threads)
    let epsilon = quantities.epsilon
    let separation = Theorem1(classes, epsilon: epsilon)
    let second = Theorem2(classes, correlationLoss: moment.correlationLoss, epsilon: epsilon)
    let third = Theorem3(classes, correlationLoss: moment.correlationLoss, epsilon: epsilon)
    audit = zeroRows == 0 ? CheckpointAudit(epoch: epoch, quantities: quantities) : .unmet(epoch: epoch)
    self.predictor = try predictor.map {
      // Each view beside the next one of its image.
      try PredictorMeasurement(
        first: outputs.rows(0..<outputs.rows - bank.images), second: outputs.rows(bank.images..<outputs.rows),
        moment: moment, predictor: $0)
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
      "epsilon_maximum": epsilon,
      "epsilon_q50": diameter.quantiles.median,
      "epsilon_q90": diameter.quantiles.q90,
      "epsilon_q99": diameter.quantiles.q99,
      "view_spread_q50": spread.quantiles.median,
      "view_spread_maximum": spread.maximum,
      "theorem1_separated_pairs": Double(separation.separatedPairs),
      "theorem1_pairs": Double(separation.pairs),
      "theorem2_left": second?.leftSide,
      "theorem2_proved": second?.proved,
      "theorem2_printed": second?.printed,
      "theorem3_printed": third.printed,
      "theorem3_union": third.union,
      "nearest_mean_error_on_bank": quantities.error,
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
      "theorem2_repaired": second?.repaired,
      "theorem2_measured": second?.measured,
      "theorem3_sharp": third.sharp,
      "theorem3_close_classes": third.closeClasses,
      "eigenvalue_gap": spectrum.leastGap,
      "zero_rows": Double(zeroRows),
    ]
    if let predictor = self.predictor { row.merge(predictor.row) { _, new in new } }
    self.row = row
  }
}
