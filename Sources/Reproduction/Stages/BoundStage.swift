import Foundation
import NeuralNetwork
import Numerics
import Pipeline
import Theory
import Vision

/// **bound**: what the theory says of an encoder: every reading of L_bound, the theorems' sides and the spectrum of Λ, at
/// every recorded epoch.
enum BoundStage {
  /// Figure 5 draws at most this many rows and columns of a matrix, from the top left.
  static let shownDimensions = 256

  static let definition = StageDefinition(name: StageName.bound, version: 4) { context in
    let settings: BoundSettings = try context.decodeParameters()
    let views = try ViewBank(contentsOf: context.input(OutputName.boundViews))
    let (labels, classCount) = try views.labels(settings.labels)
    let bank = BoundMeasurement.Bank(
      labels: labels, classCount: classCount, views: views.viewCount, batchSize: settings.batchSize)
    let images = (0..<views.viewCount).flatMap { views.views($0, 0..<views.count) }

    var table = MeasurementTable(columns: BoundMeasurement.columns)
    var spectra: [Double] = []
    try Checkpoints(of: context).forEach(context) { encoder, isLast in
      let outputs = encoder.features(
        images: images, count: views.count * views.viewCount, threads: context.threads
      ).output
      let measurement = try BoundMeasurement(
        epoch: encoder.epoch, outputs: outputs, bank: bank, threads: context.threads)
      table.append(measurement.row)
      spectra += measurement.eigenvalues
      for name in ["l_bound_bank", "effective_rank"] {
        if let value = measurement.row[name] ?? nil { context.metric(name, value, step: encoder.epoch) }
      }
      if isLast, settings.correlationBatches > 0 {
        try writeCorrelations(outputs, settings, context)
      }
    }
    try Data(table.csv.utf8).write(to: context.output(OutputName.bound))
    let count = table.rows.count
    let dimension = count > 0 ? spectra.count / count : 0
    try NPY.encode(DoubleMatrix(rows: count, columns: dimension, values: spectra))
      .write(to: context.output(OutputName.spectrum))
  }

  /// The matrices of Figure 5: Λ of the first minibatches and of the whole bank.
  private static func writeCorrelations(
    _ outputs: Matrix, _ settings: BoundSettings, _ context: StageContext
  ) throws {
    let side = min(outputs.columns, shownDimensions)
    var summary = MeasurementTable(columns: ["rows", "distance", "floor"])
    var shown: [Float] = []
    let batches = (0..<settings.correlationBatches).map { $0 * settings.batchSize..<($0 + 1) * settings.batchSize }
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
        "rows": Double(range.count), "distance": batch.uncentred.correlationLoss, "floor": batch.expectedLossAtIdentity,
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
