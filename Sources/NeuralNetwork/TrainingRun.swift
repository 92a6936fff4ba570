import Foundation
import Numerics

/// Training of an encoder on two views of each image.
public enum Training {
  /// Trains until the last epoch, or goes on where an earlier call with the same `progressFolder` was cut off.
  ///
  /// The result is a function of `configuration`, `source` and `Arithmetic.current` alone: the same bits for any `threads`,
  /// with or without interruption.
  ///
  /// - Parameters:
  ///   - progressFolder: holds the resume state and the checkpoints recorded so far; made if it is missing. A state that
  ///     belongs to another configuration or arithmetic or that is damaged is not used: training starts over, and
  ///     `onWarning` is told. Without a folder nothing is kept.
  ///   - threads: threads to use; 1 is best where several trainings run side by side.
  ///   - onRecord: gets the checkpoint of each epoch of `configuration.recordingEpochs`, in order. A resumed training
  ///     hands out again those that an earlier call recorded.
  ///   - onProgress: called after every step; what it throws ends the training, whose state stays for the next call.
  ///   - onWarning: gets a sentence about work of an earlier call that is not used, with the file that cannot be.
  /// - Returns: the whole history, earlier calls' epochs included.
  /// - Throws: `TrainingError`, and whatever the two closures throw.
  public static func run(
    configuration: TrainingConfiguration, source: any ViewSource, progressFolder: URL? = nil, threads: Int,
    onRecord: (TrainingCheckpoint) throws -> Void, onProgress: (TrainingProgress) throws -> Void = { _ in },
    onWarning: (String) -> Void = { _ in }
  ) throws -> TrainingResult {
    try run(
      configuration: configuration, source: source, progressFolder: progressFolder, threads: threads,
      secondsBetweenStates: 2, onRecord: onRecord, onProgress: onProgress, onWarning: onWarning)
  }

  /// - Parameter arithmetic: what states are said to be computed with.
  static func run(
    configuration: TrainingConfiguration, source: any ViewSource, progressFolder: URL?, threads: Int,
    secondsBetweenStates: Double, arithmetic: Arithmetic = .current,
    onRecord: (TrainingCheckpoint) throws -> Void, onProgress: (TrainingProgress) throws -> Void,
    onWarning: (String) -> Void = { _ in }
  ) throws -> TrainingResult {
    try configuration.validate(imageCount: source.imageCount)
    let trainer = Trainer(configuration, source: source, threads: max(1, threads))
    let folder = try progressFolder.map { try ProgressFolder($0, configuration: configuration, arithmetic: arithmetic) }
    let recorded = configuration.recordingEpochs
    var resumed: Int?
    switch folder?.restore(trainer) {
    case .epochs(let epochs)?: resumed = epochs
    case .unusable(let path, let reason)?:
      onWarning("\(path) \(reason), so what was trained before cannot be used: the training starts over.")
    case .computedOtherwise(let change)?: onWarning(change.sentence)
    case .nothing?, nil: break
    }
    func record(_ epoch: Int) throws {
      guard recorded.contains(epoch) else { return }
      let bytes = trainer.checkpoint(epoch: epoch)
      try folder?.write(checkpoint: bytes, epoch: epoch)
      try onRecord(TrainingCheckpoint(epoch: epoch, safetensors: [UInt8](bytes)))
    }
    if let resumed, let folder {
      for epoch in recorded where epoch <= resumed {
        try onRecord(TrainingCheckpoint(epoch: epoch, safetensors: try folder.checkpoint(epoch: epoch)))
      }
    } else {
      try record(0)
    }
    let clock = ContinuousClock()
    let start = clock.now
    var lastState = start
    var pairs = 0
    let remaining = trainer.finishedEpochs..<configuration.epochs
    for epoch in remaining.map({ $0 + 1 }) {
      try trainer.runEpoch(epoch) { step, loss in
        pairs += configuration.batchSize
        try onProgress(
          TrainingProgress(
            epoch: epoch, epochs: configuration.epochs, step: step, stepsPerEpoch: trainer.stepsPerEpoch, loss: loss,
            pairsPerSecond: Double(pairs) / max((clock.now - start).seconds, 1e-9), resumedAfterEpoch: resumed))
      }
      if let name = trainer.model.store.firstNotFinite() {
        throw TrainingError.weightNotFinite(
          epoch: epoch, name: name, learningRate: trainer.history.last?.learningRate ?? configuration.learningRate)
      }
      // The checkpoint first: a state says that all checkpoints up to its epoch are there.
      try record(epoch)
      if let folder, epoch == configuration.epochs || (clock.now - lastState).seconds >= secondsBetweenStates {
        try folder.write(state: trainer)
        lastState = clock.now
      }
    }
    return TrainingResult(history: trainer.history, timings: trainer.timings)
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
