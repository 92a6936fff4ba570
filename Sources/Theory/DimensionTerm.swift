/// The terms of the bound that depend on the dimension d and the number of latent classes K alone.
public enum DimensionTerm {
  /// V(d) = (K − d)/d² (Eq. 20): what L_bound is where Λ = I. Negative for d > K, with its minimum at d = 2K.
  public static func v(dimension: Int, classCount: Int) -> Double { v(at: Double(dimension), classCount: classCount) }

  /// V at any d > 0, which §5 lets go to zero.
  public static func v(at d: Double, classCount: Int) -> Double { (Double(classCount) - d) / (d * d) }

  /// The Welch bound max(0, (K − d)/(d(K − 1))): the least possible mean over pairs of classes i ≠ j of
  /// (μᵢᵀμⱼ)²/d², for K means of squared length d (errata E5). It is what V would be had Eq. 26 dropped no term.
  ///
  /// Zero for K = 1, where there is no pair.
  public static func welchBound(dimension: Int, classCount: Int) -> Double {
    guard classCount > 1 else { return 0 }
    let (d, k) = (Double(dimension), Double(classCount))
    return max(0, (k - d) / (d * (k - 1)))
  }

  /// L_bound = 2‖Λ − I‖²/d² + (K − d)/d² (Eq. 11).
  public static func lBound(correlationLoss: Double, dimension: Int, classCount: Int) -> Double {
    let d = Double(dimension)
    return 2 * correlationLoss / (d * d) + v(dimension: dimension, classCount: classCount)
  }

  /// The ends of the range of L_bound where Λ has rank b at most: V + 2(1/b − 1/d) where b of its eigenvalues are equal, which
  /// is V for Λ = I, and V + 2(1 − 1/d) where Λ has rank one (errata E20).
  ///
  /// - Parameter rank: b, at least 1; d where nil or larger.
  public static func lBoundRange(dimension: Int, classCount: Int, rank: Int? = nil) -> ClosedRange<Double> {
    let (v, d) = (v(dimension: dimension, classCount: classCount), Double(dimension))
    let b = Double(max(1, min(dimension, rank ?? dimension)))
    return (v + 2 * (1 / b - 1 / d))...(v + 2 * (1 - 1 / d))
  }

  /// (2/B)(1 − 1/d): what a minibatch of B independent features adds to L_bound on average where Λ = I (errata E22).
  public static func samplingFloor(batchSize: Int, dimension: Int) -> Double {
    2 / Double(batchSize) * (1 - 1 / Double(dimension))
  }
}
