import Numerics

/// Counts of distances in 0...2 in 2¹⁶ bins, with their exact maximum. Counts add up the same in any order.
struct DistanceHistogram: Sendable {
  private static let binCount = 1 << 16

  private var counts: [Int] = []
  private var total = 0
  private(set) var maximum = 0.0

  init() {}

  /// All pairs of different rows among `rows`, on the unit sphere.
  init(pairsOf rows: [Int], in features: SphereFeatures) {
    let ranges = blocks(of: rows.count, size: 256)
    for (index, range) in ranges.enumerated() {
      let block = features.gather(Array(rows[range]), radius: 1)
      for other in ranges[index...] {
        let opposite = features.gather(Array(rows[other]), radius: 1)
        let products = block.multiplied(by: opposite, transposingOther: true)
        for row in 0..<range.count {
          for column in 0..<other.count where other.lowerBound + column > range.lowerBound + row {
            // ‖z̃₁ − z̃₂‖² = 2 − 2cos
            add((2 * max(0, 1 - products.values[row * other.count + column])).squareRoot())
          }
        }
      }
    }
  }

  mutating func add(_ distance: Double) {
    if counts.isEmpty { counts = [Int](repeating: 0, count: Self.binCount) }
    let bin = min(Self.binCount - 1, Int(distance / 2 * Double(Self.binCount)))
    counts[bin] += 1
    total += 1
    if distance > maximum { maximum = distance }
  }

  mutating func add(_ other: DistanceHistogram) {
    guard other.total > 0 else { return }
    if counts.isEmpty { counts = [Int](repeating: 0, count: Self.binCount) }
    for bin in counts.indices { counts[bin] += other.counts[bin] }
    total += other.total
    maximum = max(maximum, other.maximum)
  }

  /// The value below or at which `share` of the distances lie: the middle of its bin.
  func quantile(_ share: Double) -> Double {
    guard total > 0 else { return 0 }
    let rank = min(total - 1, Int(share * Double(total)))
    var seen = 0
    for (bin, count) in counts.enumerated() where count > 0 {
      seen += count
      if seen > rank { return min(maximum, (Double(bin) + 0.5) * 2 / Double(Self.binCount)) }
    }
    return maximum
  }

  var quantiles: DistanceQuantiles {
    DistanceQuantiles(median: quantile(0.5), q90: quantile(0.9), q99: quantile(0.99), pairs: total)
  }
}
