import Foundation
import NeuralNetwork
import Numerics
import Pipeline
import Theory
import Vision

/// **bound**: what the theory says of an encoder: every reading of L_bound, the theorems' sides, the verdict on every
/// statement and the spectrum of Λ, at every recorded epoch; of SimSiam the predictor beside it.
enum BoundStage {
  /// Figure 5 draws at most this many rows and columns of a matrix, from the top left.
  static let shownDimensions = 512

  static let definition = StageDefinition(name: StageName.bound, version: 9) { context in
    let settings: BoundSettings = try context.decodeParameters()
    let views = try ViewBank(contentsOf: context.input(OutputName.boundViews))
    let (labels, classCount) = try views.labels(settings.labels)
    let bank = BoundMeasurement.Bank(
      labels: labels, classCount: classCount, views: views.viewCount, batchSize: settings.batchSize)
    let images = (0..<views.viewCount).flatMap { views.views($0, 0..<views.count) }

    let columns = BoundMeasurement.columns + (settings.hasPredictor ? PredictorMeasurement.columns : [])
    var table = MeasurementTable(columns: columns)
    var spectra: [Double] = []
    var predictorSpectra: [Double] = []
    var audits: [CheckpointAudit] = []
    try Checkpoints(of: context).forEach(context) { encoder, place in
      let outputs = encoder.features(
        images: images, count: views.count * views.viewCount, threads: context.threads
      ).output
      let predictor = settings.hasPredictor ? try place.predictor() : nil
      let measurement = try BoundMeasurement(
        epoch: encoder.epoch, outputs: outputs, bank: bank, predictor: predictor, threads: context.threads)
      table.append(measurement.row)
      spectra += measurement.eigenvalues
      // A checkpoint without directions has no basis to see the predictor in: not a number, whatever the predictor is.
      predictorSpectra += measurement.predictor?.eigenvalues ?? [Double](repeating: .nan, count: outputs.columns)
      audits.append(measurement.audit)
      for name in ["l_bound_bank", "effective_rank"] {
        if let value = measurement.row[name] ?? nil { context.metric(name, value, step: encoder.epoch) }
      }
      if place.isLast, !settings.correlationBatches.isEmpty {
        try writeCorrelations(outputs, bank, settings, context)
      }
    }
    try Data(table.csv.utf8).write(to: context.output(OutputName.bound))
    let count = table.rows.count
    let dimension = count > 0 ? spectra.count / count : 0
    try NPY.encode(DoubleMatrix(rows: count, columns: dimension, values: spectra))
      .write(to: context.output(OutputName.spectrum))
    if settings.hasPredictor {
      try NPY.encode(DoubleMatrix(rows: count, columns: dimension, values: predictorSpectra))
        .write(to: context.output(OutputName.predictorSpectrum))
    }
    try JSONFile.write(audits, to: context.output(OutputName.checks))
  }

  /// The matrices of Figure 5: Λ of the first minibatches and of the whole bank, of outputs that have a direction.
  private static func writeCorrelations(
    _ all: Matrix, _ whole: BoundMeasurement.Bank, _ settings: BoundSettings, _ context: StageContext
  ) throws {
    let left = whole.directed(all)
    // With nothing left, all of it stays, and is shown as what cannot be drawn.
    let (outputs, bank) = left.bank.images > 1 ? (left.outputs, left.bank) : (all, whole)
    let side = min(outputs.columns, shownDimensions)
    var summary = MeasurementTable(columns: ["rows", "distance", "floor"])
    var shown: [Float] = []
    var batches: [Range<Int>] = []
    for size in settings.correlationBatches {
      // Batches of one size do not overlap; one of another size starts anew.
      let taken = batches.filter { $0.count == size }.count
      batches.append(taken * size..<(taken + 1) * size)
    }
    for range in batches.filter({ $0.upperBound <= outputs.rows }) + [0..<outputs.rows] {
      guard let batch = try correlation(outputs.rows(range), threads: context.threads) else {
        // A collapsed encoder has no Λ to draw, and is shown all the same.
        shown += [Float](repeating: .nan, count: side * side)
        summary.append(["rows": Double(range.count)])
        continue
      }
      let matrix = batch.uncentred.matrix
      for row in 0..<side { shown += matrix.row(row).prefix(side).map(Float.init) }
      summary.append([
        "rows": Double(range.count), "distance": batch.uncentred.correlationLoss,
        // Rows of a batch are of different images; the bank has several views of each, which are not independent.
        "floor": try range.count <= bank.images
          ? batch.expectedLossAtIdentity
          : BatchCorrelation.expectedLossAtIdentity(
            SphereFeatures(outputs.rows(range)), moment: batch.uncentred,
            imageOfRow: Array(bank.imageOfRow[range]), threads: context.threads),
      ])
    }
    try NPY.encode(Matrix(rows: summary.rows.count * side, columns: side, values: shown))
      .write(to: context.output(OutputName.correlations))
    try Data(summary.csv.utf8).write(to: context.output(OutputName.correlationSummary))
  }

  /// Nil where an output is zero and so has no direction.
  private static func correlation(_ outputs: Matrix, threads: Int) throws -> BatchCorrelation? {
    do {
      return try BatchCorrelation(outputs, threads: threads)
    } catch FeatureError.zero {
      return nil
    }
  }
}
