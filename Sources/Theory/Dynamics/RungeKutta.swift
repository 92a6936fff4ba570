#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Integrates y′ = F(y) by Dormand and Prince's method of order 5(4) with step size control (Hairer, Nørsett, Wanner: Solving
/// Ordinary Differential Equations I, §II.4–5).
public struct RungeKutta: Sendable {
  /// Bounds on the local error of every component: `absolute` + `relative`·|y|.
  public var absolute: Double
  public var relative: Double
  /// Steps, taken or rejected, before it gives up.
  public var maximumSteps: Int

  public init(absolute: Double = 1e-12, relative: Double = 1e-11, maximumSteps: Int = 1_000_000) {
    self.absolute = absolute
    self.relative = relative
    self.maximumSteps = maximumSteps
  }

  /// The solution could not be followed to the end.
  public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    public let time: Double
    public var description: String {
      "The integration got no further than t = \(time): the solution is not smooth there, or the tolerance is too small"
    }
  }

  private static let nodes: [[Double]] = [
    [1 / 5], [3 / 40, 9 / 40], [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ]
  /// The difference of the two embedded formulas.
  private static let errorWeights: [Double] = [
    71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40,
  ]

  /// The solution at each of `times`, which ascend from the start at time 0.
  ///
  /// - Throws: `Failure` where steps run out or the solution is not finite.
  public func solve(
    from start: [Double], at times: [Double], _ derivative: ([Double]) -> [Double]
  ) throws(Failure) -> [[Double]] {
    var (y, time) = (start, 0.0)
    var slope = derivative(y)
    var step = times.last.map { max(1e-12, $0 * 1e-4) } ?? 0
    var taken = 0
    var result: [[Double]] = []
    for end in times {
      while time < end {
        taken += 1
        let isLast = time + step >= end
        let size = isLast ? end - time : step
        let (next, nextSlope, error) = advance(y, slope, size, derivative)
        guard error.isFinite, taken <= maximumSteps, size > 0 else { throw Failure(time: time) }
        if error <= 1 {
          y = next
          slope = nextSlope
          time = isLast ? end : time + size
        }
        let factor = error == 0 ? 5 : min(5, max(0.2, 0.9 * pow(error, -0.2)))
        // A step that was cut short to end at a wanted time says little of the next.
        if !isLast || error > 1 { step = size * factor }
        guard step > 1e-300 else { throw Failure(time: time) }
      }
      result.append(y)
    }
    return result
  }

  /// One step: the new value, its slope, and the error in units of the tolerance.
  private func advance(
    _ y: [Double], _ slope: [Double], _ size: Double, _ derivative: ([Double]) -> [Double]
  ) -> (next: [Double], slope: [Double], error: Double) {
    // One slope behind another: a step is short, and arrays of arrays would be most of it.
    let count = y.count
    var slopes = slope
    slopes.reserveCapacity(7 * count)
    var next = y
    for weights in Self.nodes {
      for index in 0..<count {
        var sum = 0.0
        for stage in 0..<weights.count { sum += weights[stage] * slopes[stage * count + index] }
        next[index] = y[index] + size * sum
      }
      slopes.append(contentsOf: derivative(next))
    }
    var error = 0.0
    for index in 0..<count {
      var sum = 0.0
      for stage in 0..<7 { sum += Self.errorWeights[stage] * slopes[stage * count + index] }
      let ratio = abs(size * sum) / (absolute + relative * max(abs(y[index]), abs(next[index])))
      // Written so that NaN is not lost.
      if !(ratio <= error) { error = ratio }
    }
    return (next, Array(slopes[(6 * count)...]), error)
  }
}
