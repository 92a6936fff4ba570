/// The local dynamics of SimSiam, direction by direction (Eq. 18 and 19, with ε and weight decay Eq. 48 and 49): how λᵢ, the
/// eigenvalues of Λ = E[z̃z̃ᵀ], and λ_pᵢ, those of the predictor in the same basis, move under gradient flow.
///
/// λ̃_pᵢ = (‖z‖/‖p‖)λ_pᵢ throughout. Λ is that of unit vectors, so Σλᵢ = 1 (§4.2); the Λ of §4.1 is d times it.
public struct LocalDynamics: Sendable, Equatable {
  /// What c and ‖p‖ are, which the paper calls constants.
  public enum Closure: Sendable, Equatable, Codable {
    /// As in the text: c and ‖p‖ stay what they are.
    case fixed(c: Double, predictionNorm: Double)
    /// What they are for the given eigenvalues: ‖p‖² = ‖z‖²Σλ_pᵢ²λᵢ, so that p̃ has length one, and
    /// c = E z̃₂ᵀp̃₁ = Σλ̃_pᵢ(1 + eᵢ)λᵢ. Only so is Σλ conserved (errata E15).
    case consistent
  }

  /// What weight decay does to Λ.
  public enum Decay: Sendable, Equatable, Codable {
    /// −2r₂ηλᵢ, as Eq. 49, 55 and 57 have it.
    case printed
    /// Nothing: it shortens z and leaves z̃ alone, as Eq. 52 says (errata E18). ‖z‖ shrinks.
    case radial
  }

  /// r₁ and r₂: learning rates of W_p and z.
  public var predictorRate: Double
  public var representationRate: Double
  public var closure: Closure
  /// eᵢ = εᵢ/λᵢ, which Appendix E.2 holds to be small; one for each direction, or empty for none.
  public var relativeNoise: [Double]
  /// η.
  public var weightDecay: Double
  public var decay: Decay

  public init(
    predictorRate: Double = 1, representationRate: Double = 1, closure: Closure = .consistent,
    relativeNoise: [Double] = [], weightDecay: Double = 0, decay: Decay = .radial
  ) {
    self.predictorRate = predictorRate
    self.representationRate = representationRate
    self.closure = closure
    self.relativeNoise = relativeNoise
    self.weightDecay = weightDecay
    self.decay = decay
  }

  /// λᵢ, λ_pᵢ and ‖z‖ at one time.
  public struct State: Sendable, Equatable, Codable {
    public var eigenvalues: [Double]
    public var predictor: [Double]
    public var norm: Double

    /// - Precondition: one λ_p for each λ.
    public init(eigenvalues: [Double], predictor: [Double], norm: Double = 1) {
      precondition(eigenvalues.count == predictor.count, "one λ_p for each λ")
      self.eigenvalues = eigenvalues
      self.predictor = predictor
      self.norm = norm
    }

    /// Σλᵢ, which is 1 for unit vectors.
    public var trace: Double { eigenvalues.reduce(0, +) }
  }

  /// c and ‖p‖ in `state`.
  public func closure(_ state: State) -> (c: Double, predictionNorm: Double) {
    switch closure {
    case .fixed(let c, let norm): return (c, norm)
    case .consistent:
      let squares = zip(state.eigenvalues, state.predictor).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
      let norm = state.norm * squares.squareRoot()
      let c = state.eigenvalues.indices.reduce(0) { sum, index in
        sum + state.norm / norm * state.predictor[index] * (1 + noise(index)) * state.eigenvalues[index]
      }
      return (c, norm)
    }
  }

  /// λ̃_pᵢ in `state`.
  public func scaledPredictor(_ state: State) -> [Double] {
    let norm = closure(state).predictionNorm
    return state.predictor.map { state.norm / norm * $0 }
  }

  private func noise(_ index: Int) -> Double { relativeNoise.isEmpty ? 0 : relativeNoise[index] }

  /// d/dt of `state`: Eq. 18 and 19; with weight decay Eq. 48 and 49, the latter with the 2 that its first line lacks and
  /// λ̃_p where its second has λ_p (errata E17, E18).
  public func derivative(_ state: State) -> State {
    let (c, norm) = closure(state)
    let ratio = state.norm / norm
    var change = State(
      eigenvalues: state.eigenvalues, predictor: state.predictor,
      norm: decay == .radial ? -representationRate * weightDecay * state.norm : 0)
    for index in state.eigenvalues.indices {
      let (value, predictor) = (state.eigenvalues[index], state.predictor[index])
      let bracket = (1 - c * ratio * predictor + noise(index)) * value
      change.predictor[index] = predictorRate * (ratio * bracket - weightDecay * predictor)
      change.eigenvalues[index] = 2 * representationRate * predictor / (state.norm * norm) * bracket
      if decay == .printed { change.eigenvalues[index] -= 2 * representationRate * weightDecay * value }
    }
    return change
  }

  /// States at each of `times`, which ascend from 0.
  ///
  /// - Throws: `RungeKutta.Failure` where the solution cannot be followed, as when ‖p‖ becomes zero.
  public func trajectory(
    from start: State, at times: [Double], integrator: RungeKutta = RungeKutta()
  ) throws(RungeKutta.Failure) -> [State] {
    let count = start.eigenvalues.count
    func unpack(_ y: [Double]) -> State {
      State(eigenvalues: Array(y[..<count]), predictor: Array(y[count..<2 * count]), norm: y[2 * count])
    }
    let packed = start.eigenvalues + start.predictor + [start.norm]
    return try integrator.solve(from: packed, at: times) { y in
      let change = derivative(unpack(y))
      return change.eigenvalues + change.predictor + [change.norm]
    }.map(unpack)
  }

  /// λᵢ − (r₂/(r₁‖z‖²))λ_pᵢ², which never changes without weight decay, whatever c, ‖p‖ and ε do: Eq. 18 and 19 hold the same
  /// bracket. By it unequal eigenvalues stay unequal.
  public func invariants(_ state: State) -> [Double] {
    let factor = representationRate / (predictorRate * state.norm * state.norm)
    return zip(state.eigenvalues, state.predictor).map { $0 - factor * $1 * $1 }
  }
}
