import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The update rules as functions of (gradient, parameter, state), with PyTorch's semantics.
enum Optimiser {
  /// The state's blocks that a rule keeps for each parameter.
  static func stateCount(_ configuration: OptimiserConfiguration) -> Int {
    switch configuration {
    case .sgd: 1
    case .adamW: 2
    }
  }

  /// One step on the parameters in `range`.
  ///
  /// - Parameters:
  ///   - state: momentum (SGD), or first and second moment (AdamW); zeros before the first step.
  ///   - step: counts from 1.
  static func step(
    _ configuration: OptimiserConfiguration, range: Range<Int>, gradients: FloatBuffer, parameters: FloatBuffer,
    state: [FloatBuffer], learningRate: Double, step: Int, threads: Int
  ) {
    let blocks = (range.count + blockNumbers - 1) / blockNumbers
    parallelFor(blocks, threads: threads) { block in
      let first = range.lowerBound + block * blockNumbers
      update(
        configuration, start: first, count: min(blockNumbers, range.upperBound - first), gradients, parameters, state,
        learningRate: learningRate, step: step)
    }
  }

  private static let blockNumbers = 1 << 14

  private static func update(
    _ configuration: OptimiserConfiguration, start: Int, count: Int, _ gradients: FloatBuffer,
    _ parameters: FloatBuffer, _ state: [FloatBuffer], learningRate: Double, step: Int
  ) {
    switch configuration {
    case .sgd(let momentum, let weightDecay):
      sgd(
        count, gradients.pointer + start, parameters.pointer + start, state[0].pointer + start,
        learningRate: Float(learningRate), momentum: Float(momentum), weightDecay: Float(weightDecay))
    case .adamW(let beta1, let beta2, let epsilon, let weightDecay):
      let correction1 = 1 - pow(beta1, Double(step))
      let correction2 = (1 - pow(beta2, Double(step))).squareRoot()
      adamW(
        count, gradients.pointer + start, parameters.pointer + start, state[0].pointer + start,
        state[1].pointer + start, keep: Float(1 - learningRate * weightDecay), beta1: Float(beta1),
        rest1: Float(1 - beta1), beta2: Float(beta2), rest2: Float(1 - beta2), epsilon: Float(epsilon),
        stepSize: Float(learningRate / correction1), correction: Float(1 / correction2))
    }
  }

  /// v ← μ v + g + λ w; w ← w − η v.
  private static func sgd(
    _ count: Int, _ g: UnsafePointer<Float>, _ w: UnsafeMutablePointer<Float>, _ v: UnsafeMutablePointer<Float>,
    learningRate: Float, momentum: Float, weightDecay: Float
  ) {
    for index in 0..<count {
      v[index] = momentum * v[index] + (g[index] + weightDecay * w[index])
      w[index] -= learningRate * v[index]
    }
  }

  /// Loshchilov, Hutter: Decoupled Weight Decay Regularization (ICLR 2019), Algorithm 2.
  private static func adamW(
    _ count: Int, _ g: UnsafePointer<Float>, _ w: UnsafeMutablePointer<Float>, _ m: UnsafeMutablePointer<Float>,
    _ v: UnsafeMutablePointer<Float>, keep: Float, beta1: Float, rest1: Float, beta2: Float, rest2: Float,
    epsilon: Float, stepSize: Float, correction: Float
  ) {
    for index in 0..<count {
      m[index] = beta1 * m[index] + rest1 * g[index]
      v[index] = beta2 * v[index] + rest2 * (g[index] * g[index])
      w[index] = keep * w[index] - stepSize * m[index] / (v[index].squareRoot() * correction + epsilon)
    }
  }
}
