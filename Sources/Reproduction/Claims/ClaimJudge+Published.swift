import Foundation

extension ClaimJudge {
  /// Claims of the text that Table 1 itself decides.
  func publishedTable() -> Outcome {
    guard let table = evidence.published else { return .undecided("the published table is not there") }
    func column(_ method: String, _ dataset: String) -> [(dimension: Int, accuracy: Double)] {
      table.entries.filter { $0.method == method && $0.dataset == dataset }.map { ($0.dimension, $0.accuracy) }
        .sorted { $0.dimension < $1.dimension }
    }
    let methods = [("barlow-twins", "Barlow Twins"), ("simsiam", "SimSiam")]
    switch quantity.kind {
    case .publishedMean:
      guard let dataset = quantity.dataset, let classes = quantity.classes, let published = claim.published else {
        break
      }
      let means = methods.map { method, title in
        let values = column(method, dataset).filter { $0.dimension > classes }.map(\.accuracy)
        return (title, values.reduce(0, +) / Double(max(1, values.count)))
      }
      return .holds(
        means.contains { abs($0.1 - published) <= tolerance },
        means.min { abs($0.1 - published) < abs($1.1 - published) }?.1,
        "the means over d > \(classes) are "
          + means.map { String(format: "%.2f", $0.1) + " (\($0.0))" }.joined(separator: " and "))
    case .publishedLoss:
      guard let dataset = quantity.dataset, let from = quantity.from, let to = quantity.to else { break }
      let losses = methods.compactMap { method, title -> (String, Double)? in
        guard let high = table.accuracy(method: method, dataset: dataset, dimension: from),
          let low = table.accuracy(method: method, dataset: dataset, dimension: to)
        else { return nil }
        return (title, high - low)
      }
      return .holds(
        losses.allSatisfy { $0.1 <= tolerance }, losses.map(\.1).max(),
        "from d = \(from) to \(to) "
          + losses.map { $0.0 + String(format: " loses %.2f points", $0.1) }.joined(separator: ", "))
    case .publishedKnee:
      guard let dataset = quantity.dataset, let knee = claim.published else { break }
      let found = methods.compactMap { method, title -> (String, Int, Bool)? in
        let points = column(method, dataset)
        guard let place = Self.knee(points), let above = Self.slope(points.filter { $0.dimension >= place }),
          let below = Self.slope(points.filter { $0.dimension <= place })
        else { return nil }
        return (title, place, above < below)
      }
      return .holds(
        !found.isEmpty && found.allSatisfy { $0.2 && abs(log2(Double($0.1) / knee)) <= tolerance },
        found.first.map { Double($0.1) },
        "two lines over log_{2} d fit best with their knee at "
          + found.map { "d = \($0.1) (\($0.0)\($0.2 ? "" : ", steeper above it"))" }.joined(separator: " and "))
    case .publishedSlopes:
      guard let dataset = quantity.dataset, let classes = quantity.classes else { break }
      let slopes = methods.compactMap { method, title -> (String, Double, Double)? in
        let points = column(method, dataset)
        guard let above = Self.slope(points.filter { $0.dimension > 2 * classes }),
          let below = Self.slope(points.filter { $0.dimension < 2 * classes })
        else { return nil }
        return (title, above, below)
      }
      guard !slopes.isEmpty else { break }
      return .holds(
        slopes.allSatisfy { $0.1 <= tolerance * $0.2 }, nil,
        "points won by a doubling of d above and below \(2 * classes): "
          + slopes.map { String(format: "%.2f and %.2f (", $0.1, $0.2) + $0.0 + ")" }.joined(separator: ", "))
    case .publishedSensitivity:
      let losses = methods.compactMap { method, title -> (String, Double, Double)? in
        let (few, many) = (column(method, "cifar-10"), column(method, "cifar-100"))
        guard let a = few.first, let b = few.last, let c = many.first, let d = many.last else { return nil }
        return (title, 1 - a.accuracy / b.accuracy, 1 - c.accuracy / d.accuracy)
      }
      return .holds(
        !losses.isEmpty && losses.allSatisfy { $0.2 > $0.1 }, nil,
        losses.map {
          $0.0 + String(format: " loses %.0f%% on CIFAR-10 and %.0f%% on CIFAR-100", 100 * $0.1, 100 * $0.2)
        }
        .joined(separator: "; "))
    default: break
    }
    return .undecided("the claim lacks what its kind asks for")
  }

  /// Accuracy won by a doubling of d, by least squares; nil for fewer than two points.
  static func slope(_ points: [(dimension: Int, accuracy: Double)]) -> Double? {
    guard points.count >= 2 else { return nil }
    let xs = points.map { log2(Double($0.dimension)) }
    let (x, y) = (xs.reduce(0, +) / Double(xs.count), points.reduce(0) { $0 + $1.accuracy } / Double(xs.count))
    let square = xs.reduce(0) { $0 + ($1 - x) * ($1 - x) }
    return zip(xs, points).reduce(0) { $0 + ($1.0 - x) * ($1.1.accuracy - y) } / square
  }

  /// The dimension at which two straight lines over log₂ d, joined there, fit the accuracies best; nil for fewer than five
  /// points.
  static func knee(_ points: [(dimension: Int, accuracy: Double)]) -> Int? {
    guard points.count >= 5 else { return nil }
    let xs = points.map { log2(Double($0.dimension)) }
    let ys = points.map(\.accuracy)
    return points.indices.dropFirst().dropLast().min { residual(xs, ys, at: xs[$0]) < residual(xs, ys, at: xs[$1]) }
      .map { points[$0].dimension }
  }

  /// The sum of squares left by least squares on 1, x and max(0, x − knee).
  private static func residual(_ xs: [Double], _ ys: [Double], at knee: Double) -> Double {
    let columns = [xs.map { _ in 1.0 }, xs, xs.map { max(0, $0 - knee) }]
    // Gram and Schmidt: what is left of y after each column's share is taken away.
    var basis: [[Double]] = []
    func inner(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    for column in columns {
      var rest = column
      for vector in basis {
        let share = inner(rest, vector)
        rest = zip(rest, vector).map { $0 - share * $1 }
      }
      let norm = inner(rest, rest).squareRoot()
      if norm > 1e-9 { basis.append(rest.map { $0 / norm }) }
    }
    var rest = ys
    for vector in basis {
      let share = inner(rest, vector)
      rest = zip(rest, vector).map { $0 - share * $1 }
    }
    return inner(rest, rest)
  }
}
