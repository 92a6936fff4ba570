/// Curves as few points as they need.
enum Curve {
  /// Pixels that no printer and no screen shows.
  private static let tolerance = 0.05

  /// `points` without those that lie on the line between the ones that are kept, as near as makes no difference to the eye
  /// (Ramer, 1972; Douglas and Peucker, 1973).
  static func simplified(_ points: [Point]) -> [Point] {
    guard points.count > 2 else { return points }
    var isKept = [Bool](repeating: false, count: points.count)
    isKept[0] = true
    isKept[points.count - 1] = true
    var open = [(0, points.count - 1)]
    while let (first, last) = open.popLast() {
      guard last - first > 1 else { continue }
      var farthest = (index: first, distance: Self.tolerance)
      for index in first + 1..<last {
        let offset = distance(of: points[index], from: points[first], points[last])
        if offset > farthest.distance { farthest = (index, offset) }
      }
      guard farthest.index != first else { continue }
      isKept[farthest.index] = true
      open += [(first, farthest.index), (farthest.index, last)]
    }
    return zip(points, isKept).compactMap { $1 ? $0 : nil }
  }

  /// From the part of the line between `start` and `end`.
  private static func distance(of point: Point, from start: Point, _ end: Point) -> Double {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let length = dx * dx + dy * dy
    let along = length > 0 ? min(max(((point.x - start.x) * dx + (point.y - start.y) * dy) / length, 0), 1) : 0
    let (x, y) = (point.x - start.x - along * dx, point.y - start.y - along * dy)
    return (x * x + y * y).squareRoot()
  }
}
