extension Configuration {
  /// Trainings on one dataset: every method at every dimension.
  public struct Sweep: Sendable, Equatable, Codable {
    /// The dataset's name.
    public let dataset: String
    /// The augmentation policy's name.
    public let policy: String
    /// Images to train on: the first so many of the training split; `nil` for all.
    public let trainImages: Int?
    /// The output's dimensions, d. Source: 4 to 2048 in powers of two, Table 1.
    public let dimensions: [Int]
    /// The methods with their recipes (`"methods"`), in the order of the file.
    public let runs: [Run]

    /// A method as a sweep trains it.
    public struct Run: Sendable, Equatable, Codable {
      /// The method's name.
      public let method: String
      /// The method's settings, with what this recipe overrides.
      public let settings: Method.Settings
      public let training: Training
    }
  }
}

extension Configuration.Sweep {
  typealias Context = Configuration.Profile.Context

  static func read(_ value: ConfigurationValue, _ context: Context) -> Self? {
    value.object("a sweep") { object in
      let dataset = object.read("dataset") { $0.reference(to: "dataset", among: context.names.datasets) }
      let policy = object.read("policy") { $0.reference(to: "policy", among: context.names.policies) }
      let trainImages = object.ifPresent("trainImages").flatMap { $0.integer(2...1_000_000) }
      let dimensions = object.read("dimensions") { $0.distinctIntegers(of: "dimensions", 1...65_536) }
      checkChannels(object, context.dataset(dataset), context.policy(policy))
      if let trainImages, let known = context.dataset(dataset), trainImages > known.trainImages {
        object.reportInconsistency(
          at: "trainImages",
          "'\(value.path).trainImages' is \(trainImages), but the dataset '\(known.name)' has"
            + " \(known.trainImages) training images")
      }
      let available = trainImages ?? context.dataset(dataset)?.trainImages
      let runs = object.read("methods") { methods in
        methods.named("method") { Run.read($0, $1, $2, context, available: available) }
      }
      guard let dataset, let policy, let dimensions, let runs else { return nil }
      return Self(dataset: dataset, policy: policy, trainImages: trainImages, dimensions: dimensions, runs: runs)
    }
  }

  private static func checkChannels(
    _ object: ConfigurationObject, _ dataset: Configuration.Dataset?, _ policy: Configuration.Policy?
  ) {
    guard let dataset, let policy, dataset.channels != policy.channels else { return }
    func kind(_ channels: Int) -> String { channels == 1 ? "grey images, 1 channel" : "colour images, 3 channels" }
    object.reportInconsistency(
      at: "policy",
      "the policy '\(policy.name)' is for \(kind(policy.channels)), but '\(dataset.name)' has \(kind(dataset.channels))"
    )
  }
}

extension Configuration.Sweep.Run {
  /// - Parameter available: the images to train on, where they are known.
  static func read(
    _ name: String, _ nameLocation: SourceLocation, _ value: ConfigurationValue,
    _ context: Configuration.Profile.Context,
    available: Int?
  ) -> Self? {
    let isDefined = ConfigurationValue.check(
      name, isAmong: context.names.methods, "method", at: nameLocation, value.reader)
    return value.object("a training recipe") { object in
      let training = Configuration.Training.read(object)
      if let training, let available, training.batchSize > available {
        object.reportInconsistency(
          at: "batchSize",
          "'\(value.path).batchSize' is \(training.batchSize), more than the \(available) images to train on")
      }
      let method = context.method(name)
      // Where the method is not known, its keys cannot be told from mistakes: ask for those of both losses.
      let settings =
        method.map { Configuration.Method.Settings.read(object, $0.settings.kind, base: $0.settings) }
        ?? Configuration.Method.LossKind.allCases.map {
          Configuration.Method.Settings.read(object, $0, base: nil, strict: false)
        }.first ?? nil
      guard isDefined, method != nil, let training, let settings else { return nil }
      return Self(method: name, settings: settings, training: training)
    }
  }
}
