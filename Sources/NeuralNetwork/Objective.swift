import Numerics

/// A loss on the outputs of two views.
protocol Objective {
  /// Sets its parameters, where it has any, to their initial values.
  func initialise(_ stream: inout RandomStream)

  /// The loss, and its gradient with respect to the outputs.
  ///
  /// - Parameters:
  ///   - outputs: 2B × d, the first view's B rows before the second's.
  ///   - gradient: as `outputs`; written over.
  func evaluate(_ outputs: FloatBuffer, gradient: FloatBuffer, _ pass: Pass) -> Double
}

extension Method {
  /// The objective, its parameters (SimSiam's predictor) declared in `store`.
  func objective(dimension: Int, store: ParameterStore) -> any Objective {
    switch self {
    case .barlowTwins(let configuration): BarlowTwinsObjective(configuration, dimension: dimension)
    case .simSiam(let configuration): SimSiamObjective(configuration, dimension: dimension, store: store)
    }
  }
}
