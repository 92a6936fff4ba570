import Numerics

/// Λ = E[f(x̂)f(x̂)ᵀ], the `d × d` uncentred second moment of features on the sphere ‖f‖² = d (§4.1).
///
/// tr Λ = d exactly, so ‖Λ − I‖² = ‖Λ‖² − d.
public struct SecondMoment: Sendable, Equatable {
  /// Λ, symmetric bit for bit.
  public let matrix: DoubleMatrix
  /// The number of feature rows behind it.
  public let count: Int

  public var dimension: Int { matrix.rows }

  /// Λ over all rows of `features`, accumulated in double precision; the bits do not depend on `threads`.
  public init(_ features: SphereFeatures, threads: Int = 1) {
    count = features.count
    matrix = meanOuterProduct(count: features.count, columns: features.dimension, threads: threads) {
      features.block($0)
    }
  }

  /// A second moment over `count` rows that is already known.
  ///
  /// - Precondition: `matrix` is square.
  public init(_ matrix: DoubleMatrix, count: Int) {
    precondition(matrix.rows == matrix.columns, "a second moment is square")
    self.matrix = matrix
    self.count = count
  }

  /// L_cor = ‖Λ − I‖²_F (Eq. 8).
  public var correlationLoss: Double { squaredDistanceToIdentity(matrix) }

  /// ‖Λ‖²_F.
  public var squaredNorm: Double { matrix.values.reduce(0) { $0 + $1 * $1 } }
}
