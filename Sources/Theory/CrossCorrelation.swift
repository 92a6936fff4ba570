import Numerics

/// C = E[f(x̂₁)f(x̂₂)ᵀ], the `d × d` cross-correlation of two views of one sample (§3), and the losses on it.
public struct CrossCorrelation: Sendable, Equatable {
  /// C; symmetric only where the two views are exchangeable.
  public let matrix: DoubleMatrix

  public var dimension: Int { matrix.rows }

  /// - Parameters:
  ///   - first, second: `n × d`: row a of both are views of sample a. No length is asked of them.
  ///   - isExchangeable: whether (x̂₁, x̂₂) and (x̂₂, x̂₁) are equally likely, as two draws of one augmentation are; C is
  ///     then averaged over both orders.
  /// - Throws: `FeatureError` where sizes differ or there are no rows.
  public init(
    _ first: DoubleMatrix, _ second: DoubleMatrix, isExchangeable: Bool = true
  ) throws(FeatureError) {
    guard first.rows == second.rows else {
      throw .mismatch(what: "second views", found: second.rows, expected: first.rows)
    }
    guard first.columns == second.columns else {
      throw .mismatch(what: "dimensions of the second views", found: second.columns, expected: first.columns)
    }
    guard first.rows > 0 else { throw .tooFewRows(found: 0, needed: 1) }
    var product = first.multiplied(by: second, transposingSelf: true)
    let size = product.rows
    for index in product.values.indices { product.values[index] /= Double(first.rows) }
    if isExchangeable {
      for row in 0..<size {
        for column in 0..<row {
          let mean = (product[row, column] + product[column, row]) / 2
          product[row, column] = mean
          product[column, row] = mean
        }
      }
    }
    matrix = product
  }

  /// A cross-correlation that is already known.
  ///
  /// - Precondition: `matrix` is square.
  public init(_ matrix: DoubleMatrix) {
    precondition(matrix.rows == matrix.columns, "a cross-correlation is square")
    self.matrix = matrix
  }

  /// L_BT = Σᵢ(1 − Cᵢᵢ)² + λΣᵢΣ_{j≠i}Cᵢⱼ² (Eq. 2 and 12). With λ = 1 it is ‖C − I‖².
  public func barlowTwinsLoss(lambda: Double = 1) -> Double {
    var (diagonal, rest) = (0.0, 0.0)
    for row in 0..<dimension {
      for column in 0..<dimension {
        let value = matrix.values[row * dimension + column]
        if row == column { diagonal += (1 - value) * (1 - value) } else { rest += value * value }
      }
    }
    return diagonal + lambda * rest
  }
}

/// Eq. 13, L_BT ≥ ½‖Λ − I‖² − ε², as printed and as it can be had.
///
/// Λ = C_sym + ½E[δδᵀ] with δ = f(x̂₂) − f(x̂₁), where the two views have the same distribution. As ‖δ‖ < rε, the second
/// term has norm at most ½dε²; so ‖C − I‖ ≥ ‖Λ − I‖ − ½dε² and, squared, ‖C − I‖² ≥ ½‖Λ − I‖² − ¼d²ε⁴ (errata E11).
public struct Equation13: Sendable, Equatable {
  /// ‖C − I‖², which is L_BT at λ = 1 and at most L_BT/λ for λ < 1.
  public let leftSide: Double
  /// ½‖Λ − I‖² − ε²: as printed.
  public let printed: Double
  /// ½‖Λ − I‖² − d²ε²: what the last step of Eq. 29 gives under ‖f‖² = d.
  public let proved: Double
  /// ½‖Λ − I‖² − ¼d²ε⁴.
  public let repaired: Double
  /// max(0, ‖Λ − I‖ − ½dε²)²: the same without the factor that squaring costs. Never below `repaired`.
  public let sharp: Double

  /// - Parameters:
  ///   - crossCorrelationLoss: ‖C − I‖².
  ///   - correlationLoss: ‖Λ − I‖².
  ///   - epsilon: ε of Eq. 6, or the largest distance of two views of one sample over r.
  public init(crossCorrelationLoss: Double, correlationLoss: Double, epsilon: Double, dimension: Int) {
    let d = Double(dimension)
    let square = epsilon * epsilon
    leftSide = crossCorrelationLoss
    printed = correlationLoss / 2 - square
    proved = correlationLoss / 2 - d * d * square
    repaired = correlationLoss / 2 - d * d * square * square / 4
    let root = max(0, correlationLoss.squareRoot() - d * square / 2)
    sharp = root * root
  }
}
