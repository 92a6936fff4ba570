import Numerics

/// g(z₁, z₂) = sim(W_p z₁, z₂) of one pair (Eq. 15) and its derivatives (Eq. 30–37), in the coordinates that z is given in.
///
/// Eq. 36 and 37 are the same in the coordinates α = Uᵀz: W_p becomes Λ_p = UᵀW_pU.
public struct PredictedPair: Sendable, Equatable {
  /// ‖z₁‖ and ‖p₁‖ with p₁ = W_p z₁.
  public let representationNorm: Double
  public let predictionNorm: Double
  /// z̃₁, z̃₂ and p̃₁, of length one.
  public let representationDirection: [Double]
  public let targetDirection: [Double]
  public let predictionDirection: [Double]
  private let predictor: DoubleMatrix

  /// Nil where z₁, z₂ or W_p z₁ is zero, so that there is no direction.
  ///
  /// - Parameters:
  ///   - representation: z₁, d values.
  ///   - target: z₂, d values, which the stop-gradient holds constant.
  ///   - predictor: W_p, `d × d`.
  /// - Precondition: the sizes agree.
  public init?(representation: [Double], target: [Double], predictor: DoubleMatrix) {
    let d = representation.count
    precondition(target.count == d && predictor.rows == d && predictor.columns == d, "vectors of one dimension")
    let prediction = (0..<d).map { row in
      zip(predictor.row(row), representation).reduce(0) { $0 + $1.0 * $1.1 }
    }
    guard let (z, zNorm) = unit(representation), let (t, _) = unit(target), let (p, pNorm) = unit(prediction) else {
      return nil
    }
    representationDirection = z
    representationNorm = zNorm
    targetDirection = t
    predictionDirection = p
    predictionNorm = pNorm
    self.predictor = predictor
  }

  /// g = z̃₂ᵀp̃₁ (Eq. 15).
  public var similarity: Double { dot(targetDirection, predictionDirection) }

  /// Δ = z̃₂ − (z̃₂ᵀp̃₁)p̃₁ (below Theorem 4): the part of z̃₂ at right angles to p̃₁.
  public var residual: [Double] {
    let g = similarity
    return zip(targetDirection, predictionDirection).map { $0 - g * $1 }
  }

  /// ∂g/∂p₁ = Δ/‖p₁‖ (Eq. 33).
  public var predictionGradient: [Double] { residual.map { $0 / predictionNorm } }

  /// ∂g/∂W_p = (‖z₁‖/‖p₁‖)·Δz̃₁ᵀ, `d × d`. The paper prints it as Eq. 34, with ∂g/∂z₁ on the left (errata E16); in the
  /// coordinates α it is what Eq. 36 averages.
  public var predictorGradient: DoubleMatrix {
    let (delta, z) = (residual, representationDirection)
    let factor = representationNorm / predictionNorm
    return DoubleMatrix(
      rows: delta.count, columns: z.count, values: delta.flatMap { entry in z.map { factor * entry * $0 } })
  }

  /// ∂g/∂z₁ = W_pᵀΔ/‖p₁‖, d values. The paper prints it as Eq. 35, with ∂g/∂W_p on the left and bars of a norm around W_pᵀ
  /// (errata E16); in the coordinates α it is Eq. 37. It is at right angles to z₁.
  public var representationGradient: [Double] {
    let delta = residual
    let d = delta.count
    return (0..<d).map { column in
      (0..<d).reduce(0) { $0 + predictor.values[$1 * d + column] * delta[$1] } / predictionNorm
    }
  }

  /// dz̃₁ for the step z₁ ← z₁ + r₂∂g/∂z₁, to first order: r₂(I − z̃₁z̃₁ᵀ)W_pᵀΔ/(‖z₁‖‖p₁‖) (Eq. 38). By Eq. 41 the
  /// projection takes nothing away.
  public func directionChange(rate: Double) -> [Double] {
    let gradient = representationGradient
    let radial = dot(gradient, representationDirection)
    return zip(gradient, representationDirection).map { rate * ($0 - radial * $1) / representationNorm }
  }
}
