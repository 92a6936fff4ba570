import Numerics

/// Minimises a function of many parameters by small random steps: a (1 + 1) evolution strategy whose step grows with
/// success and shrinks without (Rechenberg's one-fifth rule). It asks for no gradient, which error rates do not have, and
/// crosses plateaus, since a step to an equal value is taken.
public struct EvolutionSearch: Sendable {
  /// Evaluations of the function, one a step.
  public var steps: Int
  /// The first step's standard deviation in every parameter.
  public var initialStep: Double
  /// Where the step has shrunk to this, it starts again at `initialStep`.
  public var leastStep: Double

  public init(steps: Int, initialStep: Double = 0.5, leastStep: Double = 1e-6) {
    self.steps = steps
    self.initialStep = initialStep
    self.leastStep = leastStep
  }

  /// The best parameters that were met and their score. The same stream gives the same result.
  public func minimise(
    from start: [Double], stream: inout RandomStream, _ score: ([Double]) -> Double
  ) -> (parameters: [Double], score: Double) {
    var best = start
    var bestScore = score(start)
    var step = initialStep
    var candidate = start
    for _ in 0..<steps {
      // Every third step moves a single parameter: weights and positions rarely want the same step.
      if stream.integer(below: 3) == 0, !best.isEmpty {
        candidate = best
        candidate[stream.integer(below: best.count)] += 2 * step * stream.normalPair().0
      } else {
        var index = 0
        while index < best.count {
          let (first, second) = stream.normalPair()
          candidate[index] = best[index] + step * first
          if index + 1 < best.count { candidate[index + 1] = best[index + 1] + step * second }
          index += 2
        }
      }
      let value = score(candidate)
      if value <= bestScore {
        step = value < bestScore ? step * 1.5 : step
        bestScore = value
        best = candidate
      } else {
        step *= 0.93
        if step < leastStep { step = initialStep }
      }
    }
    return (best, bestScore)
  }
}
