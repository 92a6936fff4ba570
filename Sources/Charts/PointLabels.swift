import Foundation

/// Labels of points. All of a panel's are placed together: in a cluster the first label must not take the last free place
/// of another.
struct PointLabels {
  struct Label {
    var text: RichText
    var anchor: Point
    /// Of the marker at `anchor`.
    var radius: Double
    var size: Double
    var color: Color
  }

  struct Placed {
    var label: Label
    var box: Rectangle
    /// Where the text starts.
    var origin: Point { Point(x: box.x, y: box.bottom - label.size * TextMetrics.descent(label.text)) }
    /// A thin line from the marker to a label that is not beside it.
    var leader: [Point]
  }

  /// The best of several orders of improving one label after the other, given the others, until nothing moves.
  static func arrange(_ labels: [Label], _ placer: LabelPlacer) -> [Placed] {
    let candidates = labels.map { label in
      self.candidates(label).map { candidate in
        var candidate = candidate
        // With the rim that hides what is under it; and a label at the end of a line should not seem to be another
        // point's.
        candidate.cost += placer.cost(candidate.box.expanded(by: candidate.leader.isEmpty ? 2 : 6))
        candidate.cost += 60 * Double(placer.boxes.count { isCrossed($0, by: candidate.leader) })
        return candidate
      }
    }
    let forward = Array(labels.indices)
    let byHeight = forward.sorted { (labels[$0].anchor.y, $0) < (labels[$1].anchor.y, $1) }
    let byPlace = forward.sorted { (labels[$0].anchor.x, $0) < (labels[$1].anchor.x, $1) }
    var best: (chosen: [Int], cost: Double)?
    for order in [forward, forward.reversed(), byHeight, byHeight.reversed(), byPlace, byPlace.reversed()] {
      let chosen = descend(candidates, order)
      let cost = total(candidates, chosen)
      if best.map({ cost < $0.cost - 1e-6 }) ?? true { best = (chosen, cost) }
      // Nothing is in the way of anything: no order can do better.
      if cost < 8 * Double(labels.count) { break }
    }
    guard let best else { return [] }
    return labels.indices.map { index in
      let candidate = candidates[index][best.chosen[index]]
      return Placed(label: labels[index], box: candidate.box, leader: candidate.leader)
    }
  }

  /// A local optimum, or what six rounds come to.
  private static func descend(_ candidates: [[Candidate]], _ order: [Int]) -> [Int] {
    var chosen: [Int?] = candidates.map { _ in nil }
    for _ in 0..<6 {
      var moved = false
      for index in order {
        let others = candidates.indices.compactMap { other in
          other == index ? nil : chosen[other].map { candidates[other][$0] }
        }
        var best: (index: Int, cost: Double)?
        for (place, candidate) in candidates[index].enumerated() {
          // Conflicts only add to it, and reckoning them is what takes time.
          if let best, candidate.cost >= best.cost { continue }
          let cost = others.reduce(candidate.cost) { $0 + conflict(candidate, $1) }
          if best.map({ cost < $0.cost - 1e-6 }) ?? true { best = (place, cost) }
        }
        moved = moved || chosen[index] != best?.index
        chosen[index] = best?.index
      }
      if !moved { break }
    }
    return chosen.map { $0 ?? 0 }
  }

  private static func total(_ candidates: [[Candidate]], _ chosen: [Int]) -> Double {
    var total = 0.0
    for index in chosen.indices {
      let candidate = candidates[index][chosen[index]]
      total += candidate.cost
      for other in 0..<index { total += conflict(candidate, candidates[other][chosen[other]]) }
    }
    return total
  }

  private struct Candidate {
    var box: Rectangle
    var leader: [Point]
    /// In square pixels of overlap.
    var cost: Double
    /// Holds label and line with the distance that others are to keep: what lies apart needs no closer look.
    var reach: Rectangle

    init(box: Rectangle, leader: [Point], cost: Double) {
      self.box = box
      self.leader = leader
      self.cost = cost
      let left = min(box.x, leader.first?.x ?? box.x)
      let top = min(box.y, leader.first?.y ?? box.y)
      let right = max(box.right, leader.first?.x ?? box.right)
      let bottom = max(box.bottom, leader.first?.y ?? box.bottom)
      reach = Rectangle(x: left, y: top, width: right - left, height: bottom - top).expanded(by: 3)
    }
  }

  /// Beside, above, below and diagonal first; then further away, where a thin line has to lead to the label.
  private static func candidates(_ label: Label) -> [Candidate] {
    let width = TextMetrics.width(label.text, fontSize: label.size)
    let height = label.size * (TextMetrics.capHeight + TextMetrics.descent(label.text))
    let near: [(Double, Double)] = [(1, 0), (0, -1), (1, -1), (0, 1), (-1, 0), (1, 1), (-1, -1), (-1, 1)]
    let between: [(Double, Double)] = [
      (1, -0.4), (1, 0.4), (-1, -0.4), (-1, 0.4), (0.4, -1), (0.4, 1), (-0.4, -1), (-0.4, 1),
    ]
    var candidates: [Candidate] = []
    for (ring, distance) in [0.0, 11, 20, 30, 42, 56].enumerated() {
      for (index, (dx, dy)) in (ring == 0 ? near : near + between).enumerated() {
        let shorten = abs(dx) == 1 && abs(dy) == 1 ? 0.7 : 1
        let gap = (label.radius + 3 + distance) * shorten
        let box = Rectangle(
          x: label.anchor.x + dx * gap + (dx - 1) / 2 * width, y: label.anchor.y + dy * gap + (dy - 1) / 2 * height,
          width: width, height: height)
        let reluctance = Double(index) * 0.5 + (ring == 0 ? 0 : 12 + 16 * Double(ring))
        candidates.append(Candidate(box: box, leader: ring == 0 ? [] : leader(label, box), cost: reluctance))
      }
    }
    return candidates
  }

  /// From the marker's rim to the nearest place of the label.
  private static func leader(_ label: Label, _ box: Rectangle) -> [Point] {
    let end = Point(
      x: min(max(label.anchor.x, box.x), box.right), y: min(max(label.anchor.y, box.y - 1.5), box.bottom + 1.5))
    let (dx, dy) = (end.x - label.anchor.x, end.y - label.anchor.y)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length > label.radius + 3 else { return [] }
    let start = label.radius / length
    return [Point(x: label.anchor.x + dx * start, y: label.anchor.y + dy * start), end]
  }

  private static func conflict(_ first: Candidate, _ second: Candidate) -> Double {
    guard first.reach.overlap(second.reach) > 0 else { return 0 }
    var cost = 8 * first.box.expanded(by: 1.5).overlap(second.box.expanded(by: 1.5))
    if isCrossed(first.box.expanded(by: 2.5), by: second.leader) { cost += 200 }
    if isCrossed(second.box.expanded(by: 2.5), by: first.leader) { cost += 200 }
    if crosses(first.leader, second.leader) { cost += 200 }
    return cost
  }

  private static func isCrossed(_ box: Rectangle, by line: [Point]) -> Bool {
    guard line.count == 2, max(line[0].x, line[1].x) >= box.x, min(line[0].x, line[1].x) <= box.right,
      max(line[0].y, line[1].y) >= box.y, min(line[0].y, line[1].y) <= box.bottom
    else { return false }
    // Not the ends, which touch the marker and the label.
    return (1..<16).contains { step in
      let fraction = Double(step) / 16
      return box.contains(
        Point(
          x: line[0].x + fraction * (line[1].x - line[0].x), y: line[0].y + fraction * (line[1].y - line[0].y)))
    }
  }

  private static func crosses(_ first: [Point], _ second: [Point]) -> Bool {
    guard first.count == 2, second.count == 2 else { return false }
    func side(_ line: [Point], _ point: Point) -> Double {
      (line[1].x - line[0].x) * (point.y - line[0].y) - (line[1].y - line[0].y) * (point.x - line[0].x)
    }
    return side(first, second[0]) * side(first, second[1]) < 0 && side(second, first[0]) * side(second, first[1]) < 0
  }
}
