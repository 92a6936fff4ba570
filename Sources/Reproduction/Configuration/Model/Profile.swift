extension Configuration {
  /// A scale of the experiment: which cells, with how large an encoder, measured on how many images.
  public struct Profile: Sendable, Equatable, Codable {
    public let name: String
    /// What it is for and how long it takes, in a sentence.
    public let description: String
    public let encoder: Encoder
    /// One training for each. The paper has one.
    public let seeds: [Int]
    public let evaluation: Evaluation
    public let sweeps: [Sweep]
    /// How hard the theory is tried.
    public let theory: Theory

    /// A ResNet-18 in its CIFAR form: 3×3 stem of stride 1 and no max-pooling. Source: IgorSusmelj/barlowtwins.
    public struct Encoder: Sendable, Equatable, Codable {
      /// Channels of the first stage; the backbone's features h have 8 times as many. Source: 64.
      public let width: Int
      /// Height and width of the views that the encoder sees, in pixels. Source: 32.
      public let side: Int
    }
  }

  /// One training with its probe and bound.
  public struct Cell: Sendable, Equatable, Codable {
    public let dataset: String
    public let policy: String
    /// Images to train on: the first so many of the training split.
    public let trainImages: Int
    public let method: String
    /// The method's settings with the recipe's overrides.
    public let settings: Method.Settings
    public let training: Training
    /// The output's dimension, d.
    public let dimension: Int
    public let seed: Int
  }

  /// The cells of a profile: sweep by sweep, then by method, dimension and seed, in the order of the file.
  public func cells(of profile: Profile) -> [Cell] {
    profile.sweeps.flatMap { sweep in
      sweep.runs.flatMap { run in
        sweep.dimensions.flatMap { dimension in
          profile.seeds.map { seed in
            Cell(
              dataset: sweep.dataset, policy: sweep.policy,
              trainImages: sweep.trainImages ?? dataset(named: sweep.dataset)?.trainImages ?? 0,
              method: run.method, settings: run.settings, training: run.training, dimension: dimension, seed: seed)
          }
        }
      }
    }
  }
}

extension Configuration.Profile {
  /// What the rest of the file defines.
  struct Context {
    let datasets: [Configuration.Dataset]
    let policies: [Configuration.Policy]
    let methods: [Configuration.Method]
    let names: Configuration.DefinedNames

    func dataset(_ name: String?) -> Configuration.Dataset? { datasets.first { $0.name == name } }
    func policy(_ name: String?) -> Configuration.Policy? { policies.first { $0.name == name } }
    func method(_ name: String?) -> Configuration.Method? { methods.first { $0.name == name } }
  }

  static func read(_ name: String, _ value: ConfigurationValue, _ context: Context) -> Self? {
    value.object("a profile") { object in
      let description = object.text("description")
      let encoder = object.read("encoder", Encoder.read)
      let seeds = object.read("seeds") { $0.distinctIntegers(of: "whole numbers", 0...4_294_967_295) }
      let theory = object.read("theory", Configuration.Theory(), Configuration.Theory.read)
      let sweepsValue = object.required("sweeps")
      let sweeps = sweepsValue?.array(of: "sweeps") { Configuration.Sweep.read($0, context) }
      let evaluation = object.read("evaluation") { value in
        value.object("an evaluation") { object in
          let evaluation = Configuration.Evaluation.read(object)
          if let evaluation { check(evaluation, object, sweeps ?? [], context) }
          return evaluation
        }
      }
      if let sweeps, let sweepsValue { refuseRepeatedCells(sweeps, sweepsValue) }
      guard let description, let encoder, let seeds, let sweeps, let evaluation, let theory else { return nil }
      return Self(
        name: name, description: description, encoder: encoder, seeds: seeds, evaluation: evaluation, sweeps: sweeps,
        theory: theory)
    }
  }

  /// An evaluation serves all sweeps of its profile, so each of their datasets must have the images it asks for.
  private static func check(
    _ evaluation: Configuration.Evaluation, _ object: ConfigurationObject, _ sweeps: [Configuration.Sweep],
    _ context: Context
  ) {
    let needs: [(key: String, count: Int, has: KeyPath<Configuration.Dataset, Int>, split: String)] = [
      ("bankImages", evaluation.bankImages, \.trainImages, "training"),
      ("queryImages", evaluation.queryImages, \.testImages, "test"),
      ("boundImages", evaluation.boundImages, \.trainImages, "training"),
    ]
    for need in needs {
      let datasets = sweeps.compactMap { context.dataset($0.dataset) }
      if let short = datasets.first(where: { $0[keyPath: need.has] < need.count }) {
        object.reportInconsistency(
          at: need.key,
          "'\(object.value.path).\(need.key)' is \(need.count), but the dataset '\(short.name)' has"
            + " \(short[keyPath: need.has]) \(need.split) images")
      }
    }
  }

  /// Two sweeps may share a dataset, but not a cell: there would be two results for one place in the table.
  private static func refuseRepeatedCells(_ sweeps: [Configuration.Sweep], _ value: ConfigurationValue) {
    var seen: Set<String> = []
    for sweep in sweeps {
      for run in sweep.runs {
        for dimension in sweep.dimensions
        where !seen.insert("\(sweep.dataset)/\(run.method)/d\(dimension)").inserted {
          value.reportInconsistency(
            "'\(value.path)' has two sweeps that train '\(run.method)' on '\(sweep.dataset)'"
              + " at d = \(dimension); remove it from one of them")
        }
      }
    }
  }
}

extension Configuration.Profile.Encoder {
  static func read(_ value: ConfigurationValue) -> Self? {
    value.object("an encoder") { object in
      let width = object.integer("width", 1...1024)
      let side = object.integer("side", 8...256)
      guard let width, let side else { return nil }
      return Self(width: width, side: side)
    }
  }
}
