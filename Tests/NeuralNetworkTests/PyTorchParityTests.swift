import Foundation
import Numerics
import Testing

@testable import NeuralNetwork

/// Ten training steps against what PyTorch makes of them, recorded by Benchmarks/parity/record.py.
@Suite struct PyTorchParityTests {
  struct Record: Decodable {
    let cases: [Case]
    let sgd: [[Float]]
    let adamw: [[Float]]
  }

  struct Case: Decodable {
    let name: String
    let method: String
    let head: String
    let lambda: Double?
    let scale: Double?
    let perDimension: Bool?
    let multiplier: Double?
    let fixed: Bool?
    let optimiser: String
    let rate: Double
    let decay: Double
    let losses: [Double]
    let gradientNorms: [Double]
    let features: [Float]
    let outputs: [Float]

    var configuration: TrainingConfiguration {
      TrainingConfiguration(
        encoder: EncoderConfiguration(
          width: 4, inputChannels: 3, side: 10, outputDimension: 8,
          head: head == "mlp" ? .mlp(hidden: 12, layers: 2) : .linear, outputNormalisation: head == "normalised"),
        method: method == "barlow"
          ? .barlowTwins(
            BarlowTwinsConfiguration(lambda: lambda ?? 0, scale: scale ?? 1, perDimension: perDimension ?? false))
          : .simSiam(
            SimSiamConfiguration(
              predictorLearningRateMultiplier: multiplier ?? 1, predictorCosine: !(fixed ?? false))),
        optimiser: optimiser == "sgd"
          ? .sgd(momentum: 0.9, weightDecay: decay) : .adamW(weightDecay: decay),
        learningRate: rate, warmupEpochs: 2, epochs: losses.count, batchSize: 32, recordedEpochs: [losses.count],
        seed: 0)
    }
  }

  /// One batch an epoch, the same numbers as in record.py whatever the order of the images.
  struct Batches: ViewSource {
    let imageCount = 32

    func fill(indices: ArraySlice<Int>, epoch: Int, view: Int, into buffer: UnsafeMutableBufferPointer<Float>) {
      let first = indices.startIndex * 10 * 10 * 3
      for index in 0..<buffer.count {
        buffer[index] =
          2 * Self.noise(first + index, stream: 10 * epoch) + Self.noise(first + index, stream: 10 * epoch + 1 + view)
      }
    }

    /// The finaliser of MurmurHash3 on a counter, uniform in [−½, ½).
    static func noise(_ index: Int, stream: Int) -> Float {
      var x = UInt32(truncatingIfNeeded: index + stream * 1_000_003)
      x = (x ^ x >> 16) &* 0x85EB_CA6B
      x = (x ^ x >> 13) &* 0xC2B2_AE35
      x ^= x >> 16
      return Float(x >> 8) * 0x1p-24 - 0.5
    }
  }

  static func fixture(_ name: String) throws -> Data {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
    return try Data(contentsOf: url)
  }

  @Test func trainingSteps() throws {
    let record = try JSONDecoder().decode(Record.self, from: Self.fixture("parity.json"))
    let weights = try Safetensors(Self.fixture("parity.safetensors"), source: "parity.safetensors")
    for item in record.cases {
      let trainer = Trainer(item.configuration, source: Batches(), threads: 1)
      try trainer.model.store.check(weights, source: "parity.safetensors")
      trainer.model.store.load(weights)
      for epoch in 1...item.losses.count { try trainer.runEpoch(epoch) { _, _ in } }
      for (row, (loss, norm)) in zip(trainer.history, zip(item.losses, item.gradientNorms)) {
        #expect(abs(row.loss - loss) <= 1e-4 * max(abs(loss), 0.1), "\(item.name), step \(row.epoch)")
        // Later gradients differ where rounding has moved a unit to the other side of a ReLU.
        let tolerance = row.epoch == 1 ? 1e-4 : 5e-3
        #expect(abs(row.gradientNorm - norm) <= tolerance * norm, "\(item.name), step \(row.epoch)")
      }
      let encoder = try Encoder(checkpoint: trainer.checkpoint(epoch: 10), source: item.name)
      var images = [Float](repeating: 0, count: 4 * encoder.configuration.imageCount)
      images.withUnsafeMutableBufferPointer { Batches().fill(indices: [0, 1, 2, 3], epoch: 99, view: 0, into: $0) }
      let (backbone, output) = encoder.features(images: images, count: 4, threads: 1)
      expectClose(backbone.values, item.features, tolerance: 1e-3, item.name)
      expectClose(output.values, item.outputs, tolerance: 1e-3, item.name)
    }
  }

  @Test func optimisers() throws {
    let record = try JSONDecoder().decode(Record.self, from: Self.fixture("parity.json"))
    for (configuration, expected) in [
      (OptimiserConfiguration.sgd(momentum: 0.9, weightDecay: 0.01), record.sgd),
      (.adamW(weightDecay: 0.05), record.adamw),
    ] {
      let (parameters, gradients) = (FloatBuffer(), FloatBuffer())
      parameters.assign([1, -2, 0.5])
      let state = (0..<Optimiser.stateCount(configuration)).map { _ in FloatBuffer(capacity: 3) }
      for (step, row) in expected.enumerated() {
        gradients.assign((0..<3).map { Float(cos(Double(3 * step + $0))) })
        Optimiser.step(
          configuration, range: 0..<3, gradients: gradients, parameters: parameters, state: state, learningRate: 0.1,
          step: step + 1, threads: 2)
        expectClose(parameters.array(3), row, tolerance: 1e-6, "\(configuration), step \(step)")
      }
    }
  }
}

/// Expects all numbers within `tolerance` of the largest of `expected`.
func expectClose(
  _ actual: [Float], _ expected: [Float], tolerance: Float, _ comment: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let largest = expected.reduce(0) { max($0, abs($1)) }
  let error = zip(actual, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
  #expect(actual.count == expected.count, "\(comment)", sourceLocation: sourceLocation)
  #expect(error <= tolerance * largest, "\(comment): off by \(error) of \(largest)", sourceLocation: sourceLocation)
}
