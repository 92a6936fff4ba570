import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Samples whose two views differ along the first axis alone, the other d − 1 directions being filled evenly: Eq. 13 at any d
/// with three parameters for each kind of sample. Each sample is a class of its own, so that ε is the largest distance of two
/// views of a sample. Λ and C are diagonal, with one value on the axis and one beside it.
public struct AxialFamily: Sendable {
  /// Samples with the same heights of their two views over the axis' origin.
  public struct Kind: Sendable, Equatable {
    public var first: Double
    public var second: Double
    public var probability: Double
  }

  public let dimension: Int
  public let kinds: Int
  /// No two views of a sample are farther apart than this times r.
  public let epsilon: Double

  public init(dimension: Int, kinds: Int = 2, epsilon: Double) {
    precondition(dimension > 1 && epsilon > 0 && epsilon < 2, "an axis and something beside it")
    self.dimension = dimension
    self.kinds = kinds
    self.epsilon = epsilon
  }

  public var description: String { "d = \(dimension), ε ≤ \(epsilon), two views that differ along one axis" }

  public func start(_ stream: inout RandomStream) -> [Double] { stream.normals(3 * kinds) }

  /// Per kind: the angles' middle and half difference over the axis' equator, and the logarithm of the probability.
  public func decode(_ parameters: [Double]) -> [Kind] {
    let radius = Double(dimension).squareRoot()
    let total = (0..<kinds).reduce(0) { $0 + Self.weight(parameters[3 * $1 + 2]) }
    return (0..<kinds).map { kind in
      // Two points on a great circle are 2r·sin(half the angle) apart.
      let half = asin(epsilon / 2) * tanh(abs(parameters[3 * kind + 1]))
      let middle = (Double.pi / 2 - half) * tanh(parameters[3 * kind])
      return Kind(
        first: radius * sin(middle + half), second: radius * sin(middle - half),
        probability: Self.weight(parameters[3 * kind + 2]) / total)
    }
  }

  private static func weight(_ parameter: Double) -> Double { exp(max(-6, min(6, parameter))) }

  /// Both sides of Eq. 13 in closed form, for ε as it is.
  public func equation(_ kinds: [Kind]) -> Equation13 {
    let d = Double(dimension)
    var (onAxis, crossOnAxis, crossBeside, largest) = (0.0, 0.0, 0.0, 0.0)
    for kind in kinds {
      let (a, b) = (kind.first, kind.second)
      let (besideA, besideB) = (max(0, d - a * a).squareRoot(), max(0, d - b * b).squareRoot())
      onAxis += kind.probability * (a * a + b * b) / 2
      crossOnAxis += kind.probability * a * b
      crossBeside += kind.probability * besideA * besideB
      largest = max(largest, (a - b) * (a - b) + (besideA - besideB) * (besideA - besideB))
    }
    func loss(_ axis: Double, _ beside: Double) -> Double {
      (axis - 1) * (axis - 1) + (d - 1) * (beside / (d - 1) - 1) * (beside / (d - 1) - 1)
    }
    return Equation13(
      crossCorrelationLoss: loss(crossOnAxis, crossBeside), correlationLoss: loss(onAxis, d - onAxis),
      epsilon: (largest / d).squareRoot(), dimension: dimension)
  }

  /// The samples of these kinds, to both sides of each of the other axes.
  public func construction(kinds: [Kind]) -> Construction {
    let d = Double(dimension)
    var samples: [Construction.Sample] = []
    for kind in kinds {
      for axis in 1..<dimension {
        for sign in [1.0, -1] {
          let heights = kind.first == kind.second ? [kind.first] : [kind.first, kind.second]
          let views = heights.map { height in
            var view = [Double](repeating: 0, count: dimension)
            view[0] = height
            view[axis] = sign * max(0, d - height * height).squareRoot()
            return view
          }
          samples.append(Construction.Sample(label: samples.count, probability: kind.probability, views: views))
        }
      }
    }
    return Construction(dimension: dimension, classCount: samples.count, coupling: .distinct, samples: samples)
  }

  /// Searches for the kinds that contradict Eq. 13 as printed by most: the best of `starts` searches.
  public func search(starts: Int, steps: Int, seed: UInt64) -> (kinds: [Kind], equation: Equation13) {
    var best: (kinds: [Kind], slack: Double)?
    for index in 0..<starts {
      var stream = RandomStream(seed: seed, purpose: AuditPurpose.axial, UInt32(dimension), UInt32(index))
      let found = EvolutionSearch(steps: steps).minimise(from: start(&stream), stream: &stream) { parameters in
        let equation = equation(decode(parameters))
        return equation.leftSide - equation.printed
      }
      if found.score < best?.slack ?? .infinity { best = (decode(found.parameters), found.score) }
    }
    let kinds = best?.kinds ?? []
    return (kinds, equation(kinds))
  }
}
