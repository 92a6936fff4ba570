/// The network f: image → z that is trained.
public struct EncoderConfiguration: Codable, Sendable, Equatable {
  /// What maps the backbone's features h to the output z.
  public enum Head: Codable, Sendable, Equatable {
    /// z = W h without bias, as the paper has it.
    case linear
    /// `layers` linear maps without bias, batch norm and ReLU between them, `hidden` units in each but the last.
    case mlp(hidden: Int, layers: Int)
  }

  /// Channels of the first stage of ResNet-18; 64 is the original.
  public var width: Int
  /// 1 or 3 as a rule.
  public var inputChannels: Int
  /// Height and width of the images.
  public var side: Int
  /// d, the dimension of z.
  public var outputDimension: Int
  public var head: Head
  /// Whether a batch norm without weight and bias follows the head.
  public var outputNormalisation: Bool

  public init(
    width: Int, inputChannels: Int, side: Int, outputDimension: Int, head: Head = .linear,
    outputNormalisation: Bool = false
  ) {
    self.width = width
    self.inputChannels = inputChannels
    self.side = side
    self.outputDimension = outputDimension
    self.head = head
    self.outputNormalisation = outputNormalisation
  }

  /// Dimension of the backbone's features h.
  public var backboneDimension: Int { 8 * width }
  /// Numbers of one image.
  public var imageCount: Int { side * side * inputChannels }
}

/// The loss and what belongs to it.
public enum Method: Codable, Sendable, Equatable {
  case barlowTwins(BarlowTwinsConfiguration)
  case simSiam(SimSiamConfiguration)
}

/// Σᵢ (1 − Cᵢᵢ)² + λ Σᵢ≠ⱼ Cᵢⱼ², C being the cross-correlation of the two views' standardised outputs.
///
/// Zbontar et al.: Barlow Twins (ICML 2021), Equation 1.
public struct BarlowTwinsConfiguration: Codable, Sendable, Equatable {
  public var lambda: Double
  /// Factor of the whole loss.
  public var scale: Double
  /// Whether the loss is divided by d, which keeps the size of the gradient as d varies.
  public var perDimension: Bool

  public init(lambda: Double = 5e-3, scale: Double = 1, perDimension: Bool = false) {
    self.lambda = lambda
    self.scale = scale
    self.perDimension = perDimension
  }
}

/// −½ cos(W_p z₁, sg z₂) − ½ cos(W_p z₂, sg z₁) with a linear predictor W_p without bias.
///
/// Chen, He: SimSiam (CVPR 2021), Equation 3, simplified as the paper has it.
public struct SimSiamConfiguration: Codable, Sendable, Equatable {
  /// The predictor's learning rate over the encoder's.
  public var predictorLearningRateMultiplier: Double
  /// Whether the predictor's learning rate follows the schedule (true), or stays at its base value from the first step
  /// to the last (false), as `--fix-pred-lr` in facebookresearch/simsiam.
  public var predictorCosine: Bool
  /// Whether W_p starts as the identity, so that the first steps pull the two views together before the predictor has
  /// learned anything, rather than with PyTorch's random default.
  public var predictorStartsAsIdentity: Bool

  public init(
    predictorLearningRateMultiplier: Double = 1, predictorCosine: Bool = true, predictorStartsAsIdentity: Bool = false
  ) {
    self.predictorLearningRateMultiplier = predictorLearningRateMultiplier
    self.predictorCosine = predictorCosine
    self.predictorStartsAsIdentity = predictorStartsAsIdentity
  }
}

/// The update rule, with PyTorch's semantics: weight decay acts on all parameters.
public enum OptimiserConfiguration: Codable, Sendable, Equatable {
  case sgd(momentum: Double, weightDecay: Double)
  case adamW(beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double)

  /// PyTorch's defaults for all but the weight decay.
  public static func adamW(weightDecay: Double) -> OptimiserConfiguration {
    .adamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: weightDecay)
  }
}

/// All that determines a training but the images.
public struct TrainingConfiguration: Codable, Sendable, Equatable {
  public var encoder: EncoderConfiguration
  public var method: Method
  public var optimiser: OptimiserConfiguration
  /// The highest learning rate, as it is used: nothing is multiplied by the batch size.
  public var learningRate: Double
  /// Epochs of linear warm-up before the cosine; may be a fraction.
  public var warmupEpochs: Double
  public var epochs: Int
  /// Pairs of views a step; the last, incomplete batch of an epoch is dropped.
  public var batchSize: Int
  /// Epochs at whose end the encoder is recorded. 0, the initial weights, is recorded whether it is listed or not.
  public var recordedEpochs: [Int]
  public var seed: UInt64

  public init(
    encoder: EncoderConfiguration, method: Method, optimiser: OptimiserConfiguration, learningRate: Double,
    warmupEpochs: Double, epochs: Int, batchSize: Int, recordedEpochs: [Int], seed: UInt64
  ) {
    self.encoder = encoder
    self.method = method
    self.optimiser = optimiser
    self.learningRate = learningRate
    self.warmupEpochs = warmupEpochs
    self.epochs = epochs
    self.batchSize = batchSize
    self.recordedEpochs = recordedEpochs
    self.seed = seed
  }

  /// The epochs that are recorded, ascending, each once, 0 among them.
  public var recordingEpochs: [Int] { Set(recordedEpochs + [0]).filter { (0...max(0, epochs)).contains($0) }.sorted() }
}
