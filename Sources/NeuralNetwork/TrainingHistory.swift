/// What is written down of one epoch. All of it is deterministic: times are kept apart (`TrainingResult`).
public struct EpochRecord: Codable, Sendable, Equatable {
  /// Counts from 1.
  public let epoch: Int
  /// Mean over the epoch's steps.
  public let loss: Double
  /// The encoder's learning rate at the epoch's last step.
  public let learningRate: Double
  /// Mean over the epoch's steps of the gradient's Euclidean norm over all parameters.
  public let gradientNorm: Double
  /// Spread and effective rank of the outputs of the epoch's last batch.
  public let collapse: CollapseMeasure

  public init(epoch: Int, loss: Double, learningRate: Double, gradientNorm: Double, collapse: CollapseMeasure) {
    self.epoch = epoch
    self.loss = loss
    self.learningRate = learningRate
    self.gradientNorm = gradientNorm
    self.collapse = collapse
  }
}

/// How long an epoch took; depends on the machine and its load.
public struct EpochTiming: Codable, Sendable, Equatable {
  /// Pairs of views trained on in a second.
  public let pairsPerSecond: Double
  /// The share of the time for which the steps waited for their views, 0...1.
  public let viewsShare: Double
}

/// What a training gives.
public struct TrainingResult: Sendable, Equatable {
  public let history: [EpochRecord]
  /// One for each epoch of `history`.
  public let timings: [EpochTiming]
}

/// An encoder at the end of an epoch.
public struct TrainingCheckpoint: Sendable, Equatable {
  /// 0 is the initial weights.
  public let epoch: Int
  /// A safetensors file, which `Encoder` reads.
  public let safetensors: [UInt8]
}

/// How far a training is, after every step.
public struct TrainingProgress: Sendable, Equatable {
  /// The running epoch, from 1.
  public let epoch: Int
  public let epochs: Int
  /// Steps of this epoch that are done.
  public let step: Int
  public let stepsPerEpoch: Int
  /// Loss of the last step.
  public let loss: Double
  /// Mean since this invocation began.
  public let pairsPerSecond: Double
  /// The epoch after which this invocation took up an earlier one's work, if it did.
  public let resumedAfterEpoch: Int?
}
