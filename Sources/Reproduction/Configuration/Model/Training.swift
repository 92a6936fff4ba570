extension Configuration {
  /// A training recipe: how long, in which steps, with which optimiser. The learning rate always decays along a
  /// cosine to zero at the end of the last epoch, after a linear warm-up.
  public struct Training: Sendable, Equatable, Codable {
    /// Passes over the training images. Source: 800 (Barlow Twins) and 600 (SimSiam), section 5.
    public let epochs: Int
    /// Epochs between two checkpoints. Source: 10, Figure 4.
    public let recordEvery: Int
    /// The last epoch that Figure 4's line leaves out of its fit. Source: 50 and 150, Figure 4.
    public let fitAfterEpoch: Int
    /// Images a step; each gives two views. An incomplete last batch is dropped. Source: 512.
    public let batchSize: Int
    /// Epochs over which the learning rate rises linearly from zero. Source: 0.
    public let warmUpEpochs: Int
    public let optimiser: Optimiser

    public enum Optimiser: Sendable, Equatable, Codable {
      /// Stochastic gradient descent. The learning rate is the peak of the schedule, not scaled by the batch.
      /// Source: 1e-3 (barlowtwins), 6e-2 (simsiam-cifar10); momentum .9, decay 5e-4.
      case sgd(learningRate: Double, momentum: Double, weightDecay: Double)
      /// Adam with decoupled weight decay.
      case adamW(learningRate: Double, weightDecay: Double, beta1: Double, beta2: Double)
    }

    /// The epochs after which a checkpoint is written: each multiple of ``recordEvery``, and the last. The
    /// untrained encoder, epoch 0, is not among them.
    public var recordedEpochs: [Int] {
      let regular = Array(stride(from: recordEvery, through: epochs, by: recordEvery))
      return regular.last == epochs ? regular : regular + [epochs]
    }
  }
}

extension Configuration.Training {
  /// Reads the keys of a recipe out of an object that has others beside them.
  static func read(_ object: ConfigurationObject) -> Self? {
    let epochs = object.integer("epochs", 1...100_000)
    let recordEvery = object.integer("recordEvery", 1...100_000, default: 1)
    let fitAfterEpoch = object.integer("fitAfterEpoch", 0...100_000, default: 0)
    let batchSize = object.integer("batchSize", 2...65_536)
    let warmUpEpochs = object.integer("warmUpEpochs", 0...100_000, default: 0)
    let optimiser = object.read("optimiser", Optimiser.read)
    if let epochs {
      for (key, value) in [("recordEvery", recordEvery), ("warmUpEpochs", warmUpEpochs)] {
        if let value, value > epochs {
          object.reportInconsistency(
            at: key, "'\(object.value.path).\(key)' is \(value), more than the \(epochs) epochs of the training")
        }
      }
      if let fitAfterEpoch, fitAfterEpoch >= epochs {
        object.reportInconsistency(
          at: "fitAfterEpoch",
          "'\(object.value.path).fitAfterEpoch' is \(fitAfterEpoch), which leaves none of the \(epochs) epochs to fit")
      }
    }
    guard let epochs, let recordEvery, let fitAfterEpoch, let batchSize, let warmUpEpochs, let optimiser else {
      return nil
    }
    return Self(
      epochs: epochs, recordEvery: recordEvery, fitAfterEpoch: fitAfterEpoch, batchSize: batchSize,
      warmUpEpochs: warmUpEpochs, optimiser: optimiser)
  }
}

extension Configuration.Training.Optimiser {
  enum Kind: String, CaseIterable {
    case sgd
    case adamW = "adamw"
  }

  static func read(_ value: ConfigurationValue) -> Self? {
    value.object("an optimiser") { object in
      let kind = object.choice("kind", of: Kind.self)
      let learningRate = object.number("learningRate", .above(0, to: 100))
      let weightDecay = object.number("weightDecay", .from(0, to: 1), default: 0)
      guard kind == .adamW else {
        let momentum = object.number("momentum", .from(0, below: 1), default: 0.9)
        let foreign = ["beta1", "beta2"]
        if kind == .sgd {
          object.refuse(foreign, because: "belongs to an optimiser of kind 'adamw', and this one is 'sgd'; remove it")
        } else {
          for key in foreign { _ = object.ifPresent(key) }
        }
        guard kind != nil, let learningRate, let momentum, let weightDecay else { return nil }
        return .sgd(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay)
      }
      object.refuse(["momentum"], because: "belongs to an optimiser of kind 'sgd', and this one is 'adamw'; remove it")
      let beta1 = object.number("beta1", .from(0, below: 1), default: 0.9)
      let beta2 = object.number("beta2", .from(0, below: 1), default: 0.999)
      guard let learningRate, let weightDecay, let beta1, let beta2 else { return nil }
      return .adamW(learningRate: learningRate, weightDecay: weightDecay, beta1: beta1, beta2: beta2)
    }
  }
}
