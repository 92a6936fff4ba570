/// What of a panel can be drawn, and between which limits.
struct PanelLimits {
  /// `nil` when the panel has no data.
  var x: ClosedRange<Double>?
  var y: ClosedRange<Double>?
  /// Points that have no place on the axes.
  var missingCount = 0

  /// The limits of every panel. Same shape as `chart.panels`.
  static func of(_ chart: Chart) -> [[PanelLimits]] {
    chart.panels.map { row in row.map { panel in panel.map { PanelLimits($0) } ?? PanelLimits() } }
  }

  private init() {}

  private init(_ panel: Panel) {
    let values = PanelValues(panel)
    missingCount = values.missingCount
    guard values.hasData else { return }
    x = Self.domain(panel.x, values.x)
    y = Self.domain(panel.y, values.y)
  }

  private static func domain(_ axis: Axis, _ values: [Double]) -> ClosedRange<Double>? {
    if let domain = axis.usableDomain { return domain }
    guard let fitted = Scale.domain(holding: values, kind: axis.kind, padding: 0.07) else { return nil }
    guard let bounds = axis.bounds, bounds.lowerBound < bounds.upperBound else { return fitted }
    // Bounds hold the padding back, never the data.
    let lower = min(max(fitted.lowerBound, bounds.lowerBound), values.min() ?? fitted.lowerBound)
    let upper = max(min(fitted.upperBound, bounds.upperBound), values.max() ?? fitted.upperBound)
    return lower < upper ? lower...upper : fitted
  }
}

extension Axis {
  /// `domain` unless it cannot be drawn.
  fileprivate var usableDomain: ClosedRange<Double>? {
    guard let domain, domain.lowerBound < domain.upperBound, Scale.canShow(domain.lowerBound, on: kind),
      Scale.canShow(domain.upperBound, on: kind)
    else { return nil }
    return domain
  }

  /// Whether `value` has a place on this axis.
  func shows(_ value: Double) -> Bool {
    Scale.canShow(value, on: kind) && (usableDomain?.contains(value) ?? true)
  }
}

extension Panel {
  /// Whether `point` has a place in this panel.
  func shows(_ point: Point) -> Bool { x.shows(point.x) && y.shows(point.y) }
}

/// The values of a panel that its axes must hold.
private struct PanelValues {
  var x: [Double] = []
  var y: [Double] = []
  var hasData = false
  var missingCount = 0

  init(_ panel: Panel) {
    var (missingPoints, missingElsewhere, hasPoints) = (0, 0, false)

    func add(_ points: [Point]) -> Int {
      let shown = points.filter(panel.shows)
      x += shown.map(\.x)
      y += shown.map(\.y)
      hasData = hasData || !shown.isEmpty
      return points.count - shown.count
    }

    for mark in panel.marks {
      switch mark {
      case .points(let mark):
        hasPoints = hasPoints || !mark.points.isEmpty
        missingPoints += add(mark.points)
      case .line(let mark) where mark.setsLimits:
        missingElsewhere += add(mark.points)
      case .errorBars(let mark):
        for bar in mark.bars where panel.shows(bar.point) {
          x += [-1, 1].map { bar.point.x + $0 * (bar.x ?? 0) }.filter(panel.x.shows)
          y += [-1, 1].map { bar.point.y + $0 * (bar.y ?? 0) }.filter(panel.y.shows)
        }
      case .rule(let mark):
        if mark.direction == .horizontal, panel.y.shows(mark.value) { y.append(mark.value) }
        if mark.direction == .vertical, panel.x.shows(mark.value) { x.append(mark.value) }
      case .line:
        break
      }
    }
    // A line through points that are drawn as well does not count them twice.
    missingCount = hasPoints ? missingPoints : missingElsewhere
  }
}
