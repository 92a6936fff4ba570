import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Points on a sphere with the two losses of §4.1 and their minimisation: what Figure 2 shows.
///
/// Points have length 1; L_cor (Eq. 8) is that of √d times them.
public struct PointSet: Sendable, Equatable {
  /// One point a row, `n × d`.
  public let points: DoubleMatrix

  public var count: Int { points.rows }
  public var dimension: Int { points.columns }

  /// Rows are put on the unit sphere.
  ///
  /// - Precondition: no row is zero.
  public init(_ points: DoubleMatrix) {
    var values = points.values
    let width = points.columns
    // On the values themselves, since descents do it at every step.
    for start in stride(from: 0, to: values.count, by: width) {
      var square = 0.0
      for index in start..<start + width { square += values[index] * values[index] }
      let norm = square.squareRoot()
      precondition(norm > 0 && norm.isFinite, "a point with a direction")
      for index in start..<start + width { values[index] /= norm }
    }
    self.points = DoubleMatrix(rows: points.rows, columns: width, values: values)
  }

  /// Uniformly random points.
  public init(random count: Int, dimension: Int, seed: UInt64) {
    var stream = RandomStream(seed: seed, purpose: AuditPurpose.points)
    self.init(DoubleMatrix(rows: count, columns: dimension, values: stream.normals(count * dimension)))
  }

  /// Points in `clusters` tight crowds around random directions.
  public init(clusters: Int, of size: Int, dimension: Int, spread: Double, seed: UInt64) {
    var stream = RandomStream(seed: seed, purpose: AuditPurpose.points, 1)
    let centers = (0..<clusters).map { _ in unit(stream.normals(dimension))?.direction ?? [] }
    let values = centers.flatMap { center in
      (0..<size).flatMap { _ in zip(center, stream.normals(dimension)).map { $0 + spread * $1 } }
    }
    self.init(DoubleMatrix(rows: clusters * size, columns: dimension, values: values))
  }

  /// ‖(d/n)Σ uuᵀ − I‖² (Eq. 8).
  public var correlationLoss: Double { squaredDistanceToIdentity(secondMoment) }

  private var secondMoment: DoubleMatrix {
    var moment = points.multiplied(by: points, transposingSelf: true)
    for index in moment.values.indices { moment.values[index] *= Double(dimension) / Double(count) }
    return moment
  }

  /// log of the mean over pairs i ≠ j of exp(−t‖uᵢ − uⱼ‖²) (Eq. 9, over independent points).
  public func uniformityLoss(t: Double = 2) -> Double {
    let kernel = kernel(t: t)
    // Of each pair once: the kernel is symmetric.
    var sum = 0.0
    for a in 0..<count {
      for b in 0..<a { sum += kernel[a * count + b] }
    }
    return log(2 * sum / Double(count * (count - 1)))
  }

  private func kernel(t: Double) -> [Double] {
    // ‖uᵢ − uⱼ‖² = 2 − 2uᵢ·uⱼ
    points.multiplied(by: points, transposingOther: true).values.map { exp(-2 * t * (1 - $0)) }
  }

  /// Which loss is made small.
  public enum Loss: Sendable, Equatable {
    case correlation
    case uniformity(t: Double)
  }

  /// The points after `steps` of gradient descent on the sphere. Steps are halved where the loss would rise.
  public func minimised(_ loss: Loss, steps: Int = 500) -> PointSet {
    var current = self
    var value = current.value(loss)
    var size = 0.5 * Double(count)
    for _ in 0..<steps where size > 1e-12 {
      let gradient = current.gradient(loss)
      var moved = current.points
      for index in moved.values.indices { moved.values[index] -= size * gradient.values[index] }
      let candidate = PointSet(moved)
      let next = candidate.value(loss)
      if next < value {
        (current, value) = (candidate, next)
        size *= 1.2
      } else {
        size *= 0.5
      }
    }
    return current
  }

  private func value(_ loss: Loss) -> Double {
    switch loss {
    case .correlation: correlationLoss
    case .uniformity(let t): uniformityLoss(t: t)
    }
  }

  /// The gradient with respect to the points, along the sphere.
  private func gradient(_ loss: Loss) -> DoubleMatrix {
    var result: DoubleMatrix
    switch loss {
    case .correlation:
      // d‖Λ − I‖² = 2⟨Λ − I, dΛ⟩ with Λ = (d/n)Σuuᵀ
      var residual = secondMoment
      for index in 0..<dimension { residual[index, index] -= 1 }
      result = points.multiplied(by: residual)
      for index in result.values.indices { result.values[index] *= 4 * Double(dimension) / Double(count) }
    case .uniformity(let t):
      var weights = kernel(t: t)
      for index in 0..<count { weights[index * count + index] = 0 }
      let total = weights.reduce(0, +)
      result = DoubleMatrix(rows: count, columns: count, values: weights).multiplied(by: points)
      for index in result.values.indices { result.values[index] *= 4 * t / total }
    }
    for start in stride(from: 0, to: count * dimension, by: dimension) {
      var along = 0.0
      for index in start..<start + dimension { along += result.values[index] * points.values[index] }
      for index in start..<start + dimension { result.values[index] -= along * points.values[index] }
    }
    return result
  }
}
