import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How far the outputs of a batch are from having collapsed to a point or to few dimensions.
public struct CollapseMeasure: Codable, Sendable, Equatable {
  /// √d times the standard deviation of the L2-normalised outputs, averaged over the dimensions: 1 where they are
  /// spread over the sphere, 0 where they are all the same. Chen, He: SimSiam (CVPR 2021), Figure 2.
  public let spread: Double
  /// exp of the entropy of the normalised eigenvalues of E[ẑ ẑᵀ], ẑ = z/‖z‖, not centred: from 1, rank one, to d.
  /// Roy, Vetterli: The effective rank (EUSIPCO 2007).
  public let effectiveRank: Double

  public init(spread: Double, effectiveRank: Double) {
    self.spread = spread
    self.effectiveRank = effectiveRank
  }

  /// The measure of `outputs`, one sample a row.
  ///
  /// - Throws: `SymmetricEigen.Failure` where the outputs are not finite.
  public init(outputs: Matrix) throws(SymmetricEigen.Failure) {
    let (rows, columns) = (outputs.rows, outputs.columns)
    var unit = DoubleMatrix(outputs)
    for row in 0..<rows {
      var square = 0.0
      for column in 0..<columns { square += unit[row, column] * unit[row, column] }
      let factor = 1 / max(square.squareRoot(), 1e-12)
      for column in 0..<columns { unit[row, column] *= factor }
    }
    var deviations = 0.0
    for column in 0..<columns {
      var (sum, squares) = (0.0, 0.0)
      for row in 0..<rows { sum += unit[row, column] }
      let mean = sum / Double(rows)
      for row in 0..<rows { squares += (unit[row, column] - mean) * (unit[row, column] - mean) }
      deviations += (squares / Double(rows)).squareRoot()
    }
    spread = deviations / Double(columns).squareRoot()
    // The smaller of the two Gram matrices: both have the same eigenvalues but for zeros.
    let gram =
      rows < columns
      ? unit.multiplied(by: unit, transposingOther: true) : unit.multiplied(by: unit, transposingSelf: true)
    let values = try SymmetricEigen(gram, wantsVectors: false).values
    let total = values.reduce(0) { $0 + max(0, $1) }
    var entropy = 0.0
    for value in values where value > 0 { entropy -= value / total * log(value / total) }
    effectiveRank = exp(entropy)
  }
}
