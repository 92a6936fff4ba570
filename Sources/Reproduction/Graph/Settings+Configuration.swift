import NeuralNetwork
import Vision

// From the words of pipeline.json to those of the modules that do the work.

extension AugmentationPolicy {
  init(_ policy: Configuration.Policy) {
    let jitter = policy.jitter
    self.init(
      cropScale: [policy.cropScale.lower, policy.cropScale.upper],
      cropRatio: [policy.cropRatio.lower, policy.cropRatio.upper],
      flipProbability: policy.flip, jitterProbability: jitter?.probability ?? 0, brightness: jitter?.brightness ?? 0,
      contrast: jitter?.contrast ?? 0, saturation: jitter?.saturation ?? 0, hue: jitter?.hue ?? 0,
      greyscaleProbability: policy.greyscale, mean: policy.normalisation.mean,
      standardDeviation: policy.normalisation.standardDeviation)
  }
}

extension TrainingConfiguration {
  init(_ cell: Configuration.Cell, encoder: Configuration.Profile.Encoder, channels: Int) {
    let settings = cell.settings
    let head: EncoderConfiguration.Head =
      switch settings.projector {
      case .linear: .linear
      case .mlp(let hidden, let layers): .mlp(hidden: hidden, layers: layers)
      }
    let (learningRate, optimiser): (Double, OptimiserConfiguration) =
      switch cell.training.optimiser {
      case .sgd(let learningRate, let momentum, let weightDecay):
        (learningRate, .sgd(momentum: momentum, weightDecay: weightDecay))
      case .adamW(let learningRate, let weightDecay, let beta1, let beta2):
        (learningRate, .adamW(beta1: beta1, beta2: beta2, epsilon: 1e-8, weightDecay: weightDecay))
      }
    self.init(
      encoder: EncoderConfiguration(
        width: encoder.width, inputChannels: channels, side: encoder.side, outputDimension: cell.dimension, head: head,
        outputNormalisation: settings.outputNormalisation),
      method: Method(settings.loss), optimiser: optimiser, learningRate: learningRate,
      warmupEpochs: Double(cell.training.warmUpEpochs), epochs: cell.training.epochs,
      batchSize: cell.training.batchSize, recordedEpochs: cell.training.recordedEpochs, seed: UInt64(cell.seed))
  }
}

extension Method {
  init(_ loss: Configuration.Method.Loss) {
    switch loss {
    case .barlowTwins(let lambda, .none):
      self = .barlowTwins(BarlowTwinsConfiguration(lambda: lambda))
    case .barlowTwins(let lambda, .perDimension):
      self = .barlowTwins(BarlowTwinsConfiguration(lambda: lambda, perDimension: true))
    case .barlowTwins(let lambda, .factor(let factor)):
      self = .barlowTwins(BarlowTwinsConfiguration(lambda: lambda, scale: factor))
    case .simSiam(let predictor):
      self = .simSiam(
        SimSiamConfiguration(
          predictorLearningRateMultiplier: predictor.learningRateMultiplier,
          predictorCosine: predictor.schedule == .cosine,
          predictorStartsAsIdentity: predictor.initialisation == .identity))
    }
  }
}

extension DownloadSettings {
  init(_ dataset: Configuration.Dataset) {
    switch dataset.content {
    case .fashionMNIST:
      content = .fashionMNIST
    case .shapes(let shapes):
      content = .shapes(shapes)
    case .cifar10(let archive):
      content = .cifar10(sha256: archive.sha256, sources: archive.sha256 == nil ? archive.sources : nil)
    case .cifar100(let archive, _):
      content = .cifar100(sha256: archive.sha256, sources: archive.sha256 == nil ? archive.sources : nil)
    }
  }
}

extension Configuration.Dataset {
  /// The labelling that cells on this dataset are scored by.
  var labelSetName: String {
    if case .cifar100(_, let labels) = content { labels.rawValue } else { "class" }
  }
}
