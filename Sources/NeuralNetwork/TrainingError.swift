import Foundation

/// Why a training cannot start or go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// A value that makes no sense; `key` is the configuration's property.
  case invalid(key: String, reason: String)
  /// The loss or the gradient is NaN or infinite. `layer` is the first whose output, or else gradient, is.
  case notFinite(epoch: Int, step: Int, layer: String, learningRate: Double)
  /// The last update left a weight or a running statistic that is NaN or infinite: the tensor `name`.
  case weightNotFinite(epoch: Int, name: String, learningRate: Double)
  /// A file of the progress folder could not be written.
  case progressNotWritten(path: String, reason: String)

  public var description: String {
    switch self {
    case .invalid(let key, let reason):
      "training: \(key) \(reason)"
    case .notFinite(let epoch, let step, let layer, let learningRate):
      "training left the finite numbers in epoch \(epoch), step \(step), first in \(layer), at learning rate "
        + "\(learningRate); lower the learning rate or lengthen the warm-up"
    case .weightNotFinite(let epoch, let name, let learningRate):
      "training left the finite numbers in \(name) at the end of epoch \(epoch), at learning rate \(learningRate); lower "
        + "the learning rate or lengthen the warm-up"
    case .progressNotWritten(let path, let reason):
      "training progress could not be written to \(path) (\(reason)); check free space and permissions"
    }
  }

  public var errorDescription: String? { description }
}

extension TrainingConfiguration {
  /// Checks the values against each other and against the number of images.
  ///
  /// - Throws: `TrainingError.invalid`, naming the property.
  public func validate(imageCount: Int) throws(TrainingError) {
    try encoder.validate()
    func require(_ condition: Bool, _ key: String, _ reason: String) throws(TrainingError) {
      if !condition { throw .invalid(key: key, reason: reason) }
    }
    try require(epochs >= 0, "epochs", "is \(epochs); it must not be negative")
    try require(batchSize >= 2, "batchSize", "is \(batchSize); batch statistics need at least 2 pairs")
    try require(
      batchSize <= imageCount, "batchSize", "is \(batchSize), but there are only \(imageCount) images to train on")
    try require(
      learningRate.isFinite && learningRate >= 0, "learningRate", "is \(learningRate); it must be finite and ≥ 0")
    try require(
      warmupEpochs.isFinite && warmupEpochs >= 0 && warmupEpochs <= Double(epochs), "warmupEpochs",
      "is \(warmupEpochs); it must lie between 0 and the \(epochs) epochs")
    for epoch in recordedEpochs where epoch < 0 || epoch > epochs {
      throw .invalid(key: "recordedEpochs", reason: "lists \(epoch), which is not between 0 and \(epochs)")
    }
  }
}

extension EncoderConfiguration {
  /// - Throws: `TrainingError.invalid`, naming the property.
  public func validate() throws(TrainingError) {
    func require(_ value: Int, in range: ClosedRange<Int>, _ key: String) throws(TrainingError) {
      if !range.contains(value) {
        throw .invalid(key: key, reason: "is \(value); it must lie between \(range.lowerBound) and \(range.upperBound)")
      }
    }
    // The upper bounds keep the sizes of a lying checkpoint from overflowing or filling the memory.
    try require(width, in: 1...1024, "width")
    try require(inputChannels, in: 1...64, "inputChannels")
    try require(side, in: 1...1024, "side")
    try require(outputDimension, in: 1...65_536, "outputDimension")
    if case .mlp(let hidden, let layers) = head {
      try require(hidden, in: 1...65_536, "head.hidden")
      try require(layers, in: 1...16, "head.layers")
    }
  }
}
