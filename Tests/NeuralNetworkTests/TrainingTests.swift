import Foundation
import Numerics
import Testing

@testable import NeuralNetwork

/// Whole small trainings: the same bits whatever the threads and however often they are cut off.
@Suite struct TrainingTests {
  /// Views that are a function of image, epoch and view.
  struct Source: ViewSource {
    var imageCount = 43
    var size = 6 * 6 * 3
    var scale: Float = 1

    func fill(indices: ArraySlice<Int>, epoch: Int, view: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
      for (row, image) in indices.enumerated() {
        for index in 0..<size {
          let own = PyTorchParityTests.Batches.noise(image * size + index, stream: 1)
          let noise = PyTorchParityTests.Batches.noise(image * size + index, stream: 10 + 2 * epoch + view)
          buffer[row * size + index] = scale * (2 * own + noise)
        }
      }
    }
  }

  static func configuration(_ method: Method = .barlowTwins(BarlowTwinsConfiguration())) -> TrainingConfiguration {
    TrainingConfiguration(
      encoder: EncoderConfiguration(
        width: 3, inputChannels: 3, side: 6, outputDimension: 5, head: .mlp(hidden: 7, layers: 2),
        outputNormalisation: true),
      method: method, optimiser: .adamW(weightDecay: 1e-3), learningRate: 2e-3, warmupEpochs: 0.5, epochs: 4,
      batchSize: 10, recordedEpochs: [2, 4], seed: 11)
  }

  struct Outcome: Equatable {
    var history: [EpochRecord] = []
    var records: [TrainingCheckpoint] = []
  }

  struct Interruption: Error {}

  /// Runs a training, cut off after `steps` steps if given.
  static func run(
    _ configuration: TrainingConfiguration, source: Source = Source(), threads: Int = 1, folder: URL? = nil,
    arithmetic: Arithmetic = .current, stopAfter steps: Int? = nil, onWarning: (String) -> Void = { _ in },
    onProgress: (TrainingProgress) -> Void = { _ in }
  ) throws -> Outcome {
    var outcome = Outcome()
    var done = 0
    outcome.history = try Training.run(
      configuration: configuration, source: source, progressFolder: folder, threads: threads,
      secondsBetweenStates: 0, arithmetic: arithmetic, onRecord: { outcome.records.append($0) },
      onProgress: {
        onProgress($0)
        done += 1
        if done == steps { throw Interruption() }
      }, onWarning: onWarning
    ).history
    return outcome
  }

  /// Layers that go through every kernel: 16 to 128 channels at 8×8 to 1×1 pixels, and a projector large enough for the
  /// processor's tiles. Three steps an epoch.
  static func wideConfiguration(_ method: Method) -> TrainingConfiguration {
    TrainingConfiguration(
      encoder: EncoderConfiguration(width: 16, inputChannels: 3, side: 8, outputDimension: 75), method: method,
      optimiser: .sgd(momentum: 0.9, weightDecay: 1e-4), learningRate: 1e-2, warmupEpochs: 0, epochs: 3, batchSize: 14,
      recordedEpochs: [1, 3], seed: 4)
  }

  /// The images of `wideConfiguration`.
  static let wideSource = Source(imageCount: 43, size: 8 * 8 * 3)

  /// On any number of threads, and cut off in the middle of an epoch.
  @Test(arguments: [
    Method.barlowTwins(BarlowTwinsConfiguration()), .simSiam(SimSiamConfiguration()),
  ]) func wideTrainingHasTheSameBits(_ method: Method) throws {
    func train(threads: Int, folder: URL? = nil, stopAfter steps: Int? = nil) throws -> Outcome {
      try Self.run(
        Self.wideConfiguration(method), source: Self.wideSource, threads: threads, folder: folder, stopAfter: steps)
    }
    let single = try train(threads: 1)
    for threads in [2, 3, 8] { try #expect(train(threads: threads) == single, "\(threads) threads") }
    try Self.withFolder { folder in
      for (steps, threads) in [(2, 1), (5, 3), (1, 2)] {
        #expect(throws: Interruption.self) { try train(threads: threads, folder: folder, stopAfter: steps) }
      }
      try #expect(train(threads: 8, folder: folder) == single, "after three interruptions")
    }
  }

  static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("training-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  static let methods: [Method] = [
    .barlowTwins(BarlowTwinsConfiguration()),
    .simSiam(SimSiamConfiguration(predictorLearningRateMultiplier: 3, predictorCosine: false)),
  ]

  @Test(arguments: methods) func sameBitsForAnyThreads(_ method: Method) throws {
    let single = try Self.run(Self.configuration(method))
    #expect(single.history.count == 4)
    #expect(single.records.map(\.epoch) == [0, 2, 4])
    for threads in 2...3 { #expect(try Self.run(Self.configuration(method), threads: threads) == single) }
  }

  @Test(arguments: methods) func resumedIsUninterrupted(_ method: Method) throws {
    let whole = try Self.run(Self.configuration(method))
    // Four steps an epoch: cut off in the first epoch, at ends of epochs, in the middle, before the last step.
    for cuts in [[1], [4], [6, 5], [9], [13, 1, 2], [15]] {
      try Self.withFolder { folder in
        for cut in cuts {
          #expect(throws: Interruption.self) {
            try Self.run(Self.configuration(method), folder: folder, stopAfter: cut)
          }
        }
        let resumed = try Self.run(Self.configuration(method), folder: folder)
        #expect(resumed == whole, "cut off after \(cuts) steps")
        #expect(
          try Self.run(Self.configuration(method), folder: folder, stopAfter: 1) == whole, "nothing is left to do")
      }
    }
  }

  @Test func unusableStatesStartOver() throws {
    let whole = try Self.run(Self.configuration())
    try Self.withFolder { folder in
      var warnings: [String] = []
      let place = ProgressFolder.folder(of: .current, in: folder)
      /// What is said of lost work: one sentence, which names the file.
      func warning(_ file: String, _ reason: String) -> [String] {
        let path = place.appendingPathComponent(file).path
        return ["\(path) \(reason), so what was trained before cannot be used: the training starts over."]
      }
      func run(_ configuration: TrainingConfiguration) throws -> Outcome {
        warnings = []
        return try Self.run(configuration, folder: folder, onWarning: { warnings.append($0) })
      }
      _ = try run(Self.configuration())
      #expect(warnings == [], "nothing was lost")
      let state = place.appendingPathComponent("state.safetensors")
      let bytes = try Data(contentsOf: state)
      var flipped = bytes
      flipped[bytes.count - 9] ^= 4
      for damaged in [Data(), bytes.prefix(1000), flipped] {
        try damaged.write(to: state)
        #expect(try run(Self.configuration()) == whole)
        #expect(warnings == warning("state.safetensors", "is damaged"))
      }
      #expect(try run(Self.configuration()) == whole)
      #expect(warnings == [], "it is whole again")
      // A checkpoint that is gone is trained for again.
      try FileManager.default.removeItem(at: place.appendingPathComponent("epoch-2.safetensors"))
      #expect(try run(Self.configuration()) == whole)
      #expect(warnings == warning("epoch-2.safetensors", "is missing or damaged"))
      // And another configuration's state is not this one's.
      var other = Self.configuration()
      other.seed = 12
      let fresh = try Self.run(other)
      #expect(try run(other) == fresh)
      #expect(warnings == warning("state.safetensors", "belongs to a training with other settings"))
      #expect(fresh != whole)
    }
  }

  @Test func lossFalls() throws {
    var configuration = Self.configuration()
    configuration.epochs = 12
    let history = try Self.run(configuration).history
    let (first, last) = (try #require(history.first), try #require(history.last))
    #expect(last.loss < 0.8 * first.loss, "from \(first.loss) to \(last.loss)")
    #expect(last.learningRate > 0 && last.learningRate < 0.02 * configuration.learningRate)
    #expect(
      history.allSatisfy { (1...5).contains($0.collapse.effectiveRank) && (0...1.01).contains($0.collapse.spread) })
  }

  @Test func leavingTheFiniteNumbersIsNamed() throws {
    var configuration = Self.configuration()
    configuration.optimiser = .sgd(momentum: 0.9, weightDecay: 0)
    configuration.learningRate = 1e30
    configuration.warmupEpochs = 0
    let error = #expect(throws: TrainingError.self) { try Self.run(configuration) }
    guard case .notFinite(let epoch, let step, let layer, let learningRate) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(epoch == 1 && step > 1 && learningRate > 1e29)
    #expect(!layer.isEmpty && layer != "the loss")
    // Views that are not finite show in the first layer.
    let input = #expect(throws: TrainingError.self) {
      try Training.run(
        configuration: configuration, source: Source(scale: .infinity), threads: 1, onRecord: { _ in })
    }
    #expect(input == .notFinite(epoch: 1, step: 1, layer: "conv1", learningRate: 1e30))
    #expect(input?.description.contains("epoch 1, step 1, first in conv1, at learning rate 1e+30") == true)
  }

  /// What the last update writes is looked at before it is recorded.
  @Test func aWeightThatIsNotFiniteIsNotRecorded() throws {
    var configuration = Self.configuration()
    configuration.optimiser = .sgd(momentum: 0, weightDecay: 0)
    configuration.learningRate = 3e38
    configuration.warmupEpochs = 0
    configuration.epochs = 1
    configuration.batchSize = 43
    configuration.recordedEpochs = [1]
    configuration.method = .barlowTwins(BarlowTwinsConfiguration(scale: 1e6))
    var recorded: [Int] = []
    let error = #expect(throws: TrainingError.self) {
      try Training.run(
        configuration: configuration, source: Source(), threads: 1, onRecord: { recorded.append($0.epoch) })
    }
    guard case .weightNotFinite(epoch: 1, let name, learningRate: 3e38) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(recorded == [0] && error?.description.contains("in \(name) at the end of epoch 1") == true)
  }

  @Test func mistakesInTheConfigurationAreNamed() {
    func message(_ change: (inout TrainingConfiguration) -> Void) -> String? {
      var configuration = Self.configuration()
      change(&configuration)
      return #expect(throws: TrainingError.self) { try Self.run(configuration) }?.description
    }
    #expect(message { $0.batchSize = 1 } == "training: batchSize is 1; batch statistics need at least 2 pairs")
    #expect(message { $0.batchSize = 44 } == "training: batchSize is 44, but there are only 43 images to train on")
    #expect(message { $0.epochs = -1 }?.contains("epochs is -1") == true)
    #expect(message { $0.learningRate = .nan }?.contains("learningRate") == true)
    #expect(message { $0.warmupEpochs = 5 }?.contains("warmupEpochs is 5.0") == true)
    #expect(message { $0.recordedEpochs = [5] }?.contains("recordedEpochs lists 5") == true)
    #expect(message { $0.encoder.width = 0 }?.contains("width is 0") == true)
    #expect(message { $0.encoder.head = .mlp(hidden: 0, layers: 2) }?.contains("head.hidden is 0") == true)
  }

  @Test func folderThatCannotBeWrittenIsNamed() throws {
    try Self.withFolder { folder in
      try Data().write(to: folder)
      let error = #expect(throws: TrainingError.self) {
        try Self.run(Self.configuration(), folder: folder.appendingPathComponent("progress"))
      }
      #expect(error?.description.contains(folder.lastPathComponent) == true)
    }
  }

  @Test func configurationSurvivesJSON() throws {
    for method in Self.methods {
      let configuration = Self.configuration(method)
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == configuration)
    }
  }
}
