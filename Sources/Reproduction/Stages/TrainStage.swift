import Foundation
import NeuralNetwork
import Pipeline
import Vision

/// **train**: trains one encoder and leaves its checkpoints and its history.
enum TrainStage {
  /// The columns of `history.csv`. Timings are no part of it, since they differ from run to run: they are volatile
  /// metrics in the ledger, and `speed.csv` in `outputs/`.
  static let columns = [
    "epoch", "loss", "learning_rate", "gradient_norm", "output_spread", "output_effective_rank",
  ]
  static let pairsPerSecond = "pairs_per_second"
  static let viewsShare = "views_share"

  static let definition = StageDefinition(name: StageName.train, version: 6) { context in
    let settings: TrainSettings = try context.decodeParameters()
    let images = try ImageDatasetFile.read(from: context.input(OutputName.trainImages))
    guard images.count >= settings.trainImages else {
      throw StageError(
        "\(context.node) wants to train on \(settings.trainImages) images, but the dataset has \(images.count);"
          + " lower 'trainImages'")
    }
    let source = AugmentedViews(
      augmenter: try Augmenter(
        dataset: images.prefix(settings.trainImages), policy: settings.policy, side: settings.training.encoder.side,
        seed: settings.training.seed))
    var isResumed = false
    let result = try Training.run(
      configuration: settings.training, source: source, progressFolder: context.progressFolder,
      threads: context.threads,
      onRecord: { checkpoint in
        let url = try context.output(OutputName.checkpoints + CheckpointName.file(epoch: checkpoint.epoch))
        try Data(checkpoint.safetensors).write(to: url)
      },
      onProgress: { progress in
        try context.checkCancellation()
        if let epoch = progress.resumedAfterEpoch, !isResumed {
          isResumed = true
          context.log("took up the training after epoch \(epoch)")
        }
        let done = Double(progress.epoch - 1) + Double(progress.step) / Double(max(1, progress.stepsPerEpoch))
        context.progress(
          fraction: done / Double(progress.epochs),
          message: String(
            format: "epoch %d/%d  loss %.4g  %.0f pairs/s", progress.epoch, progress.epochs, progress.loss,
            progress.pairsPerSecond))
      }, onWarning: { context.warn($0) })
    var history = MeasurementTable(columns: columns)
    for record in result.history {
      history.append([
        "epoch": Double(record.epoch), "loss": record.loss, "learning_rate": record.learningRate,
        "gradient_norm": record.gradientNorm, "output_spread": record.collapse.spread,
        "output_effective_rank": record.collapse.effectiveRank,
      ])
      context.metric("loss", record.loss, step: record.epoch)
    }
    for (record, timing) in zip(result.history, result.timings) {
      context.metric(pairsPerSecond, timing.pairsPerSecond, step: record.epoch, isVolatile: true)
      context.metric(viewsShare, timing.viewsShare, step: record.epoch, isVolatile: true)
    }
    try Data(history.csv.utf8).write(to: context.output(OutputName.history))
  }
}

/// The views that an encoder is trained on, as the training loop asks for them.
struct AugmentedViews: ViewSource {
  let augmenter: Augmenter

  var imageCount: Int { augmenter.imageCount }

  func fill(indices: ArraySlice<Int>, epoch: Int, view: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    augmenter.fill(indices: indices, epoch: epoch, view: view, into: buffer)
  }
}

/// Names of checkpoints, which sort as their epochs do.
enum CheckpointName {
  static func file(epoch: Int) -> String {
    let digits = String(epoch)
    return "epoch-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".safetensors"
  }
}
