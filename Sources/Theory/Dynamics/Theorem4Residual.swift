import Numerics

/// Theorem 4 on actual pairs of views: what E[Δz̃₁ᵀ] is, and what (I − cΛ̃_p)Λ + ε makes of it.
///
/// The first equality of the theorem, dΛ_p = r₁(‖z‖/‖p‖)E[Δz̃₁ᵀ], is a gradient and needs ‖z‖/‖p‖ to be the same for all
/// samples. The second needs c = z̃₂ᵀp̃₁ to be the same as well. Both are measured here.
public struct Theorem4Residual: Sendable, Equatable {
  /// ‖E[Δz̃₁ᵀ] − ((I − cΛ̃_p)Λ + ε)‖_F/‖E[Δz̃₁ᵀ]‖_F: how wrong the second equality is.
  public let relativeError: Double
  /// ‖E[(‖z‖/‖p‖)Δz̃₁ᵀ] − E[‖z‖/‖p‖]·E[Δz̃₁ᵀ]‖_F over the norm of the first: how wrong it is to take the factor out (Eq. 42).
  public let factorError: Double
  /// E[z̃₂ᵀp̃₁] and its standard deviation over pairs.
  public let c: Double
  public let deviationOfC: Double
  /// The standard deviation of ‖z‖/‖p‖ over its mean.
  public let variationOfRatio: Double
  /// ‖ε‖_F/‖Λ‖_F with ε = E[(z̃₂ − z̃₁)z̃₁ᵀ].
  public let relativeNoise: Double
  /// The pairs, without those that have no direction.
  public let count: Int

  /// - Parameters:
  ///   - first, second: `n × d`: z₁ and z₂ of each sample.
  ///   - predictor: W_p, `d × d`.
  /// - Throws: `FeatureError` where sizes differ or no pair has a direction.
  public init(_ first: DoubleMatrix, _ second: DoubleMatrix, predictor: DoubleMatrix) throws(FeatureError) {
    let d = first.columns
    guard first.rows == second.rows else {
      throw .mismatch(what: "second views", found: second.rows, expected: first.rows)
    }
    guard predictor.rows == d, predictor.columns == d, second.columns == d else {
      throw .mismatch(what: "columns of the predictor", found: predictor.columns, expected: d)
    }
    let pairs = DirectedPairs(first, second, predictor)
    guard pairs.count > 0 else { throw .tooFewRows(found: 0, needed: 1) }
    count = pairs.count
    let n = Double(count)
    let (meanC, meanRatio) = (pairs.cosines.reduce(0, +) / n, pairs.ratios.reduce(0, +) / n)
    c = meanC
    deviationOfC = (pairs.cosines.reduce(0) { $0 + ($1 - meanC) * ($1 - meanC) } / n).squareRoot()
    variationOfRatio =
      (pairs.ratios.reduce(0) { $0 + ($1 - meanRatio) * ($1 - meanRatio) } / n).squareRoot() / meanRatio

    let delta = pairs.residuals.multiplied(by: pairs.first, transposingSelf: true)
    var weighted = pairs.residuals
    for row in 0..<count {
      for column in 0..<d { weighted.values[row * d + column] *= pairs.ratios[row] }
    }
    let scaled = weighted.multiplied(by: pairs.first, transposingSelf: true)
    let moment = pairs.first.multiplied(by: pairs.first, transposingSelf: true)
    let cross = pairs.second.multiplied(by: pairs.first, transposingSelf: true)
    let predicted = predictor.multiplied(by: moment)
    func norm(_ value: (Int) -> Double) -> Double {
      (0..<d * d).reduce(0) { $0 + value($1) * value($1) }.squareRoot()
    }
    // (I − cΛ̃_p)Λ + ε with Λ + ε = E[z̃₂z̃₁ᵀ]
    let deltaNorm = norm { delta.values[$0] }
    let scaledNorm = norm { scaled.values[$0] }
    let error = norm { delta.values[$0] - (cross.values[$0] - meanC * meanRatio * predicted.values[$0]) }
    // Where E[Δz̃₁ᵀ] is zero, only zero agrees with it.
    relativeError = deltaNorm > 0 ? error / deltaNorm : error == 0 ? 0 : .infinity
    let factor = norm { scaled.values[$0] - meanRatio * delta.values[$0] }
    factorError = scaledNorm > 0 ? factor / scaledNorm : factor == 0 ? 0 : .infinity
    relativeNoise = norm { cross.values[$0] - moment.values[$0] } / norm { moment.values[$0] }
  }
}

/// z̃₁, z̃₂ and Δ of the pairs that have a direction, one a row.
private struct DirectedPairs {
  let first: DoubleMatrix
  let second: DoubleMatrix
  let residuals: DoubleMatrix
  let cosines: [Double]
  /// ‖z₁‖/‖p₁‖.
  let ratios: [Double]

  var count: Int { cosines.count }

  init(_ first: DoubleMatrix, _ second: DoubleMatrix, _ predictor: DoubleMatrix) {
    let d = first.columns
    let predictions = first.multiplied(by: predictor, transposingOther: true)
    var (z, target, residuals) = ([Double](), [Double](), [Double]())
    var (cosines, ratios) = ([Double](), [Double]())
    for row in 0..<first.rows {
      guard let (a, length) = unit(Array(first.row(row))), let (b, _) = unit(Array(second.row(row))),
        let (p, predictedLength) = unit(Array(predictions.row(row)))
      else { continue }
      let cosine = dot(b, p)
      z += a
      target += b
      residuals += zip(b, p).map { $0 - cosine * $1 }
      cosines.append(cosine)
      ratios.append(length / predictedLength)
    }
    self.first = DoubleMatrix(rows: cosines.count, columns: d, values: z)
    self.second = DoubleMatrix(rows: cosines.count, columns: d, values: target)
    self.residuals = DoubleMatrix(rows: cosines.count, columns: d, values: residuals)
    self.cosines = cosines
    self.ratios = ratios
  }
}
