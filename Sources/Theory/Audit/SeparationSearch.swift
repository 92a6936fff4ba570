import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The search for Theorem 1's counterexamples: two classes of three views each in four dimensions, whose places and
/// probabilities are optimised, a hundred thousand times from a random start.
///
/// Four dimensions hold the two means, the view in question and one direction more; all is computed in registers, since
/// the general machinery would take an hour.
public struct SeparationSearch: Sendable {
  /// What is asked of ρ = μᵢᵀμⱼ/r² for the classes to count as separated.
  public enum Condition: String, Sendable, CaseIterable, Codable {
    /// ρ < 1 − 4ε + ε²
    case printed
    /// |ρ| < |1 − 4ε + ε²|
    case squared
    /// ρ < 1 − 9ε²/4
    case sharp
    /// ρ < 0
    case orthogonal

    /// Positive where it is met.
    func margin(product: Double, epsilon: Double) -> Double {
      switch self {
      case .printed: Theorem1.margin(epsilon: epsilon) - product
      case .squared: abs(Theorem1.margin(epsilon: epsilon)) - abs(product)
      case .sharp: Theorem1.sharpMargin(epsilon: epsilon) - product
      case .orthogonal: -product
      }
    }

    /// Near ε = 0 everything shrinks: what slack is to be compared with there.
    func scale(epsilon: Double) -> Double {
      switch self {
      case .printed, .squared: max(epsilon, 1e-9)
      case .sharp: max(epsilon * epsilon, 1e-12)
      case .orthogonal: 1
      }
    }
  }

  public struct Result: Sendable, Equatable {
    /// Searches that were made, each from its own random start.
    public let attempts: Int
    /// Searches that ended in a contradiction.
    public let contradictions: Int
    /// The largest of min(gap, condition), in units of ε (ε² for the sharp margin): above zero for a contradiction.
    public let closest: Double
    /// The least ε of a contradiction.
    public let leastEpsilon: Double?
    /// The contradiction with the least ε, or what came closest to one.
    public let construction: Construction
  }

  public let condition: Condition
  /// ε lies in this range.
  public let epsilons: ClosedRange<Double>
  /// Steps of each search.
  public let steps: Int

  public init(_ condition: Condition, epsilons: ClosedRange<Double>, steps: Int = 60) {
    self.condition = condition
    self.epsilons = epsilons
    self.steps = steps
  }

  /// `attempts` searches; bits do not depend on `threads`.
  ///
  /// - Precondition: there is an attempt.
  public func run(attempts: Int, seed: UInt64, threads: Int = 1) -> Result {
    precondition(attempts > 0, "an attempt")
    let chunks = blocks(of: attempts, size: 500)
    let partial = parallelMap(chunks.count, threads: threads) { chunk in
      var best: (score: Double, parameters: [Double]) = (.infinity, [])
      var contradictions = 0
      for attempt in chunks[chunk] {
        var stream = RandomStream(
          seed: seed, purpose: AuditPurpose.separation, UInt32(condition.number), UInt32(attempt))
        let found = EvolutionSearch(steps: steps, initialStep: 0.3).minimise(
          from: Pair.start(epsilons: epsilons, &stream), stream: &stream, score)
        if found.score < Self.contradicted { contradictions += 1 }
        if found.score < best.score { best = (found.score, found.parameters) }
      }
      return (best: best, contradictions: contradictions)
    }
    var best = partial[0].best
    for part in partial.dropFirst() where part.best.score < best.score { best = part.best }
    let pair = Pair(best.parameters)
    let isContradicted = best.score < Self.contradicted
    return Result(
      attempts: attempts, contradictions: partial.reduce(0) { $0 + $1.contradictions },
      closest: min(pair.gap, condition.margin(product: pair.product, epsilon: pair.epsilon))
        / condition.scale(epsilon: pair.epsilon),
      leastEpsilon: isContradicted ? pair.epsilon : nil, construction: pair.construction)
  }

  /// Scores below it belong to contradictions, among which a smaller ε is better.
  private static let contradicted = -50.0

  private func score(_ parameters: [Double]) -> Double {
    let pair = Pair(parameters)
    let outside = max(0, pair.epsilon - epsilons.upperBound, epsilons.lowerBound - pair.epsilon)
    if outside > 0 { return 1000 * (1 + outside) }
    let worst = min(pair.gap, condition.margin(product: pair.product, epsilon: pair.epsilon))
    return worst > 1e-9 ? -100 + pair.epsilon : -worst / condition.scale(epsilon: pair.epsilon)
  }

  /// For each ε the least ρ at which two classes of that diameter were mistaken: what the best possible margin is not
  /// above, within this family of two classes of three views. Found by `attempts` searches for each ε; nil where none of them
  /// found two classes that are mistaken.
  public static func frontier(
    epsilons: [Double], attempts: Int, steps: Int, seed: UInt64, threads: Int = 1
  ) -> [Double?] {
    parallelMap(epsilons.count, threads: threads) { index in
      let limit = epsilons[index]
      var least: Double?
      for attempt in 0..<attempts {
        var stream = RandomStream(seed: seed, purpose: AuditPurpose.separation, UInt32(100 + index), UInt32(attempt))
        let found = EvolutionSearch(steps: steps, initialStep: 0.3).minimise(
          from: Pair.start(epsilons: limit * 0.5...limit, &stream), stream: &stream
        ) { parameters in
          let pair = Pair(parameters)
          let missing = max(0, pair.epsilon - limit) + max(0, 1e-9 - pair.gap)
          return missing > 0 ? 10 + missing : pair.product
        }
        // Scores from 10 on are of pairs that are not mistaken, or too wide.
        if found.score < 10, found.score < least ?? .infinity { least = found.score }
      }
      return least
    }
  }
}

extension SeparationSearch.Condition {
  fileprivate var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Two classes of three views on the unit sphere in four dimensions.
private struct Pair {
  /// ‖f − μᵢ‖² − ‖f − μⱼ‖² for the first view of class i, with r = 1.
  let gap: Double
  /// μᵢ·μⱼ.
  let product: Double
  /// The larger of the two classes' diameters.
  let epsilon: Double
  private let views: (SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>, SIMD4<Double>)
  private let weights: (Double, Double, Double, Double, Double, Double)

  /// Places of the views (24), logarithms of their weights (6), of the classes' spread and of their distance.
  static func start(epsilons: ClosedRange<Double>, _ stream: inout RandomStream) -> [Double] {
    let epsilon = epsilons.lowerBound + (epsilons.upperBound - epsilons.lowerBound) * Double(stream.uniform())
    return stream.normals(30) + [log(max(1e-4, epsilon) / 3), log(max(1e-4, epsilon) * Double(stream.uniform(0.3, 3)))]
  }

  init(_ parameters: [Double]) {
    let (spread, distance) = (exp(min(1, parameters[30])), exp(min(1, parameters[31])))
    func place(_ index: Int, _ center: SIMD4<Double>) -> SIMD4<Double> {
      let start = 4 * index
      let offset = SIMD4(
        parameters[start], parameters[start + 1], parameters[start + 2], parameters[start + 3])
      let point = center + spread * offset
      let norm = (point * point).sum().squareRoot()
      return norm > 0 ? point / norm : center
    }
    let (first, second) = (SIMD4(1.0, 0, 0, 0), SIMD4(1.0, distance, 0, 0))
    let (a, b, c) = (place(0, first), place(1, first), place(2, first))
    let (x, y, z) = (place(3, second), place(4, second), place(5, second))
    func weight(_ index: Int) -> Double { exp(max(-6, min(6, parameters[24 + index]))) }
    let w = (weight(0), weight(1), weight(2), weight(3), weight(4), weight(5))
    let own = (w.0 * a + w.1 * b + w.2 * c) / (w.0 + w.1 + w.2)
    let other = (w.3 * x + w.4 * y + w.5 * z) / (w.3 + w.4 + w.5)
    func square(_ vector: SIMD4<Double>) -> Double { (vector * vector).sum() }
    gap = square(a - own) - square(a - other)
    product = (own * other).sum()
    epsilon = max(square(a - b), square(a - c), square(b - c), square(x - y), square(x - z), square(y - z)).squareRoot()
    views = (a, b, c, x, y, z)
    weights = w
  }

  /// The same as a construction, each view a sample of its own.
  var construction: Construction {
    let all = [(views.0, weights.0), (views.1, weights.1), (views.2, weights.2)]
    let rest = [(views.3, weights.3), (views.4, weights.4), (views.5, weights.5)]
    func samples(_ views: [(SIMD4<Double>, Double)], label: Int) -> [Construction.Sample] {
      let total = views.reduce(0) { $0 + $1.1 }
      return views.map { view, weight in
        Construction.Sample(
          label: label, probability: weight / total, views: [[view.x, view.y, view.z, view.w]])
      }
    }
    return Construction(
      dimension: 4, classCount: 2, samples: samples(all, label: 0) + samples(rest, label: 1))
  }
}
