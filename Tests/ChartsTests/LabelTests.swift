import Testing

@testable import Charts

@Suite struct LabelTests {
  private func place(_ anchors: [Point]) -> [PointLabels.Placed] {
    var placer = LabelPlacer(bounds: Rectangle(x: 0, y: 0, width: 400, height: 300))
    for anchor in anchors { placer.block(Rectangle(x: anchor.x - 4, y: anchor.y - 4, width: 8, height: 8)) }
    return PointLabels.arrange(
      anchors.enumerated().map {
        .init(text: RichText("\($0.offset + 100)"), anchor: $0.element, radius: 4, size: 12, color: .black)
      }, placer)
  }

  @Test func aLonePointHasItsLabelAtTheRight() {
    let placed = place([Point(x: 200, y: 150)])
    #expect(placed.count == 1 && placed[0].leader.isEmpty && placed[0].box.x == 207)
  }

  @Test func labelsStayInside() {
    for corner in [Point(x: 4, y: 4), Point(x: 396, y: 4), Point(x: 4, y: 296), Point(x: 396, y: 296)] {
      let box = place([corner])[0].box
      #expect(box.x >= 0 && box.y >= 0 && box.right <= 400 && box.bottom <= 300)
    }
  }

  @Test func aClusterOfTenKeepsItsLabelsApart() {
    let anchors = (0..<10).map { Point(x: 60 + 3 * Double($0 % 4), y: 80 + 5 * Double($0)) }
    let placed = place(anchors)
    #expect(placed.count == 10)
    for first in placed.indices {
      for second in 0..<first { #expect(placed[first].box.overlap(placed[second].box) == 0) }
      for anchor in anchors {
        #expect(placed[first].box.overlap(Rectangle(x: anchor.x - 3, y: anchor.y - 3, width: 6, height: 6)) < 6)
      }
    }
  }

  @Test func linesAreClipped() {
    let box = Rectangle(x: 0, y: 0, width: 10, height: 10)
    #expect(box.clipped(Point(x: -10, y: 5), Point(x: 20, y: 5)) == [Point(x: 0, y: 5), Point(x: 10, y: 5)])
    #expect(box.clipped(Point(x: 2, y: 2), Point(x: 3, y: 3)) == [Point(x: 2, y: 2), Point(x: 3, y: 3)])
    #expect(box.clipped(Point(x: -1, y: 12), Point(x: 20, y: 12)).isEmpty)
    #expect(box.clipped(Point(x: -5, y: 4), Point(x: 4, y: -5)).isEmpty)
  }

  @Test func wrapping() {
    let text: RichText = "one two " + .italic("three") + .sub("i") + " four"
    let lines = text.wrapped(width: 68, fontSize: 12)
    #expect(lines.map(\.plain) == ["one two", "threei four"])
    #expect(text.wrapped(width: 1000, fontSize: 12) == [text])
    #expect(RichText("").wrapped(width: 10, fontSize: 12) == [""])
    #expect(RichText("unbreakable").wrapped(width: 5, fontSize: 12).map(\.plain) == ["unbreakable"])
  }
}
