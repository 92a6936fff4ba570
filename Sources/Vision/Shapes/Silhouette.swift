/// The outlines of the generated objects, told apart under any rotation and after shrinking to 16 × 16 pixels.
///
/// The first ten make the standard hundred classes, the others extend them to two hundred. All are thick, so that a
/// texture of period eight pixels has room on them.
enum Silhouette: Int, CaseIterable, Sendable {
  case disc, ring, triangle, square, cross, star, crescent, bars, heart, hourglass
  case ellipse, angle, tee, chevron, zed, trefoil, dome, frame, horseshoe, arrow

  /// Distance of (x, y) from the outline, negative inside, in units in which an object has about radius 1; exact near
  /// straight and round edges, approximate at corners, which is all that soft edges need.
  func distance(_ x: Float, _ y: Float) -> Float {
    switch self {
    case .disc: length(x, y) - 0.92
    case .ring: abs(length(x, y) - 0.7) - 0.3
    case .triangle: max(-y, 0.866_025_4 * abs(x) + 0.5 * y) - 0.6
    case .square: max(abs(x), abs(y)) - 0.8
    case .cross: min(box(x, y, 1, 0.36), box(x, y, 0.36, 1))
    case .star: Self.star(x, y)
    case .crescent: max(length(x - 0.2, y) - 1, 0.72 - length(x - 0.75, y))
    case .bars: box(x, abs(y) - 0.58, 0.95, 0.32)
    case .heart: Self.heart(x, y)
    case .hourglass: max(abs(y) - 0.9, 0.8 * (abs(x) - 0.75 * abs(y) - 0.15))
    case .ellipse: 0.55 * (length(x, y / 0.5) - 1.08)
    case .angle: min(box(x + 0.5, y, 0.36, 0.9), box(x, y + 0.54, 0.86, 0.36))
    case .tee: min(box(x, y - 0.54, 0.95, 0.36), box(x, y, 0.34, 0.9))
    case .chevron: max(abs(y - abs(x) + 0.35) * 0.707_106_8 - 0.36, abs(x) - 0.9)
    case .zed: Self.zed(x, y)
    case .trefoil: Self.trefoil(x, y)
    case .dome: max(length(x, y + 0.45) - 1.05, -y - 0.45)
    case .frame: abs(max(abs(x), abs(y)) - 0.62) - 0.26
    case .horseshoe: max(box(x, y, 0.88, 0.88), -box(x, y - 0.4, 0.34, 0.8))
    case .arrow: Self.arrow(x, y)
    }
  }

  /// The exact five-pointed star: the plane is folded onto one half of one point.
  private static func star(_ x: Float, _ y: Float) -> Float {
    let (cosine, sine): (Float, Float) = (0.809_017, 0.587_785_25)
    var (x, y) = (abs(x), y)
    let first = max(cosine * x - sine * y, 0)
    x -= 2 * first * cosine
    y += 2 * first * sine
    let second = max(-cosine * x - sine * y, 0)
    x += 2 * second * cosine
    y += 2 * second * sine
    let outer: Float = 1.18
    let inner: Float = 0.52
    x = abs(x)
    y -= outer
    let (edgeX, edgeY) = (inner * sine, inner * cosine - 1)
    let along = min(max((x * edgeX + y * edgeY) / (edgeX * edgeX + edgeY * edgeY), 0), outer)
    let distance = length(x - edgeX * along, y - edgeY * along)
    return y * edgeX - x * edgeY < 0 ? -distance : distance
  }

  /// A square on its corner with a disc on each of its upper sides.
  private static func heart(_ x: Float, _ y: Float) -> Float {
    let u = 0.707_106_8 * (x + y) + 0.12
    let v = 0.707_106_8 * (y - x) + 0.12
    let half: Float = 0.58
    return min(box(u, v, half, half), min(length(u, v - half) - half, length(u - half, v) - half))
  }

  private static func zed(_ x: Float, _ y: Float) -> Float {
    let ends = min(box(x + 0.32, y - 0.6, 0.62, 0.32), box(x - 0.32, y + 0.6, 0.62, 0.32))
    return min(ends, box(x, y, 0.3, 0.9))
  }

  private static func trefoil(_ x: Float, _ y: Float) -> Float {
    let lower = length(abs(x) - 0.45, y + 0.3)
    return min(lower, length(x, y - 0.5)) - 0.46
  }

  private static func arrow(_ x: Float, _ y: Float) -> Float {
    let head = max(-y, 0.707_106_8 * (abs(x) + y) - 0.7)
    return min(head, box(x, y + 0.4, 0.34, 0.6))
  }
}

@inline(__always)
private func length(_ x: Float, _ y: Float) -> Float {
  (x * x + y * y).squareRoot()
}

/// Distance from the upright rectangle of half sides `halfWidth` and `halfHeight` about the origin.
@inline(__always)
private func box(_ x: Float, _ y: Float, _ halfWidth: Float, _ halfHeight: Float) -> Float {
  max(abs(x) - halfWidth, abs(y) - halfHeight)
}
