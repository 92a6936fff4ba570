import Charts
import Foundation
import Report
import Theory

/// Figure 2: point sets that minimise L_cor and L_uniform, computed on the circle and on the sphere.
public struct Figure2: Sendable, Equatable {
  /// Points of one panel with both losses.
  public struct Picture: Sendable, Equatable {
    public let title: String
    public let points: PointSet

    public init(title: String, points: PointSet) {
      self.title = title
      self.points = points
    }
  }

  /// A row for the circle, one for the sphere.
  public var rows: [[Picture]]
  public var style: FigureStyle

  public init(rows: [[Picture]], style: FigureStyle = FigureStyle()) {
    self.rows = rows
    self.style = style
  }

  /// The sets that are shown: a random start, what descent on each loss makes of it, and a minimum of L_cor that a start
  /// in a few clusters leads to.
  public static func computed(count: Int = 16, steps: Int = 4000, seed: UInt64 = 0) -> [[Picture]] {
    [2, 3].map { dimension in
      let start = PointSet(random: dimension == 2 ? count : 2 * count, dimension: dimension, seed: seed)
      let clusters = PointSet(
        clusters: dimension + 1, of: start.count / (dimension + 1), dimension: dimension, spread: 0.03, seed: seed)
      return [
        Picture(title: "random start", points: start),
        Picture(title: "ℒ_cor minimised", points: start.minimised(.correlation, steps: steps)),
        Picture(title: "ℒ_cor minimised, from clusters", points: clusters.minimised(.correlation, steps: steps)),
        Picture(title: "ℒ_uniform minimised", points: start.minimised(.uniformity(t: 2), steps: steps)),
      ]
    }
  }

  public static let caption =
    "Figure 2. What the two losses ask for. Points on the circle (top) and on the sphere (bottom, far side hollow), found by gradient "
    + "descent: ℒ_cor is zero for every set whose second moment is the identity, for scattered points and for a few clusters alike; "
    + "ℒ_uniform wants the points apart. Whether classes are apart is thus not decided by ℒ_cor. Both losses are printed beneath each "
    + "set; ℒ_uniform has t = 2. The red cross marks the centre."

  public func chart() -> Chart {
    let panels: [[Panel?]] = rows.map { row in row.map(panel) }
    let columns = rows.map(\.count).max() ?? 1
    return Chart(
      identifier: "figure-2", title: "Figure 2: minimisers of L_cor and L_uniform", summary: summary,
      style: style.applied(
        to: ChartStyle(width: max(420, 225 * Double(columns) + 30), fontSize: 12.5, markerSize: 6.5)),
      panels: panels, rowTitles: rows.map { RichText($0.first?.points.dimension == 2 ? "circle" : "sphere") })
  }

  private var summary: String {
    rows.joined().map {
      "\($0.title), d = \($0.points.dimension): L_cor \(number($0.points.correlationLoss)), "
        + "L_uniform \(number($0.points.uniformityLoss()))."
    }.joined(separator: " ")
  }

  private func plain(_ title: String) -> String { title.replacing("ℒ", with: "L") }

  private func number(_ value: Double) -> String {
    abs(value) < 5e-7 ? "0" : NumberFormat.significant(value, digits: 3)
  }

  private func panel(_ picture: Picture) -> Panel {
    let set = picture.points
    let outline = (0...96).map { Point.onCircle(Double($0) / 96 * 2 * .pi) }
    var marks: [Mark] = [.line(LineMark(outline, color: .lightGray, relativeWidth: 0.9, isSampled: true))]
    let front = (0..<set.count).filter { set.dimension == 2 || set.depth($0) >= 0 }
    let back = (0..<set.count).filter { !front.contains($0) }
    if set.dimension == 3 {
      marks.append(.line(LineMark(PointSet.equator, color: .lightGray, relativeWidth: 0.7, isSampled: true)))
    }
    func details(_ indices: [Int]) -> [MarkDetail] {
      indices.map { MarkDetail("\(plain(picture.title)), point \($0 + 1): \(FigureText.place(set.coordinates($0)))") }
    }
    marks.append(
      .points(
        PointMarks(
          back.map(set.projected), color: .blue, isFilled: false, relativeSize: 0.8, details: details(back))))
    marks.append(.points(PointMarks(front.map(set.projected), color: .blue, details: details(front))))
    marks.append(.points(PointMarks([Point(x: 0, y: 0)], symbol: .plus, color: .red, relativeSize: 0.9)))
    var panel = Panel(
      title: FigureText.typesetLosses(picture.title), x: Axis(domain: -1.12...1.12), y: Axis(domain: -1.12...1.12),
      marks: marks,
      footnotes: [
        .italic("ℒ") + .sub("cor") + RichText(" = " + number(set.correlationLoss)),
        .italic("ℒ") + .sub("uniform") + RichText(" = " + number(set.uniformityLoss())),
      ])
    panel.isBare = true
    return panel
  }

  /// Every point.
  public func csv() -> String {
    var csv = CSVText(header: ["set", "dimension", "point", "x", "y", "z", "L_cor", "L_uniform"])
    for picture in rows.joined() {
      let set = picture.points
      let losses = [CSVText.number(set.correlationLoss), CSVText.number(set.uniformityLoss())]
      for index in 0..<set.count {
        let place = (0..<3).map { $0 < set.dimension ? CSVText.number(set.points[index, $0]) : "" }
        csv.append([picture.title, "\(set.dimension)", "\(index)"] + place + losses)
      }
    }
    return csv.text
  }
}

extension Point {
  fileprivate static func onCircle(_ angle: Double) -> Point { Point(x: cos(angle), y: sin(angle)) }
}

extension PointSet {
  /// The viewer looks slightly down: the sphere is turned by this angle about the horizontal axis.
  private static let tilt = 0.42

  fileprivate func projected(_ index: Int) -> Point {
    guard dimension == 3 else { return Point(x: points[index, 0], y: points[index, 1]) }
    return Point(
      x: points[index, 0],
      y: points[index, 2] * cos(Self.tilt) + points[index, 1] * sin(Self.tilt))
  }

  fileprivate func coordinates(_ index: Int) -> [Double] { (0..<dimension).map { points[index, $0] } }

  /// Towards the viewer.
  fileprivate func depth(_ index: Int) -> Double {
    points[index, 2] * sin(Self.tilt) - points[index, 1] * cos(Self.tilt)
  }

  /// The near half of the equator.
  fileprivate static let equator: [Point] = (0...48).map { step in
    let angle = Double.pi * (1 + Double(step) / 48)
    return Point(x: cos(angle), y: sin(angle) * sin(tilt))
  }
}
