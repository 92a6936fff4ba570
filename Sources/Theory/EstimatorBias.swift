/// What the estimators of ‖Λ − I‖² add to the truth on average, by the number of rows alone.
///
/// With ‖f‖² = d a row is paired with itself in (f·f)² = d², and with an independent row in E(f·f′)² = ‖Λ‖². An average
/// over all B² pairs of B independent rows holds B of the first kind, so its bias is (d² − ‖Λ‖²)/B for whatever Λ. Each
/// figure here is in units of ‖Λ − I‖²; `inLBound` turns it into one of L_bound (Eq. 11).
public enum EstimatorBias {
  /// (d² − ‖Λ‖²)/B: of ‖Λ̂ − I‖² over B independent rows. At Λ = I it is (d² − d)/B.
  ///
  /// - Parameter squaredNorm: ‖Λ‖²_F of the distribution.
  public static func minibatch(squaredNorm: Double, dimension: Int, batchSize: Int) -> Double {
    let d = Double(dimension)
    return (d * d - squaredNorm) / Double(batchSize)
  }

  /// Of ‖Λ̂ − I‖² over a bank of `images · views` rows, where the views of an image are not independent:
  /// [d² − ‖Λ‖² + (V − 1)(E(f₁·f₂)² − ‖Λ‖²)]/(nV).
  ///
  /// - Parameter viewProduct: E(f₁·f₂)² over two views of one image: ‖Λ‖² where they are as good as independent, d²
  ///   where they are equal, and then the bank is worth n rows and no more.
  public static func bank(
    squaredNorm: Double, dimension: Int, images: Int, views: Int, viewProduct: Double
  ) -> Double {
    let d = Double(dimension)
    return (d * d - squaredNorm + Double(views - 1) * (viewProduct - squaredNorm)) / Double(images * views)
  }

  /// d(d − 1)/(n − 1): of ‖R̂ − I‖² for the correlation matrix R̂ of n independent rows of d independent normal
  /// dimensions, each entry off the diagonal having E r² = 1/(n − 1).
  public static func standardised(dimension: Int, rows: Int) -> Double {
    Double(dimension * (dimension - 1)) / Double(rows - 1)
  }

  /// 2·bias/d²: the same in L_bound.
  public static func inLBound(_ bias: Double, dimension: Int) -> Double {
    2 * bias / Double(dimension * dimension)
  }
}
