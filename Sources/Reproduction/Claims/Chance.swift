import Charts
import Foundation
import Numerics

/// How likely chance alone is to show as much: what a correlation of a few points and a majority of a few trainings are held
/// against.
enum Chance {
  /// Most points of which every order is tried.
  private static let exactCount = 8
  private static let randomOrders = 40_000

  /// The share of all orders of the y in which they fall as much with x as they do, or more: 1/24 at least for four points.
  ///
  /// Exact for up to eight points; over 40,000 random orders, the one that was found among them, beyond. One for no points.
  static func falling(_ points: [Point]) -> Double {
    let (xs, ys) = (points.map(\.x), points.map(\.y))
    let mean = xs.reduce(0, +) / Double(max(1, xs.count))
    let centred = xs.map { $0 - mean }
    // Means and norms are those of every order, so that r goes with this sum alone.
    func sum(_ order: [Int]) -> Double {
      var total = 0.0
      for (position, index) in order.enumerated() { total += centred[position] * ys[index] }
      return total
    }
    let found = sum(Array(points.indices))
    let rounding = 1e-12 * zip(centred, ys).reduce(0) { $0 + abs($1.0 * $1.1) }
    var (low, all) = (0, 0)
    if points.count <= exactCount {
      forEachOrder(points.count) { order in
        all += 1
        if sum(order) <= found + rounding { low += 1 }
      }
    } else {
      var stream = RandomStream(seed: 0, purpose: 0x0C4A_4CE5)
      (low, all) = (1, 1)
      for _ in 0..<randomOrders {
        all += 1
        if sum(stream.permutation(points.count)) <= found + rounding { low += 1 }
      }
    }
    return Double(low) / Double(all)
  }

  /// P[X ≥ `count`] for `total` throws of a fair coin.
  static func majority(_ count: Int, of total: Int) -> Double {
    guard count > 0 else { return 1 }
    // C(total, i)/2^total, one after the other.
    var (term, sum) = (pow(0.5, Double(total)), 0.0)
    for successes in 0...total {
      if successes >= count { sum += term }
      term *= Double(total - successes) / Double(successes + 1)
    }
    return sum
  }

  /// Spearman's rank correlation; nil for fewer than three points or where one side is constant.
  static func rankCorrelation(_ points: [Point]) -> Double? {
    func ranks(_ values: [Double]) -> [Double] {
      // The mean rank of equal values.
      values.map { value in
        let (below, equal) = (values.count { $0 < value }, values.count { $0 == value })
        return Double(below) + Double(equal - 1) / 2
      }
    }
    let ranked = zip(ranks(points.map(\.x)), ranks(points.map(\.y))).map { Point(x: $0, y: $1) }
    return LinearFit(ranked)?.r
  }

  /// Every order of 0..<count, by Heap's algorithm.
  private static func forEachOrder(_ count: Int, _ body: ([Int]) -> Void) {
    var order = Array(0..<count)
    var counters = [Int](repeating: 0, count: count)
    body(order)
    var position = 0
    while position < count {
      if counters[position] < position {
        order.swapAt(position % 2 == 0 ? 0 : counters[position], position)
        body(order)
        counters[position] += 1
        position = 0
      } else {
        counters[position] = 0
        position += 1
      }
    }
  }
}
