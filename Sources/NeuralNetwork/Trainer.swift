import Foundation
import Numerics

/// A training between two epochs: model, optimiser's state and history, and how an epoch changes them.
final class Trainer {
  let configuration: TrainingConfiguration
  let stepsPerEpoch: Int
  let model: Model
  let optimiserState: [FloatBuffer]
  var history: [EpochRecord] = []
  var timings: [EpochTiming] = []
  private let source: any ViewSource
  private let threads: Int
  private let schedule: LearningRateSchedule
  private let views = FloatBuffer()
  private let partialSums = DoubleBuffer()

  /// Views that are made at a time, by one thread.
  private static let viewsPerChunk = 32

  var finishedEpochs: Int { history.count }

  init(_ configuration: TrainingConfiguration, source: any ViewSource, threads: Int) {
    self.configuration = configuration
    self.source = source
    self.threads = threads
    stepsPerEpoch = source.imageCount / configuration.batchSize
    schedule = LearningRateSchedule(
      base: configuration.learningRate,
      warmupSteps: Int((configuration.warmupEpochs * Double(stepsPerEpoch)).rounded()),
      steps: stepsPerEpoch * configuration.epochs)
    model = Model(configuration.encoder, method: configuration.method)
    model.initialise(seed: configuration.seed)
    optimiserState = (0..<Optimiser.stateCount(configuration.optimiser)).map { [count = model.store.parameterCount] _ in
      FloatBuffer(capacity: count)
    }
  }

  /// The encoder as a safetensors file.
  func checkpoint(epoch: Int) -> Data {
    Safetensors(
      tensors: model.store.exported(), metadata: Checkpoint.metadata(configuration.encoder, epoch: epoch)
    ).encoded()
  }

  /// Trains on each image once but for the last, incomplete batch, and appends to the history.
  ///
  /// - Parameter afterStep: gets the steps done and the loss; what it throws ends the epoch.
  /// - Throws: `TrainingError.notFinite`, and what `afterStep` throws.
  func runEpoch(_ epoch: Int, afterStep: (Int, Double) throws -> Void) throws {
    var stream = RandomStream(
      seed: configuration.seed, purpose: Model.RandomPurpose.order, UInt32(truncatingIfNeeded: epoch))
    let order = stream.permutation(source.imageCount)
    let batch = configuration.batchSize
    let start = ContinuousClock.now
    var (lossSum, normSum, learningRate) = (0.0, 0.0, 0.0)
    var waited = Duration.zero
    var outputs = Matrix(rows: 0, columns: configuration.encoder.outputDimension)
    for step in 0..<stepsPerEpoch {
      let global = (epoch - 1) * stepsPerEpoch + step
      learningRate = schedule.learningRate(global)
      waited += ContinuousClock().measure { fillViews(order[step * batch..<(step + 1) * batch], epoch: epoch) }
      let result = self.step(global, learningRate: learningRate)
      guard result.loss.isFinite, result.gradientNorm.isFinite else {
        throw TrainingError.notFinite(
          epoch: epoch, step: step + 1, layer: model.firstNotFinite(images: 2 * batch), learningRate: learningRate)
      }
      lossSum += result.loss
      normSum += result.gradientNorm
      if step == stepsPerEpoch - 1 {
        outputs = Matrix(
          rows: 2 * batch, columns: outputs.columns, values: result.outputs.array(2 * batch * outputs.columns))
      }
      try afterStep(step + 1, result.loss)
    }
    let steps = Double(stepsPerEpoch)
    history.append(
      EpochRecord(
        epoch: epoch, loss: lossSum / steps, learningRate: learningRate, gradientNorm: normSum / steps,
        collapse: try CollapseMeasure(outputs: outputs)))
    let seconds = max((ContinuousClock.now - start).seconds, 1e-9)
    timings.append(
      EpochTiming(pairsPerSecond: Double(stepsPerEpoch * batch) / seconds, viewsShare: waited.seconds / seconds))
  }

  /// Forward, backward and, if all is finite, update.
  func step(
    _ step: Int, learningRate: Double
  ) -> (loss: Double, gradientNorm: Double, outputs: FloatBuffer) {
    let pass = Pass(
      images: 2 * configuration.batchSize, views: 2, training: true, threads: threads,
      workspace: model.workspace)
    let (loss, outputs) = model.lossAndGradients(views, pass)
    let norm = Elementwise.sumOfSquares(
      model.store.gradients, count: model.store.parameterCount, partial: partialSums, threads: threads
    ).squareRoot()
    guard loss.isFinite, norm.isFinite else { return (loss, norm, outputs) }
    for (range, rate) in parameterGroups(learningRate) {
      Optimiser.step(
        configuration.optimiser, range: range, gradients: model.store.gradients, parameters: model.store.values,
        state: optimiserState, learningRate: rate, step: step + 1, threads: threads)
    }
    return (loss, norm, outputs)
  }

  /// The encoder's parameters and the predictor's, each with its learning rate.
  private func parameterGroups(_ learningRate: Double) -> [(Range<Int>, Double)] {
    let count = model.store.parameterCount
    guard case .simSiam(let simSiam) = configuration.method,
      let predictor = model.store.tensors.first(where: { $0.kind == .predictor })
    else { return [(0..<count, learningRate)] }
    let base = simSiam.predictorCosine ? learningRate : configuration.learningRate
    return [
      (0..<predictor.slot.offset, learningRate),
      (predictor.slot.offset..<count, base * simSiam.predictorLearningRateMultiplier),
    ]
  }

  /// Writes both views of the images `indices` to `views`, the first views before the second.
  func fillViews(_ indices: ArraySlice<Int>, epoch: Int) {
    let size = configuration.encoder.imageCount
    views.reserve(2 * indices.count * size)
    let chunks = (indices.count + Self.viewsPerChunk - 1) / Self.viewsPerChunk
    parallelFor(2 * chunks, threads: threads) { [source, views] task in
      let (view, chunk) = (task / chunks, task % chunks)
      let first = chunk * Self.viewsPerChunk
      let count = min(Self.viewsPerChunk, indices.count - first)
      let part = indices[indices.startIndex + first..<indices.startIndex + first + count]
      source.fill(
        indices: part, epoch: epoch, view: view,
        into: UnsafeMutableBufferPointer(
          start: views.pointer + (view * indices.count + first) * size, count: count * size))
    }
  }
}
