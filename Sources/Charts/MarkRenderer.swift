/// Draws single marks at pixels.
enum MarkRenderer {
  static func marker(
    _ symbol: MarkerSymbol, at centre: Point, diameter: Double, color: Color, isFilled: Bool,
    _ writer: inout SVGWriter
  ) {
    let radius = diameter / 2
    let rim = NumberFormat.coordinate(max(0.8, diameter * 0.18))
    let fill = isFilled ? color.hexadecimal : "#ffffff"
    // A white rim parts filled points that overlap.
    let stroke = isFilled ? "#ffffff" : color.hexadecimal
    let strokeWidth = isFilled ? "0.6" : rim
    let (x, y) = (NumberFormat.coordinate(centre.x), NumberFormat.coordinate(centre.y))
    switch symbol {
    case .circle:
      writer.empty(
        "circle",
        [
          "cx": x, "cy": y, "r": NumberFormat.coordinate(radius), "fill": fill, "stroke": stroke,
          "stroke-width": strokeWidth,
        ])
    case .square, .diamond, .triangle:
      let corners: [(Double, Double)] =
        switch symbol {
        case .square: [(-0.89, -0.89), (0.89, -0.89), (0.89, 0.89), (-0.89, 0.89)]
        case .diamond: [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)]
        default: [(0, -1.2), (1.1, 0.8), (-1.1, 0.8)]
        }
      let points = corners.map { Point(x: centre.x + $0.0 * radius, y: centre.y + $0.1 * radius) }
      writer.empty("path", ["d": path(points) + "Z", "fill": fill, "stroke": stroke, "stroke-width": strokeWidth])
    case .cross, .plus:
      let arm = symbol == .cross ? radius * 0.95 : radius * 1.2
      let ends: [(Double, Double)] =
        symbol == .cross ? [(-1, -1), (1, 1), (-1, 1), (1, -1)] : [(-1, 0), (1, 0), (0, -1), (0, 1)]
      let points = ends.map { Point(x: centre.x + $0.0 * arm, y: centre.y + $0.1 * arm) }
      writer.empty(
        "path",
        [
          "d": path(Array(points[0...1])) + path(Array(points[2...3])), "fill": "none",
          "stroke": color.hexadecimal, "stroke-width": NumberFormat.coordinate(max(1.4, diameter * 0.26)),
        ])
    }
  }

  static func line(
    _ points: [Point], color: Color, width: Double, dash: Dash = .solid, _ writer: inout SVGWriter
  ) {
    guard points.count >= 2, width > 0 else { return }
    let stroke = NumberFormat.coordinate(width)
    if let pattern = dash.pattern {
      writer.empty(
        "path",
        [
          "d": path(points), "fill": "none", "stroke": color.hexadecimal, "stroke-width": stroke,
          "stroke-dasharray": pattern,
        ])
    } else {
      writer.empty(
        "path",
        [
          "d": path(points), "fill": "none", "stroke": color.hexadecimal, "stroke-width": stroke,
          "stroke-linejoin": "round",
        ])
    }
  }

  static func path(_ points: [Point]) -> String {
    points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(NumberFormat.coordinate(point.x)) \(NumberFormat.coordinate(point.y))"
    }.joined()
  }
}
