extension Configuration {
  /// How hard the theory is tried: nothing here touches a trained encoder.
  public struct Theory: Sendable, Equatable, Codable {
    /// Random constructions that every statement is tried on.
    public var constructions = 4000
    /// Searches against each statement in each family of constructions, and the steps of one.
    public var searchStarts = 6
    public var searchSteps = 300
    /// Optimised attempts to break Theorem 1.
    public var separationAttempts = 100_000
    /// K of the study in which Eq. 6 holds by construction.
    public var classCounts = [5, 10, 20, 50, 100]
    /// Samples that each of its trainings draws from, and its steps.
    public var studySamples = 2000
    public var trainingSteps = 200
    /// One training of the study for each.
    public var seeds = [0]
    /// Random starts from which Theorem 4's dynamics are followed.
    public var dynamicsStarts = 40
    /// Steps of the descents of Figure 2.
    public var descentSteps = 4000
  }
}

extension Configuration.Theory {
  static func read(_ value: ConfigurationValue) -> Self? {
    let fallback = Self()
    return value.object("the theory's checks") { object in
      let constructions = object.integer("constructions", 1...1_000_000, default: fallback.constructions)
      let starts = object.integer("searchStarts", 1...1000, default: fallback.searchStarts)
      let steps = object.integer("searchSteps", 1...1_000_000, default: fallback.searchSteps)
      let attempts = object.integer("separationAttempts", 1...100_000_000, default: fallback.separationAttempts)
      let classCounts = object.read("classCounts", fallback.classCounts) {
        $0.distinctIntegers(of: "numbers of classes", 2...1000)
      }
      let samples = object.integer("studySamples", 256...1_000_000, default: fallback.studySamples)
      let training = object.integer("trainingSteps", 1...1_000_000, default: fallback.trainingSteps)
      let seeds = object.read("seeds", fallback.seeds) { $0.distinctIntegers(of: "whole numbers", 0...4_294_967_295) }
      let dynamicsStarts = object.integer("dynamicsStarts", 1...100_000, default: fallback.dynamicsStarts)
      let descent = object.integer("descentSteps", 1...1_000_000, default: fallback.descentSteps)
      guard let constructions, let starts, let steps, let attempts, let classCounts, let samples, let training,
        let seeds, let dynamicsStarts, let descent
      else { return nil }
      return Self(
        constructions: constructions, searchStarts: starts, searchSteps: steps, separationAttempts: attempts,
        classCounts: classCounts, studySamples: samples, trainingSteps: training, seeds: seeds,
        dynamicsStarts: dynamicsStarts, descentSteps: descent)
    }
  }
}
