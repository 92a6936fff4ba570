import Foundation
import NeuralNetwork
import Numerics
import Theory
import Vision

extension Benchmarks {
  public typealias ConvolutionChoice = Convolution

  /// Trains an encoder on Shapes of 16×16 pixels by Barlow Twins and scores it by ten nearest neighbours: whether
  /// another way to compute convolutions, which rounds in another way, ends at the same accuracy.
  ///
  /// - Parameter convolution: what all convolutions are computed by; whichever is the fastest for a shape where nil.
  /// - Throws: `TrainingError` and `FeatureError`.
  public static func training(
    convolution: ConvolutionChoice?, width: Int, images: Int, epochs: Int, seed: UInt64, threads: Int
  ) throws -> BenchmarkReport {
    let shapes = try Shapes(classCount: 20)
    let (bank, queries) = (
      shapes.dataset(split: .train, count: images, threads: threads),
      shapes.dataset(split: .test, count: 2000, threads: threads)
    )
    func augmenter(_ dataset: ImageDataset) throws -> Augmenter {
      try Augmenter(dataset: dataset, policy: AugmentationPolicy(), side: 16, seed: seed)
    }
    let configuration = TrainingConfiguration(
      encoder: EncoderConfiguration(width: width, inputChannels: 3, side: 16, outputDimension: 64),
      method: .barlowTwins(BarlowTwinsConfiguration()), optimiser: .adamW(weightDecay: 1e-4), learningRate: 2e-3,
      warmupEpochs: 1, epochs: epochs, batchSize: 64, recordedEpochs: [epochs], seed: seed)
    let source = AugmentedViews(augmenter: try augmenter(bank))
    var checkpoint: [UInt8] = []
    var seconds: [Double] = []
    var loss = 0.0
    let accuracy = try Convolution.$forced.withValue(convolution) {
      let clock = BenchmarkRepetitions(warmUps: 0, count: 1)
      seconds = try clock.time { _ in
        loss =
          try Training.run(
            configuration: configuration, source: source, threads: threads, onRecord: { checkpoint = $0.safetensors }
          ).history.last?.loss ?? 0
      }
      let encoder = try Encoder(checkpoint: Data(checkpoint), source: "the trained encoder")
      func features(_ dataset: ImageDataset) throws -> Matrix {
        let plain = try augmenter(dataset).plain(Array(0..<dataset.count)[...])
        return encoder.features(images: plain, count: dataset.count, threads: threads).backbone
      }
      let neighbours = try NearestNeighbours(
        bank: features(bank), queries: features(queries), k: 10, threads: threads)
      return try NeighbourVote(
        neighbours, bankLabels: bank.labelSets[0].labels, classCount: 20, temperature: 0.1
      ).accuracy(labels: queries.labelSets[0].labels)
    }
    return BenchmarkReport(
      "training",
      settings: [
        "convolution": .text(convolution?.rawValue ?? "fastest"), "width": .count(width), "images": .count(images),
        "epochs": .count(epochs), "seed": .text("\(seed)"), "threads": .count(threads),
      ],
      measurements: [
        "knnAccuracy": .number(accuracy), "lastLoss": .number(loss),
        "seconds": .spread(BenchmarkReport.Spread(seconds)),
      ])
  }
}
