/// What the statements of the paper are about, of one construction or one trained encoder: every inequality of §4.1 and
/// Appendices A to D is decided by these numbers.
public struct AuditQuantities: Sendable, Equatable {
  /// μ_k and p_k.
  public let classes: ClassMeans
  /// ‖Λ − I‖² (Eq. 8).
  public let correlationLoss: Double
  /// ‖C − I‖² = L_BT at λ = 1 (Eq. 12).
  public let crossCorrelationLoss: Double
  /// ‖E[f(x̂₁)(f(x̂₂) − f(x̂₁))ᵀ]‖² (Eq. 29).
  public let differenceNorm: Double
  /// ‖Σpᵢμᵢμᵢᵀ − I‖² (Eq. 24).
  public let meanLoss: Double
  /// ‖Σpᵢ Covᵢ‖²: the second term of Eq. 24.
  public let covarianceNorm: Double
  /// The largest distance of two views of one class over r; Eq. 6 holds with every ε above it.
  public let epsilon: Double
  /// The largest distance of two views of one sample over r.
  public let viewEpsilon: Double
  /// Er (Eq. 5): the probability of a view that is nearer to another class's mean than to its own. Views at equal distance
  /// count as right.
  public let error: Double
  /// (‖f − μᵢ‖² − ‖f − μⱼ‖²)/r², the largest over views f of class i, at i·K + j: not negative where one of them can be taken
  /// for j. −∞ where i = j or one of the two does not occur.
  public let gaps: [Double]
  /// What Λ's rank cannot exceed: the least of d and the number of views; d where the views were not counted.
  public let rank: Int

  public init(
    classes: ClassMeans, correlationLoss: Double, crossCorrelationLoss: Double, differenceNorm: Double,
    meanLoss: Double,
    covarianceNorm: Double, epsilon: Double, viewEpsilon: Double, error: Double, gaps: [Double], rank: Int? = nil
  ) {
    self.classes = classes
    self.correlationLoss = correlationLoss
    self.crossCorrelationLoss = crossCorrelationLoss
    self.differenceNorm = differenceNorm
    self.meanLoss = meanLoss
    self.covarianceNorm = covarianceNorm
    self.epsilon = epsilon
    self.viewEpsilon = viewEpsilon
    self.error = error
    self.gaps = gaps
    self.rank = max(1, min(classes.dimension, rank ?? classes.dimension))
  }

  public var dimension: Int { classes.dimension }
  public var classCount: Int { classes.classCount }

  /// The same world with another ε: the diameter of the classes without their outliers, for instance.
  public func withEpsilon(_ epsilon: Double, viewEpsilon: Double) -> AuditQuantities {
    AuditQuantities(
      classes: classes, correlationLoss: correlationLoss, crossCorrelationLoss: crossCorrelationLoss,
      differenceNorm: differenceNorm, meanLoss: meanLoss, covarianceNorm: covarianceNorm, epsilon: epsilon,
      viewEpsilon: viewEpsilon, error: error, gaps: gaps, rank: rank)
  }
}
