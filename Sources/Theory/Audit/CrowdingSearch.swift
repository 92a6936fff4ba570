import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The search for Theorem 3's counterexamples, in the limit ε → 0: where are K classes to be put, and how likely are they to
/// be, so that the error exceeds the right side by most?
///
/// A class is a point; classes at the same point are crowded, and by `NamedConstruction.crowdedAxes` nearly all their views
/// can then be mistaken. That much the search is told; which classes crowd, where, and with what probabilities it finds by
/// simulated annealing, whose moves put a class to another, take it away to a random place, turn a point, or change a
/// probability.
public struct CrowdingSearch: Sendable {
  public let dimension: Int
  public let classCount: Int
  /// Whether all classes are equally likely.
  public let isUniform: Bool

  public init(dimension: Int, classCount: Int, isUniform: Bool = false) {
    precondition(dimension > 0 && classCount > 1, "classes in some dimension")
    self.dimension = dimension
    self.classCount = classCount
    self.isUniform = isUniform
  }

  /// A placing of the classes.
  public struct Placing: Sendable, Equatable {
    /// The point that each class is at.
    public var pointOfClass: [Int]
    /// Points of length 1.
    public var points: [[Double]]
    /// Logarithms of the probabilities, up to a constant.
    public var weights: [Double]

    public var probabilities: [Double] {
      let values = weights.map { exp($0) }
      let total = values.reduce(0, +)
      return values.map { $0 / total }
    }

    /// Σpᵢ over the crowded classes: Er, up to the rare views.
    public var error: Double {
      let p = probabilities
      return pointOfClass.indices.reduce(0) { sum, label in
        pointOfClass.count { $0 == pointOfClass[label] } > 1 ? sum + p[label] : sum
      }
    }
  }

  /// The right side of Theorem 3 as printed, at ε = 0.
  public func printedBound(_ placing: Placing) -> Double {
    let d = Double(dimension)
    let p = placing.probabilities
    var square = 0.0
    // ‖Λ‖² = d² Σ_{ab} p_a p_b (u_a·u_b)² over points.
    var mass = [Double](repeating: 0, count: placing.points.count)
    for (label, point) in placing.pointOfClass.enumerated() { mass[point] += p[label] }
    for a in mass.indices where mass[a] > 0 {
      for b in mass.indices where mass[b] > 0 {
        let product = dot(placing.points[a], placing.points[b])
        square += mass[a] * mass[b] * product * product
      }
    }
    let loss = d * d * square - d
    let difference = 1 - p.reduce(0) { $0 + $1 * $1 }
    return DimensionTerm.lBound(correlationLoss: loss, dimension: dimension, classCount: classCount) / difference
  }

  /// The placing with the most error above the right side, of `starts` annealings.
  public func run(starts: Int, steps: Int, seed: UInt64) -> Placing {
    var best: (placing: Placing, excess: Double)?
    for index in 0..<max(1, starts) {
      var stream = RandomStream(
        seed: seed, purpose: AuditPurpose.crowding, UInt32(dimension * 1000 + classCount), UInt32(index))
      let found = anneal(steps: steps, &stream)
      if found.excess > best?.excess ?? -.infinity { best = found }
    }
    return best?.placing ?? start(RandomStream(seed: seed, purpose: AuditPurpose.crowding))
  }

  private func start(_ stream: RandomStream) -> Placing {
    var stream = stream
    return Placing(
      pointOfClass: Array(0..<classCount), points: (0..<classCount).map { _ in randomPoint(&stream) },
      weights: [Double](repeating: 0, count: classCount))
  }

  private func randomPoint(_ stream: inout RandomStream) -> [Double] {
    unit(stream.normals(dimension))?.direction ?? [1] + [Double](repeating: 0, count: dimension - 1)
  }

  private func anneal(steps: Int, _ stream: inout RandomStream) -> (placing: Placing, excess: Double) {
    var current = start(stream)
    for label in 0..<classCount { current.points[label] = randomPoint(&stream) }
    func excess(_ placing: Placing) -> Double { placing.error - printedBound(placing) }
    var value = excess(current)
    var best = (placing: current, excess: value)
    for step in 0..<steps {
      // From one half to nothing: the excess lies between −2 and 1.
      let progress = Double(step) / Double(steps)
      let temperature = 0.5 * pow(1 - progress, 3) + 1e-9
      let candidate = moved(current, size: pow(10, -3 * progress), &stream)
      let newValue = excess(candidate)
      if newValue >= value || exp((newValue - value) / temperature) > Double(stream.uniform()) {
        (current, value) = (candidate, newValue)
        if value > best.excess { best = (current, value) }
      }
    }
    return polished(best, steps: steps / 2, &stream)
  }

  /// Points and probabilities moved by small steps, the crowds as they are.
  private func polished(
    _ found: (placing: Placing, excess: Double), steps: Int, _ stream: inout RandomStream
  ) -> (placing: Placing, excess: Double) {
    let d = dimension
    func decode(_ parameters: [Double]) -> Placing {
      var placing = found.placing
      for index in placing.points.indices {
        let point = Array(parameters[index * d..<(index + 1) * d])
        placing.points[index] = unit(point)?.direction ?? placing.points[index]
      }
      if !isUniform { placing.weights = Array(parameters[(placing.points.count * d)...]) }
      return placing
    }
    let start = found.placing.points.flatMap { $0 } + (isUniform ? [] : found.placing.weights)
    let best = EvolutionSearch(steps: steps, initialStep: 0.1).minimise(from: start, stream: &stream) { parameters in
      let placing = decode(parameters)
      return printedBound(placing) - placing.error
    }
    return (decode(best.parameters), -best.score)
  }

  private func moved(_ placing: Placing, size: Double, _ stream: inout RandomStream) -> Placing {
    var placing = placing
    let label = stream.integer(below: classCount)
    switch stream.integer(below: isUniform ? 4 : 5) {
    case 0:
      placing.pointOfClass[label] = placing.pointOfClass[stream.integer(below: classCount)]
    case 1:
      if let free = placing.points.indices.first(where: { !placing.pointOfClass.contains($0) }) {
        placing.points[free] = randomPoint(&stream)
        placing.pointOfClass[label] = free
      }
    case 4:
      placing.weights[label] += size * stream.normalPair().0
    default:
      let point = placing.pointOfClass[label]
      let turned = zip(placing.points[point], stream.normals(dimension)).map { $0 + size * $1 }
      placing.points[point] = unit(turned)?.direction ?? placing.points[point]
    }
    return placing
  }

  /// The placing as a world with views: crowded classes lie in a spot of diameter about `spread`, arranged as in
  /// `NamedConstruction.crowdedAxes`, the others are points.
  public func construction(_ placing: Placing, rareViews: Int = 20, spread: Double = 1e-3) -> Construction {
    let p = placing.probabilities
    var samples: [Construction.Sample] = []
    for (label, point) in placing.pointOfClass.enumerated() {
      let crowd = placing.pointOfClass.indices.filter { placing.pointOfClass[$0] == point }
      let center = placing.points[point]
      guard crowd.count > 1, dimension > 1 else {
        samples.append(Construction.Sample(label: label, probability: p[label], views: [center]))
        continue
      }
      let tangent = Self.tangent(to: center)
      func place(_ angle: Double) -> [Double] { zip(center, tangent).map { cos(angle) * $0 + sin(angle) * $1 } }
      let (bulk, mean) = label == crowd[0] ? (0.0, 1.0) : (2.0, 0.5)
      let unit = spread / Double(rareViews)
      let far = mean * Double(rareViews) - bulk * Double(rareViews - 1)
      let rare = p[label] / Double(rareViews)
      samples.append(Construction.Sample(label: label, probability: p[label] - rare, views: [place(bulk * unit)]))
      samples.append(Construction.Sample(label: label, probability: rare, views: [place(far * unit)]))
    }
    return Construction(dimension: dimension, classCount: classCount, samples: samples)
  }

  /// A direction at right angles to `center`.
  private static func tangent(to center: [Double]) -> [Double] {
    let least = center.indices.min { abs(center[$0]) < abs(center[$1]) } ?? 0
    var axis = [Double](repeating: 0, count: center.count)
    axis[least] = 1
    let inner = dot(axis, center)
    return unit(zip(axis, center).map { $0 - inner * $1 })?.direction ?? axis
  }
}
