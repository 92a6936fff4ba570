import Numerics

/// How far the predictor W_p and Λ share their eigenspaces, which §4.2 takes from Tian et al. (2021) and needs for
/// Eq. 18 and 19.
public struct EigenspaceAlignment: Sendable, Equatable {
  /// Σᵢ(uᵢᵀW_puᵢ)²/‖W_p‖²_F over the eigenvectors uᵢ of Λ: 1 where Λ_p = UᵀW_pU is diagonal.
  public let diagonalShare: Double
  /// What `diagonalShare` is on average in a basis of random directions: nothing is aligned there.
  public let randomShare: Double
  /// ‖W_pΛ − ΛW_p‖_F/(2‖W_p‖_F‖Λ‖_F): 0 where they commute.
  public let commutator: Double
  /// ‖W_p − W_pᵀ‖²_F/(4‖W_p‖²_F): 0 where W_p is symmetric, which a diagonal Λ_p makes it.
  public let asymmetry: Double
  /// λᵢ, largest first.
  public let eigenvalues: [Double]
  /// λ_pᵢ = uᵢᵀW_puᵢ, in the order of `eigenvalues`.
  public let predictorEigenvalues: [Double]

  /// - Parameters:
  ///   - predictor: W_p, `d × d`.
  ///   - moment: Λ, `d × d`, in any scale.
  /// - Throws: `FeatureError` where sizes differ, or one of the two holds NaN or is zero.
  public init(predictor: DoubleMatrix, moment: DoubleMatrix) throws(FeatureError) {
    let d = moment.rows
    guard predictor.rows == d, predictor.columns == d, moment.columns == d else {
      throw .mismatch(what: "columns of the predictor", found: predictor.columns, expected: d)
    }
    guard moment.values.allSatisfy(\.isFinite), predictor.values.allSatisfy(\.isFinite) else {
      throw .noSpectrum("it or the predictor holds NaN or infinities")
    }
    let squaredNorm = predictor.values.reduce(0) { $0 + $1 * $1 }
    let momentNorm = moment.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard squaredNorm > 0, momentNorm > 0 else { throw .noSpectrum("it or the predictor is zero") }
    let (values, vectors) = try Self.decompose(moment)
    // Row i of `vectors` is uᵢ, so Λ_p = U W_p Uᵀ in these terms.
    let rotated = vectors.multiplied(by: predictor).multiplied(by: vectors, transposingOther: true)
    predictorEigenvalues = (0..<d).map { rotated[d - 1 - $0, d - 1 - $0] }
    eigenvalues = values.reversed()
    diagonalShare = predictorEigenvalues.reduce(0) { $0 + $1 * $1 } / squaredNorm

    let symmetric = (0..<d * d).reduce(0.0) { sum, index in
      let mean = (predictor.values[index] + predictor[index % d, index / d]) / 2
      return sum + mean * mean
    }
    asymmetry = max(0, 1 - symmetric / squaredNorm)
    let trace = (0..<d).reduce(0) { $0 + predictor[$1, $1] }
    // E(uᵀWu)² = (tr² + 2‖W_sym‖²)/(d(d + 2)) for u uniform on the sphere.
    randomShare = (trace * trace + 2 * symmetric) / (Double(d + 2) * squaredNorm)
    let (left, right) = (predictor.multiplied(by: moment), moment.multiplied(by: predictor))
    let difference = zip(left.values, right.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    commutator = difference.squareRoot() / (2 * squaredNorm.squareRoot() * momentNorm)
  }

  private static func decompose(
    _ moment: DoubleMatrix
  ) throws(FeatureError) -> (values: [Double], vectors: DoubleMatrix) {
    do {
      let eigen = try SymmetricEigen(moment)
      return (eigen.values, eigen.vectors)
    } catch {
      throw .noSpectrum(error.description)
    }
  }
}
