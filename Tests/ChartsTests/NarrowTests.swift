import Foundation
import Testing

@testable import Charts

@Suite struct NarrowTests {
  private func panel(_ title: RichText, y: RichText = "y") -> Panel {
    Panel(title: title, x: Axis("x"), y: Axis(y), marks: [.points(PointMarks([Point(x: 0, y: 0), Point(x: 1, y: 9)]))])
  }

  private func square(_ title: RichText) -> Panel {
    Panel(title: title, matrix: MatrixImage(rows: 1, columns: 1, values: [0], scale: .blueWhiteRed(limit: 1)))
  }

  @Test func panelsStandBelowEachOther() throws {
    let chart = Chart(
      identifier: "c", title: "t", panels: [[panel("a"), panel("b")], [panel("c"), nil]], rowTitles: ["top", "bottom"])
    let narrow = chart.narrow()
    #expect(narrow.panels.map { $0.map { $0?.title.plain } } == [["a"], ["b"], ["c"]])
    #expect(narrow.rowTitles.map(\.plain) == ["top", "", "bottom"])
    let svg = try narrow.svg()
    // Every panel says what its axes are, and the heading of a row is said once.
    #expect(svg.components(separatedBy: ">y<").count == 4 && svg.components(separatedBy: ">x<").count == 4)
    #expect(svg.components(separatedBy: ">top<").count == 2)
    #expect(svg.contains("width=\"352\"") && svg.contains("id=\"c-narrow\""))
  }

  @Test func squaresStandInPairs() {
    let rows: [[Panel?]] = [[square("1"), square("2"), square("3"), square("4")], [square("5"), nil, nil, nil]]
    let narrow = Chart(identifier: "c", title: "t", panels: rows).narrow()
    #expect(narrow.panels.map { $0.map { $0?.title.plain } } == [["1", "2"], ["3", "4"], ["5", nil]])
    #expect(narrow.rowTitles.isEmpty)
    // Rows of one title are one, that of Figure 5's encoder for instance.
    let named = Chart(
      identifier: "c", title: "t", panels: [[square("1"), square("2"), square("3")], [square("4")]],
      rowTitles: ["e", "e"]
    ).narrow()
    #expect(named.panels.map(\.count) == [2, 2] && named.rowTitles.map(\.plain) == ["e", ""])
  }

  /// Browsers, which alone show this form, enlarge its matrices without smoothing.
  @Test func matricesHaveAPixelAnElement() throws {
    let matrix = MatrixImage(
      rows: 64, columns: 64, values: (0..<4096).map { Double($0 * 7919 % 255) }, scale: .blueWhiteRed(limit: 254))
    let chart = Chart(identifier: "c", title: "t", panels: [[Panel(matrix: matrix)]])
    func side(_ svg: String) throws -> Int {
      let encoded = try #require(svg.firstMatch(of: /href="data:image\/png;base64,([^"]*)"/)?.output.1)
      let png = try #require(Data(base64Encoded: String(encoded)))
      return try PNGEncoder.decode([UInt8](png)).width
    }
    let (own, narrow) = (try chart.svg(), try chart.narrow().svg())
    #expect(try side(own) == 512)
    #expect(try side(narrow) == 64)
    #expect(!own.contains("pixelated") && narrow.contains("image-rendering=\"pixelated\""))
  }

  @Test func nothingToDraw() throws {
    #expect(try Chart(identifier: "c", title: "t", panels: []).narrow().svg().hasSuffix("</svg>\n"))
    #expect(try Chart(identifier: "c", title: "t", panels: [[nil]]).narrow().svg().hasSuffix("</svg>\n"))
    #expect(try Chart(identifier: "c", title: "t", panels: [[Panel()]]).narrow().svg().contains("no data"))
  }

  /// A legend's label that is wider than the drawing goes on in the next line.
  @Test func longLabelsOfLegendsAreWrapped() throws {
    let label = RichText("a label of so many words that no phone has room for it in a single line of its legend")
    var chart = Chart(identifier: "c", title: "t", panels: [[panel("a")]])
    chart.legend = [LegendEntry(.line(.red, .solid), label), LegendEntry(.line(.blue, .solid), "short")]
    let svg = try chart.narrow().svg()
    #expect(!svg.contains(label.plain) && svg.contains(">a label of") && svg.contains(">short<"))
    #expect(try chart.svg().contains(label.plain))
  }

  @Test func partsOfASchematicStandBelowEachOther() {
    let part = Schematic.Part(
      title: "p", columns: 2, boxes: [.init("a", "A", column: 0, row: 0), .init("b", "B", column: 1, row: 1)],
      arrows: [.init("a", "b")])
    let schematic = Schematic(identifier: "s", title: "t", summary: "", parts: [part, part, part], rows: 2)
    let (wide, narrow) = (schematic.svg(), schematic.narrow().svg())
    #expect(wide.contains("width=\"720\"") && narrow.contains("width=\"236\""))
    #expect(narrow.components(separatedBy: ">A<").count == 4)
  }
}
