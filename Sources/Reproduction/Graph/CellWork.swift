import NeuralNetwork
import Numerics
import Pipeline

/// How much the nodes of a cell have to do.
struct CellWork {
  /// Operations a second that are assumed where nothing was run or measured: a few cores' worth.
  static let guessedRate = 40e9

  let train: Work
  let probe: Work
  let bound: Work

  /// What counting an encoder's layers gives.
  struct EncoderSize {
    let multiplyAdds: Int
    let checkpointBytes: Int

    init(_ encoder: EncoderConfiguration) {
      // Nothing is computed with these layers: the algorithm that needs no tables will do.
      (multiplyAdds, checkpointBytes) = Convolution.$forced.withValue(.gemm) {
        (encoder.multiplyAdds, encoder.checkpointBytes)
      }
    }
  }

  /// - Parameter counts: of the training's encoder.
  init(
    _ cell: Configuration.Cell, counts: EncoderSize, training: TrainingConfiguration,
    evaluation: Configuration.Evaluation
  ) {
    let encoder = training.encoder
    let forward = 2 * Double(counts.multiplyAdds)
    let size = "of width \(encoder.width) on \(encoder.side) × \(encoder.side) × \(encoder.inputChannels)"
    // What is of one size runs at one rate, whatever its method and recipe.
    let checkpoints = Double(training.recordingEpochs.count)
    // An incomplete last batch is dropped. Two views a pair; the backward pass takes twice the forward pass.
    let pairs = Double(cell.training.epochs * (cell.trainImages / cell.training.batchSize) * cell.training.batchSize)
    train = Work(
      flops: pairs * 2 * 3 * forward, outputBytes: checkpoints * Double(counts.checkpointBytes),
      kind: "training \(size)")
    let features = Double(encoder.backboneDimension + encoder.outputDimension)
    let (bank, queries) = (Double(evaluation.bankImages), Double(evaluation.queryImages))
    probe = Work(
      flops: checkpoints * ((bank + queries) * forward + 2 * bank * queries * features), kind: "probes \(size)")
    let views = Double(evaluation.boundImages * evaluation.boundViews)
    let dimension = Double(encoder.outputDimension)
    bound = Work(
      flops: checkpoints * (views * forward + 2 * views * dimension * dimension),
      outputBytes: 8 * checkpoints * dimension, kind: "bounds \(size)")
  }

  /// The size that a kind of work is about; nil for other kinds.
  static func size(of kind: String) -> String? {
    kind.range(of: " of width ").map { String(kind[$0.lowerBound...]) }
  }
}

extension AugmentSettings {
  /// Images of one byte a value in the three banks.
  var viewCount: Int { bankImages + queryImages + boundImages * (1 + boundViews) }
}

extension Configuration.Dataset {
  /// Bytes of all images as they are decoded.
  var pixelBytes: Int {
    let side = if case .fashionMNIST = content { 28 } else { 32 }
    return (trainImages + testImages) * side * side * channels
  }
}
