import Foundation
import NeuralNetwork
import Numerics
import Pipeline
import Vision

/// **probe**: what an encoder is good for: kNN and nearest class mean on its output and on its backbone, at every
/// recorded epoch; epoch 0 is the untrained encoder. Without checkpoints it probes raw pixels.
enum ProbeStage {
  static let columns = ["epoch", "knn_output", "knn_backbone", "mean_output", "mean_backbone"]
  /// Pixels as they are, 0 to 1, and normalised as the encoder gets them, which is the harder one to beat.
  static let pixelColumns = ["knn_pixels", "mean_pixels", "knn_normalised_pixels", "mean_normalised_pixels"]

  static func accuracyColumn(_ features: Configuration.Evaluation.Features) -> String { "knn_\(features.rawValue)" }

  static let definition = StageDefinition(name: StageName.probe, version: 5) { context in
    let settings: ProbeSettings = try context.decodeParameters()
    let bank = try ViewBank(contentsOf: context.input(OutputName.bank))
    let queries = try ViewBank(contentsOf: context.input(OutputName.queries))
    let (bankLabels, classCount) = try bank.labels(settings.labels)
    let labels = ProbeMeasurement.Labels(
      bank: bankLabels, queries: try queries.labels(settings.labels).labels, classCount: classCount)
    func measure(_ bank: Matrix, _ queries: Matrix) throws -> ProbeMeasurement {
      try ProbeMeasurement(
        bank: bank, queries: queries, labels: labels, neighbours: settings.neighbours,
        temperature: settings.temperature, threads: context.threads)
    }
    let bankImages = bank.plain(0..<bank.count)
    let queryImages = queries.plain(0..<queries.count)

    var table: MeasurementTable
    if context.inputs.contains(OutputName.checkpoints) {
      table = MeasurementTable(columns: columns)
      try Checkpoints(of: context).forEach(context) { encoder, _ in
        let known = encoder.features(images: bankImages, count: bank.count, threads: context.threads)
        let asked = encoder.features(images: queryImages, count: queries.count, threads: context.threads)
        let output = try measure(known.output, asked.output)
        let backbone = try measure(known.backbone, asked.backbone)
        table.append([
          "epoch": Double(encoder.epoch), "knn_output": output.nearestNeighbours,
          "knn_backbone": backbone.nearestNeighbours, "mean_output": output.nearestMean,
          "mean_backbone": backbone.nearestMean,
        ])
        context.metric("knn_output", output.nearestNeighbours, step: encoder.epoch)
        context.metric("knn_backbone", backbone.nearestNeighbours, step: encoder.epoch)
      }
    } else {
      func matrix(_ images: [Float], _ bank: ViewBank) -> Matrix {
        Matrix(rows: bank.count, columns: bank.viewSize, values: images)
      }
      let pixels = try measure(
        matrix(bank.pixels(0..<bank.count), bank), matrix(queries.pixels(0..<queries.count), queries))
      let normalised = try measure(matrix(bankImages, bank), matrix(queryImages, queries))
      table = MeasurementTable(columns: pixelColumns)
      table.append([
        "knn_pixels": pixels.nearestNeighbours, "mean_pixels": pixels.nearestMean,
        "knn_normalised_pixels": normalised.nearestNeighbours, "mean_normalised_pixels": normalised.nearestMean,
      ])
      context.metric("knn_pixels", pixels.nearestNeighbours)
      context.metric("knn_normalised_pixels", normalised.nearestNeighbours)
    }
    try Data(table.csv.utf8).write(to: context.output(OutputName.probe))
  }
}
