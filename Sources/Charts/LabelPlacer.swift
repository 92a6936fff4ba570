/// Finds places for labels where they hide little, without chance: the same labels always come to the same places.
struct LabelPlacer {
  /// What labels should not leave.
  let bounds: Rectangle
  /// Points and labels that are already there.
  private(set) var boxes: [Rectangle] = []
  /// Places on lines.
  private(set) var samples: [Point] = []

  init(bounds: Rectangle) { self.bounds = bounds }

  mutating func block(_ box: Rectangle) { boxes.append(box) }

  /// Takes note of a line, as places a few pixels apart (at most 4,000 in all).
  mutating func block(line points: [Point]) {
    for (start, end) in zip(points, points.dropFirst()) {
      let length = max(abs(end.x - start.x), abs(end.y - start.y))
      let steps = max(1, min(Int(length / 4), 500))
      guard samples.count + steps < 4_000 else { return }
      for step in 0..<steps {
        let fraction = Double(step) / Double(steps)
        samples.append(Point(x: start.x + fraction * (end.x - start.x), y: start.y + fraction * (end.y - start.y)))
      }
    }
  }

  /// The best of `candidates` (the earlier ones are preferred where they are equally free) and its index.
  /// `reluctance` is what a candidate costs in itself, in square pixels of overlap.
  func best(_ candidates: [(box: Rectangle, reluctance: Double)]) -> Int? {
    var best: (index: Int, cost: Double)?
    for (index, candidate) in candidates.enumerated() {
      let cost = candidate.reluctance + self.cost(candidate.box)
      if best.map({ cost < $0.cost - 1e-6 }) ?? true { best = (index, cost) }
    }
    return best?.index
  }

  /// How much of what is there `box` would hide.
  func cost(_ box: Rectangle) -> Double {
    let outside = box.width * box.height - box.overlap(bounds)
    var hidden = 0.0
    for other in boxes where other.x < box.right && other.right > box.x { hidden += other.overlap(box) }
    var crossed = 0.0
    for sample in samples
    where sample.x >= box.x && sample.x <= box.right && sample.y >= box.y && sample.y <= box.bottom {
      crossed += 1
    }
    return 30 * outside + 4 * hidden + 8 * crossed
  }
}
