/// A point: of data, or in pixels from the top left.
public struct Point: Sendable, Equatable {
  public var x: Double
  public var y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A rectangle in pixels from the top left.
struct Rectangle: Equatable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
  var middle: Point { Point(x: x + width / 2, y: y + height / 2) }

  func overlap(_ other: Rectangle) -> Double {
    max(0, min(right, other.right) - max(x, other.x)) * max(0, min(bottom, other.bottom) - max(y, other.y))
  }

  func contains(_ point: Point) -> Bool {
    point.x >= x && point.x <= right && point.y >= y && point.y <= bottom
  }

  func expanded(by margin: Double) -> Rectangle {
    Rectangle(x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin)
  }

  /// The part of a line that lies inside: two points, or none (Liang & Barsky, 1984).
  func clipped(_ start: Point, _ end: Point) -> [Point] {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    var (first, last) = (0.0, 1.0)
    for (direction, room) in [(-dx, start.x - x), (dx, right - start.x), (-dy, start.y - y), (dy, bottom - start.y)] {
      if direction == 0 {
        if room < 0 { return [] }
      } else if direction < 0 {
        first = max(first, room / direction)
      } else {
        last = min(last, room / direction)
      }
    }
    guard first < last else { return [] }
    return [first, last].map { Point(x: start.x + $0 * dx, y: start.y + $0 * dy) }
  }
}
