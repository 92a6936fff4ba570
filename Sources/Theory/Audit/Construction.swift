/// A finite world in which every quantity of §3 and §4.1 is exact: samples with their classes, their probabilities and
/// their views, all views of a sample equally likely, f(x̂) of each given as a point with ‖f‖² = d.
///
/// Constructions are what the theorems are tried on: written down, drawn at random, or searched for.
public struct Construction: Sendable, Equatable, Codable {
  /// How the two views x̂₁, x̂₂ of a sample come about.
  public enum Coupling: String, Sendable, Codable {
    /// Two independent draws, which may be the same view.
    case independent
    /// Two different views in either order; a sample with one view has it twice.
    case distinct
  }

  public struct Sample: Sendable, Equatable, Codable {
    /// The latent class, 0..<K.
    public var label: Int
    public var probability: Double
    /// f(x̂) of each view.
    public var views: [[Double]]

    public init(label: Int, probability: Double, views: [[Double]]) {
      self.label = label
      self.probability = probability
      self.views = views
    }
  }

  public let dimension: Int
  public let classCount: Int
  public let coupling: Coupling
  public let samples: [Sample]

  /// Views are scaled onto the sphere ‖f‖² = d and probabilities to the sum 1.
  ///
  /// - Precondition: there is a sample, labels lie in 0..<`classCount`, views have `dimension` values and are not zero,
  ///   probabilities are not negative and not all zero.
  public init(dimension: Int, classCount: Int, coupling: Coupling = .independent, samples: [Sample]) {
    let total = samples.reduce(0) { $0 + $1.probability }
    precondition(total > 0 && total.isFinite, "probabilities that add up to something")
    let radius = Double(dimension).squareRoot()
    self.dimension = dimension
    self.classCount = classCount
    self.coupling = coupling
    self.samples = samples.map { sample in
      precondition((0..<classCount).contains(sample.label) && sample.probability >= 0, "labels that are classes")
      return Sample(
        label: sample.label, probability: sample.probability / total,
        views: sample.views.map { view in
          precondition(view.count == dimension, "views of \(dimension) values")
          guard let (direction, _) = unit(view) else { preconditionFailure("a view with a direction") }
          return direction.map { radius * $0 }
        })
    }
  }

  /// How large it is as a counterexample: by dimension, then classes, then views.
  public var size: [Int] { [dimension, classCount, samples.reduce(0) { $0 + $1.views.count }] }
}
