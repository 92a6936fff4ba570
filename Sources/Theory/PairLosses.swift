import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The losses of §3 on the two views of a batch, in double precision: what they are, not how they are trained.
public enum PairLoss {
  /// L_InfoNCE (Eq. 1): the mean over samples a of −log[e^{f_a·f′_a/τ}/(e^{f_a·f′_a/τ} + Σ_{b≠a}(e^{f_a·f_b/τ} + e^{f_a·f′_b/τ}))].
  ///
  /// The negatives of sample a are both views of all others, as SimCLR has them. Eq. 1 prints a comma where the product of
  /// the two features stands, and has no temperature: τ = 1.
  ///
  /// - Parameters:
  ///   - first, second: `n × d`: row a of both are views of sample a.
  /// - Throws: `FeatureError` where sizes differ or there are fewer than two samples.
  public static func infoNCE(
    _ first: DoubleMatrix, _ second: DoubleMatrix, temperature: Double = 1
  ) throws(FeatureError) -> Double {
    try requirePairs(first, second)
    guard first.rows > 1 else { throw .tooFewRows(found: first.rows, needed: 2) }
    let own = first.multiplied(by: first, transposingOther: true)
    let other = first.multiplied(by: second, transposingOther: true)
    let count = first.rows
    var total = 0.0
    for a in 0..<count {
      var exponents = [other.values[a * count + a] / temperature]
      for b in 0..<count where b != a {
        exponents.append(own.values[a * count + b] / temperature)
        exponents.append(other.values[a * count + b] / temperature)
      }
      let largest = exponents.max() ?? 0
      total += largest + log(exponents.reduce(0) { $0 + exp($1 - largest) }) - exponents[0]
    }
    return total / Double(count)
  }

  /// L_SimSiam = −E sim(W_p z₁, z₂) (Eq. 3, 14 and 15) with the linear predictor of §4.2.
  ///
  /// - Parameters:
  ///   - first, second: `n × d`: z₁ and z₂ of each sample.
  ///   - predictor: W_p, `d × d`.
  /// - Throws: `FeatureError` where sizes differ, or a z₂ or W_p z₁ is zero and has no direction.
  public static func simSiam(
    _ first: DoubleMatrix, _ second: DoubleMatrix, predictor: DoubleMatrix
  ) throws(FeatureError) -> Double {
    try requirePairs(first, second)
    guard predictor.rows == first.columns, predictor.columns == first.columns else {
      throw .mismatch(what: "columns of the predictor", found: predictor.columns, expected: first.columns)
    }
    var total = 0.0
    for row in 0..<first.rows {
      guard
        let pair = PredictedPair(
          representation: Array(first.row(row)), target: Array(second.row(row)), predictor: predictor)
      else { throw .zero(row: row, count: 1, rows: first.rows) }
      total -= pair.similarity
    }
    return total / Double(first.rows)
  }

  private static func requirePairs(_ first: DoubleMatrix, _ second: DoubleMatrix) throws(FeatureError) {
    guard first.rows == second.rows else {
      throw .mismatch(what: "second views", found: second.rows, expected: first.rows)
    }
    guard first.columns == second.columns else {
      throw .mismatch(what: "dimensions of the second views", found: second.columns, expected: first.columns)
    }
    guard first.rows > 0 else { throw .tooFewRows(found: 0, needed: 1) }
  }
}
