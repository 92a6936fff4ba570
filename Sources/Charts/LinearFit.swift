/// The least squares line y = intercept + slope · x and Pearson's correlation.
public struct LinearFit: Sendable, Equatable, Codable {
  public let slope: Double
  public let intercept: Double
  /// Pearson's r. `nil` for two points, where it is ±1 whatever they say, and when all y are equal.
  public let r: Double?
  /// How many points went in.
  public let count: Int

  public init(slope: Double, intercept: Double, r: Double?, count: Int) {
    self.slope = slope
    self.intercept = intercept
    self.r = r
    self.count = count
  }

  /// Fits the finite ones of `points`; `nil` with fewer than two of them or when all x are equal.
  public init?(_ points: [Point]) {
    let finite = points.filter { $0.x.isFinite && $0.y.isFinite }
    guard finite.count >= 2 else { return nil }
    let n = Double(finite.count)
    let meanX = finite.reduce(0) { $0 + $1.x / n }
    let meanY = finite.reduce(0) { $0 + $1.y / n }
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for point in finite {
      let (dx, dy) = (point.x - meanX, point.y - meanY)
      xx += dx * dx
      xy += dx * dy
      yy += dy * dy
    }
    // Rounding of the mean leaves a trace of variance in equal values.
    func isZero(_ squares: Double, around mean: Double) -> Bool { squares <= n * (mean * 1e-14) * (mean * 1e-14) }
    guard xx.isFinite, yy.isFinite, xx > 0, !isZero(xx, around: meanX) else { return nil }
    slope = xy / xx
    intercept = meanY - slope * meanX
    let flat = yy == 0 || isZero(yy, around: meanY)
    r = finite.count == 2 || flat ? nil : max(-1, min(1, xy / (xx.squareRoot() * yy.squareRoot())))
    count = finite.count
  }

  public func callAsFunction(_ x: Double) -> Double { intercept + slope * x }
}
