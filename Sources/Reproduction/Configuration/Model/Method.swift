extension Configuration {
  /// A method of non-contrastive learning: a loss and the heads that go with it.
  public struct Method: Sendable, Equatable, Codable {
    /// The key in `pipeline.json`; part of node and file names.
    public let name: String
    /// The name in tables and figures.
    public let title: String
    public let settings: Settings

    /// What determines the training of a method, beside its recipe.
    public struct Settings: Sendable, Equatable, Codable {
      public let loss: Loss
      /// From the backbone's features to the output f(x) of d dimensions.
      public let projector: Projector
      /// Whether f(x) ends in a batch normalisation without affine part. The paper's text has none; the last layer
      /// of facebookresearch/simsiam's projector is one, and it slows collapse.
      public let outputNormalisation: Bool
    }

    public enum Loss: Sendable, Equatable, Codable {
      /// Equation 2: `lambda` weighs the off-diagonal terms of the cross-correlation matrix.
      /// Source: λ = .005 in IgorSusmelj/barlowtwins.
      case barlowTwins(lambda: Double, scale: LossScale)
      /// Equation 3 with a linear predictor W_p, both views taking both parts.
      case simSiam(Predictor)
    }

    /// A factor before the Barlow Twins loss.
    public enum LossScale: Sendable, Equatable, Codable {
      /// 1, as published. The gradient then grows with d.
      case none
      /// 1/d: the control that takes the sum over dimensions out of the gradient's size.
      case perDimension
      /// A fixed factor, such as solo-learn's .1.
      case factor(Double)
    }

    /// How SimSiam's predictor W_p is trained.
    public struct Predictor: Sendable, Equatable, Codable {
      /// The predictor's learning rate over the encoder's. 1 as published; 10 holds off collapse in small runs.
      public let learningRateMultiplier: Double
      /// Whether that rate decays. `constant` is `--fix-pred-lr` of facebookresearch/simsiam.
      public let schedule: Schedule
      /// What W_p starts as. `random` is PyTorch's default, as published; from the identity small runs learn sooner.
      public let initialisation: Initialisation
    }

    public enum Initialisation: String, Sendable, Equatable, Codable, CaseIterable {
      case random
      case identity
    }

    public enum Schedule: String, Sendable, Equatable, Codable, CaseIterable {
      case cosine
      case constant
    }

    public enum Projector: Sendable, Equatable, Codable {
      /// f = W h without bias: the simple reading of the paper.
      case linear
      /// `layers` linear layers, all but the last followed by batch normalisation and ReLU and of width `hidden`.
      /// Source: 3 layers of 2048 in IgorSusmelj/barlowtwins.
      case mlp(hidden: Int, layers: Int)
    }
  }
}

extension Configuration.Method {
  /// The losses by their names in the file.
  enum LossKind: String, CaseIterable {
    case barlowTwins = "barlow-twins"
    case simSiam = "simsiam"
  }

  static func read(_ name: String, _: SourceLocation, _ value: ConfigurationValue) -> Configuration.Method? {
    value.object("a method") { object in
      let title = object.text("title")
      let kind = object.choice("loss", of: LossKind.self)
      // Without the loss there is no telling which of the other keys belong.
      let settings = Settings.read(object, kind ?? .barlowTwins, base: nil, strict: kind != nil)
      guard let title, kind != nil, let settings else { return nil }
      return Self(name: name, title: title, settings: settings)
    }
  }
}

extension Configuration.Method.Settings {
  typealias Method = Configuration.Method

  var kind: Method.LossKind {
    switch loss {
    case .barlowTwins: .barlowTwins
    case .simSiam: .simSiam
    }
  }

  /// Reads the settings out of a method, or out of a recipe that overrides some of them.
  ///
  /// - Parameters:
  ///   - base: what a key that is not given falls back to; `nil` for the defaults.
  ///   - strict: whether to refuse the keys of the other loss.
  static func read(
    _ object: ConfigurationObject, _ kind: Method.LossKind, base: Self?, strict: Bool = true
  ) -> Self? {
    if strict { refuseKeysOfOtherLoss(object, kind) }
    let projector = object.read("projector", base?.projector ?? .linear, Method.Projector.read)
    let normalises = object.boolean("outputNormalisation", default: base?.outputNormalisation ?? false)
    let loss =
      switch kind {
      case .barlowTwins: barlowTwins(object, base)
      case .simSiam: simSiam(object, base)
      }
    guard let projector, let normalises, let loss else { return nil }
    return Self(loss: loss, projector: projector, outputNormalisation: normalises)
  }

  private static func barlowTwins(_ object: ConfigurationObject, _ base: Self?) -> Method.Loss? {
    var fallback = (lambda: 0.005, scale: Method.LossScale.none)
    if case .barlowTwins(let lambda, let scale)? = base?.loss { fallback = (lambda, scale) }
    let lambda = object.number("lambda", .from(0, to: 100), default: fallback.lambda)
    let scale = object.read("scale", fallback.scale, Method.LossScale.read)
    guard let lambda, let scale else { return nil }
    return .barlowTwins(lambda: lambda, scale: scale)
  }

  private static func simSiam(_ object: ConfigurationObject, _ base: Self?) -> Method.Loss? {
    var fallback = Method.Predictor(learningRateMultiplier: 1, schedule: .cosine, initialisation: .random)
    if case .simSiam(let predictor)? = base?.loss { fallback = predictor }
    let multiplier = object.number(
      "predictorLearningRateMultiplier", .above(0, to: 1000), default: fallback.learningRateMultiplier)
    let schedule = object.choice("predictorSchedule", of: Method.Schedule.self, default: fallback.schedule)
    let initialisation = object.choice(
      "predictorInitialisation", of: Method.Initialisation.self, default: fallback.initialisation)
    guard let multiplier, let schedule, let initialisation else { return nil }
    return .simSiam(
      Method.Predictor(learningRateMultiplier: multiplier, schedule: schedule, initialisation: initialisation))
  }

  private static func refuseKeysOfOtherLoss(_ object: ConfigurationObject, _ kind: Method.LossKind) {
    switch kind {
    case .barlowTwins:
      object.refuse(
        ["predictorLearningRateMultiplier", "predictorSchedule", "predictorInitialisation"],
        because: "belongs to the loss 'simsiam', and the loss here is 'barlow-twins'; remove it")
    case .simSiam:
      object.refuse(
        ["lambda", "scale"], because: "belongs to the loss 'barlow-twins', and the loss here is 'simsiam'; remove it")
    }
  }
}

extension Configuration.Method.LossScale {
  static func read(_ value: ConfigurationValue) -> Self? {
    if case .number = value.node.value { return value.number(.above(0, to: 1000)).map(Self.factor) }
    switch value.node.value {
    case .string("none"): return Self.none
    case .string("per-dimension"): return .perDimension
    default:
      value.refuse("\"none\", \"per-dimension\" or a number above 0, up to 1000")
      return nil
    }
  }
}

extension Configuration.Method.Projector {
  enum Kind: String, CaseIterable {
    case linear
    case mlp
  }

  static func read(_ value: ConfigurationValue) -> Self? {
    value.object("a projector") { object in
      guard let kind = object.choice("kind", of: Kind.self) else {
        _ = (object.ifPresent("hidden"), object.ifPresent("layers"))
        return nil
      }
      guard kind == .mlp else {
        object.refuse(["hidden", "layers"], because: "belongs to a projector of kind 'mlp', and this one is linear")
        return .linear
      }
      let hidden = object.integer("hidden", 1...65_536, default: 2048)
      let layers = object.integer("layers", 2...10, default: 3)
      guard let hidden, let layers else { return nil }
      return .mlp(hidden: hidden, layers: layers)
    }
  }
}
