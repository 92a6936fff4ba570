import Numerics

/// Times whole training steps, forward, backward and update, on views that lie ready.
public struct StepBenchmark {
  private let trainer: Trainer
  private let pairs: Int

  /// - Parameter configuration: its batch size is the number of pairs; epochs and schedule do not matter.
  /// - Throws: `TrainingError` where the configuration is impossible.
  public init(configuration: TrainingConfiguration, threads: Int) throws {
    let source = NoiseViews(imageCount: configuration.batchSize, viewSize: configuration.encoder.imageCount)
    try configuration.validate(imageCount: source.imageCount)
    pairs = configuration.batchSize
    trainer = Trainer(configuration, source: source, threads: threads)
    trainer.fillViews(Array(0..<pairs)[...], epoch: 1)
  }

  /// One step, the `step`th, counted from 0.
  ///
  /// - Throws: `TrainingError.notFinite` where training breaks down.
  public func run(step: Int) throws {
    let rate = trainer.configuration.learningRate
    let result = trainer.step(step, learningRate: rate)
    guard result.loss.isFinite, result.gradientNorm.isFinite else {
      throw TrainingError.notFinite(
        epoch: 1, step: step + 1, layer: trainer.model.firstNotFinite(images: 2 * pairs), learningRate: rate)
    }
  }
}

/// Standard normal noise, the same for every epoch.
private struct NoiseViews: ViewSource {
  let imageCount: Int
  let viewSize: Int
  private let noise: [Float]

  init(imageCount: Int, viewSize: Int) {
    self.imageCount = imageCount
    self.viewSize = viewSize
    var stream = RandomStream(seed: 1, purpose: 0x4245_4E43)
    noise = stream.normals(viewSize + 2 * imageCount).map(Float.init)
  }

  func fill(indices: ArraySlice<Int>, epoch: Int, view: Int, into target: UnsafeMutableBufferPointer<Float>) {
    guard let base = target.baseAddress else { return }
    noise.withUnsafeBufferPointer { noise in
      guard let noise = noise.baseAddress else { return }
      // Each view is the same noise from another place on.
      for (position, index) in indices.enumerated() {
        (base + position * viewSize).update(from: noise + index + view * imageCount, count: viewSize)
      }
    }
  }
}
