import Foundation
import Vision

@testable import NeuralNetwork

/// A training that PyTorch made too: twenty steps on real views of Shapes, from our initial weights.
///
/// The keys are those of `case.json`, which Benchmarks/parity/steps.py reads. Rates are such that training changes the
/// loss by more than a hundredth, and rounding alone by less than the tenth of a thousandth that is allowed.
struct ParityCase: Codable {
  var name: String
  var method: String
  var width: Int
  var side = 16
  var channels = 3
  var dimension: Int
  var pairs = 64
  var steps = 20
  var seed: UInt64 = 1
  var optimiser: String
  var momentum = 0.9
  var weightDecay = 5e-4
  var learningRate: Double
  var warmupSteps = 2
  var lambda = 5e-3
  var scale = 1.0
  var perDimension = false
  var predictorLearningRateMultiplier = 10.0
  var predictorCosine = true

  static let all = [16, 64].flatMap { width in
    [
      ParityCase(
        name: "barlow-twins-width-\(width)", method: "barlow-twins", width: width, dimension: 32, optimiser: "adamw",
        learningRate: width == 16 ? 2e-5 : 5e-6),
      ParityCase(
        name: "simsiam-width-\(width)", method: "simsiam", width: width, dimension: 32, optimiser: "sgd",
        learningRate: width == 16 ? 3e-4 : 2e-4),
    ]
  }

  /// One batch an epoch, so that an epoch's record is a step's.
  var configuration: TrainingConfiguration {
    TrainingConfiguration(
      encoder: EncoderConfiguration(width: width, inputChannels: channels, side: side, outputDimension: dimension),
      method: method == "simsiam"
        ? .simSiam(
          SimSiamConfiguration(
            predictorLearningRateMultiplier: predictorLearningRateMultiplier, predictorCosine: predictorCosine,
            predictorStartsAsIdentity: true))
        : .barlowTwins(BarlowTwinsConfiguration(lambda: lambda, scale: scale, perDimension: perDimension)),
      optimiser: optimiser == "sgd"
        ? .sgd(momentum: momentum, weightDecay: weightDecay) : .adamW(weightDecay: weightDecay),
      learningRate: learningRate, warmupEpochs: Double(warmupSteps), epochs: steps, batchSize: pairs,
      recordedEpochs: [], seed: seed)
  }

  /// The views of all steps: steps × 2 × pairs × side × side × channels.
  func views() throws -> [Float] {
    let augmenter = try Augmenter(
      dataset: Shapes(classCount: 100).dataset(split: .train, count: steps * pairs), policy: AugmentationPolicy(),
      side: side, seed: seed)
    var result = [Float](repeating: 0, count: steps * 2 * pairs * side * side * channels)
    result.withUnsafeMutableBufferPointer { buffer in
      let batch = pairs * side * side * channels
      for step in 0..<steps {
        for view in 0..<2 {
          let first = (2 * step + view) * batch
          augmenter.fill(
            indices: Array(step * pairs..<(step + 1) * pairs)[...], epoch: 1, view: view,
            into: UnsafeMutableBufferPointer(rebasing: buffer[first..<first + batch]))
        }
      }
    }
    return result
  }

  /// The weights that both trainings begin with, and the predictor's where there is one.
  static func initialWeights(_ trainer: Trainer) -> Data {
    Safetensors(tensors: trainer.model.store.exported(), metadata: [:]).encoded()
  }
}

/// Views that lie ready: those of step s are an epoch's, in the order of the batch.
struct PreparedViews: ViewSource {
  let imageCount: Int
  let viewSize: Int
  let values: [Float]

  init(_ item: ParityCase) throws {
    imageCount = item.pairs
    viewSize = item.side * item.side * item.channels
    values = try item.views()
  }

  func fill(indices: ArraySlice<Int>, epoch: Int, view: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
    let first = ((2 * (epoch - 1) + view) * imageCount + indices.startIndex) * viewSize
    _ = buffer.update(fromContentsOf: values[first..<first + buffer.count])
  }
}
