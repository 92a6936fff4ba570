import Foundation
import Numerics
import Theory

extension ClaimJudge {
  /// Claims that are decided by computing what they speak of: no encoder is asked.
  func formulaOutcome() -> Outcome {
    do {
      switch quantity.formula {
      case .vAtFour: return vAtFour()
      case .vMinimum: return vMinimum()
      case .vLimits: return vLimits()
      case .uniformityOfOneSample: return try uniformityOfOneSample()
      case .batchFloor: return batchFloor()
      case .orthonormalBasis: return orthonormalBasis()
      case .differentMinimisers: return differentMinimisers()
      case .crowdedIdentity: return crowdedIdentity()
      case nil: return .undecided("no formula is named")
      }
    } catch {
      return .undecided("it could not be computed: \(error)")
    }
  }

  private func vAtFour() -> Outcome {
    guard let dimension = quantity.dimension, let classes = quantity.classes, let published = claim.published else {
      return .undecided("the claim names no d, K or value")
    }
    let value = DimensionTerm.v(dimension: dimension, classCount: classes)
    return .holds(abs(value - published) <= tolerance, value, "V(\(dimension)) = \(short(value)) at K = \(classes)")
  }

  private func vMinimum() -> Outcome {
    guard let classes = quantity.classes, classes > 1, let published = claim.published else {
      return .undecided("the claim names no K or place")
    }
    let place = (1...20 * classes).min {
      DimensionTerm.v(dimension: $0, classCount: classes) < DimensionTerm.v(dimension: $1, classCount: classes)
    }
    guard let place else { return .undecided("there is no d") }
    let (v, welch) = (
      DimensionTerm.v(dimension: place, classCount: classes),
      DimensionTerm.welchBound(dimension: place, classCount: classes)
    )
    return .holds(
      abs(Double(place) - published) <= tolerance, Double(place),
      "the minimum over whole d is at \(place), where V = \(short(v)); with the term that Eq. 26 drops it is the Welch bound, "
        + "\(short(welch)) there and from d = K on")
  }

  private func vLimits() -> Outcome {
    guard let classes = quantity.classes else { return .undecided("the claim names no K") }
    func v(_ d: Double) -> Double { DimensionTerm.v(at: d, classCount: classes) }
    let (small, large) = ([1, 1e-2, 1e-4, 1e-6], [1e3, 1e5, 1e7, 1e9])
    let rises = zip(small, small.dropFirst()).allSatisfy { v($1) > 1000 * v($0) }
    let falls = zip(large, large.dropFirst()).allSatisfy { abs(v($1)) < abs(v($0)) / 50 }
    return .holds(
      rises && falls, nil, "K = \(classes): V(10⁻⁶) = \(short(v(1e-6))), V(10⁹) = \(short(v(1e9)))")
  }

  /// L_uniform of two views that agree and of two that are opposite, as if they were the pair of Eq. 9.
  private func uniformityOfOneSample() throws -> Outcome {
    func uniformity(_ second: [Float]) throws -> Double {
      try Uniformity(SphereFeatures(Matrix(rows: 2, columns: 2, values: [1, 0] + second))).value
    }
    let (together, apart) = (try uniformity([1, 0]), try uniformity([-1, 0]))
    return .holds(
      together < apart, together,
      "over two views of one x it is \(short(together)) where they agree and \(short(apart)) where they are opposite: "
        + "its minimum would drive views of one sample apart; independent x, x′ are meant")
  }

  private func batchFloor() -> Outcome {
    guard let dimension = quantity.dimension, let rows = quantity.batch else {
      return .undecided("the claim names no batch")
    }
    let (least, d) = (BatchCorrelation.leastLoss(dimension: dimension, rank: rows), Double(dimension))
    return .holds(
      least <= tolerance * d, least,
      "‖Λ̂ − I‖² ≥ d²/B − d = \(ClaimEvidence.whole(least)) in a batch of \(rows) at d = \(dimension), and "
        + "\(short(EstimatorBias.minibatch(squaredNorm: d, dimension: dimension, batchSize: rows))) on average where Λ = I"
    )
  }

  // MARK: Figure 2

  /// Points on one basis of three directions, several on each.
  private func orthonormalBasis() -> Outcome {
    let points = PointSet(
      DoubleMatrix(rows: 6, columns: 3, values: [1, 0, 0, 0, 1, 0, 0, 0, 1, -1, 0, 0, 0, 1, 0, 0, 0, 1]))
    let loss = points.correlationLoss
    return .holds(loss < 1e-12, loss, "L_{cor} = \(short(loss)) for two points on each of three orthonormal directions")
  }

  /// Whether what minimises L_uniform on the circle is something that does not minimise L_cor.
  private func differentMinimisers() -> Outcome {
    let start = PointSet(random: 12, dimension: 2, seed: 0)
    let (least, found) = (start.minimised(.correlation), start.minimised(.uniformity(t: 2), steps: 2000))
    return .holds(
      found.correlationLoss > 1e-3, found.correlationLoss,
      "twelve points on the circle that minimise L_{uniform} (\(short(found.uniformityLoss()))) have L_{cor} = "
        + "\(short(found.correlationLoss)), its minimum; those that minimise L_{cor} may have any L_{uniform} above it, as "
        + "\(short(least.uniformityLoss()))")
  }

  // MARK: §4.1

  private func crowdedIdentity() -> Outcome {
    let world = NamedConstruction.crowdedAxes(dimension: 5).quantities
    return .holds(
      world.correlationLoss < 1e-3 && world.error > 0.5, world.error,
      "ten classes on five axes have ‖Λ − I‖² = \(short(world.correlationLoss)), and \(short(100 * world.error))% of their views are "
        + "nearer to another class's mean")
  }
}
