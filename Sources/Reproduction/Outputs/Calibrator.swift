import Foundation
import NeuralNetwork
import Pipeline
import Synchronization
import Vision

/// Measures how fast this machine trains and evaluates, by doing so for a moment with noise.
public enum Calibrator {
  /// Operations that a step and a measurement have at most, or nearly: some seconds' worth.
  private static let stepFlops = 40e9
  private static let measuredFlops = 100e9

  /// Measures kinds of work of cells, each with as many running side by side as a run would.
  ///
  /// - Parameters:
  ///   - kinds: as `CacheReader.kindsToCalibrate` gives them; what no training of the graph has the size of is passed over.
  ///   - threads: that a run would have.
  ///   - onKind: told before each measurement, which takes some seconds.
  /// - Returns: the rates, to be added to a calibration.
  /// - Throws: what training throws.
  public static func measure(
    _ kinds: [String], of graph: Graph, threads: Int, onKind: (String) -> Void = { _ in }
  ) throws -> [Calibration.Rate] {
    try kinds.compactMap { kind in
      guard let size = CellWork.size(of: kind),
        let node = graph.nodes.first(where: {
          $0.stage == StageName.train && $0.work?.kind.flatMap(CellWork.size) == size
        })
      else { return nil }
      onKind(kind)
      let settings: TrainSettings = try ParameterValue.object(node.parameters).decoded()
      let each = min(node.resources.threads, threads)
      let copies = max(1, threads / max(1, each))
      let rate =
        kind == node.work?.kind
        ? try trainingRate(settings, threads: each, copies: copies)
        : try featureRate(settings, threads: each, copies: copies)
      return Calibration.Rate(kind: kind, flopsPerSecond: rate, measured: Date().timeIntervalSince1970)
    }
  }

  /// Operations a second of one of `copies` trainings at a time.
  static func trainingRate(_ settings: TrainSettings, threads: Int, copies: Int) throws -> Double {
    var training = settings.training
    let pairFlops = 12 * Double(training.encoder.multiplyAdds)
    training.batchSize = max(8, min(training.batchSize, Int(stepFlops / pairFlops)))
    let steps = max(3, min(64, Int((measuredFlops / (pairFlops * Double(training.batchSize))).rounded(.up))))
    training.epochs = 1
    training.warmupEpochs = 0
    training.recordedEpochs = []
    // Noise is not to be learned, and numbers must stay finite.
    training.learningRate = 1e-6
    // One step first, in which memory is asked for.
    let configuration = training
    let source = AugmentedViews(
      augmenter: try Augmenter(
        dataset: noise(configuration, count: (steps + 1) * configuration.batchSize), policy: settings.policy,
        side: configuration.encoder.side, seed: configuration.seed))
    let perStep = try mean(copies) { try secondsPerStep(configuration, source: source, threads: threads) }
    return pairFlops * Double(configuration.batchSize) / max(perStep, 1e-9)
  }

  /// Operations a second of one of `copies` evaluations at a time, which turn images into features.
  static func featureRate(_ settings: TrainSettings, threads: Int, copies: Int) throws -> Double {
    var training = settings.training
    training.batchSize = 8
    training.epochs = 1
    training.warmupEpochs = 0
    training.recordedEpochs = []
    let source = AugmentedViews(
      augmenter: try Augmenter(
        dataset: noise(training, count: 8), policy: settings.policy, side: training.encoder.side, seed: 1))
    var checkpoint: [UInt8] = []
    _ = try Training.run(
      configuration: training, source: source, threads: threads, onRecord: { checkpoint = $0.safetensors })
    let encoder = try Encoder(checkpoint: Data(checkpoint), source: "a measurement")
    let imageFlops = 2 * Double(training.encoder.multiplyAdds)
    let count = max(32, min(4096, Int(stepFlops / imageFlops)))
    let images = [Float](repeating: 0.5, count: count * training.encoder.imageCount)
    let duration = try mean(copies) {
      (0..<3).map { _ in
        let start = ContinuousClock.now
        _ = encoder.features(images: images, count: count, threads: threads)
        return (ContinuousClock.now - start).seconds
      }.min() ?? .infinity
    }
    return imageFlops * Double(count) / max(duration, 1e-9)
  }

  /// The mean of what several threads find at the same time.
  private static func mean(_ copies: Int, _ measure: @Sendable () throws -> Double) throws -> Double {
    let results = Results()
    DispatchQueue.concurrentPerform(iterations: copies) { _ in results.add(Result { try measure() }) }
    return try results.all.map { try $0.get() }.reduce(0, +) / Double(copies)
  }

  /// Seconds of the fastest step after the first: whatever else the machine does only makes steps slower.
  private static func secondsPerStep(
    _ configuration: TrainingConfiguration, source: AugmentedViews, threads: Int
  ) throws -> Double {
    var last: ContinuousClock.Instant?
    var fastest = Double.infinity
    _ = try Training.run(
      configuration: configuration, source: source, threads: threads, onRecord: { _ in },
      onProgress: { _ in
        let now = ContinuousClock.now
        if let last { fastest = min(fastest, (now - last).seconds) }
        last = now
      })
    return fastest
  }

  /// Images of no meaning: the time does not depend on what is on them.
  private static func noise(_ configuration: TrainingConfiguration, count: Int) -> ImageDataset {
    let (side, channels) = (32, configuration.encoder.inputChannels)
    var state: UInt64 = 1
    let pixels = (0..<count * side * side * channels).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
    let labels = LabelSet(name: "class", classNames: ["noise"], labels: Array(repeating: 0, count: count))
    return ImageDataset(height: side, width: side, channels: channels, pixels: pixels, labelSets: [labels])
  }

  /// What several threads found.
  private final class Results: Sendable {
    private let found = Mutex<[Result<Double, any Error>]>([])
    func add(_ result: Result<Double, any Error>) { found.withLock { $0.append(result) } }
    var all: [Result<Double, any Error>] { found.withLock { $0 } }
  }
}

extension ParameterValue {
  fileprivate func decoded<Value: Decodable>() throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(self))
  }
}
