import Foundation
import Testing

@testable import Charts

@Suite struct SVGConverterTests {
  private let chart = Chart(
    identifier: "conversion", title: "Conversion", style: ChartStyle(width: 300, panelAspect: 0.5),
    panels: [
      [
        Panel(
          title: "Title", x: Axis(.italic("ℒ") + .sub("bound")), y: Axis("accuracy (%)"),
          marks: [.points(PointMarks([Point(x: 0, y: 1), Point(x: 1, y: 2)], labels: ["4", "8"]))])
      ]
    ])

  @Test func pngHasTheSizeTimesScale() throws {
    let svg = try chart.svg()
    let height = try #require(svg.firstMatch(of: /height="([0-9]+)"/).flatMap { Int($0.1) })
    for scale in [1, 2] {
      let png = try PNGEncoder.decode(chart.png(scale: Double(scale)))
      #expect(png.width == 300 * scale && png.height == height * scale)
      // White ground, and something drawn on it.
      #expect(png.rgb[0..<3] == [255, 255, 255])
      #expect(png.rgb.contains { $0 < 64 })
    }
  }

  @Test func twoPDFsASecondApartAreTheSame() async throws {
    let first = try chart.pdf()
    #expect(first.prefix(5) == ArraySlice("%PDF-".utf8))
    try await Task.sleep(for: .milliseconds(1100))
    #expect(try chart.pdf() == first)
    #expect(try chart.png() == chart.png())
  }

  @Test func whatIsNoSVGIsAnError() {
    #expect(throws: ChartError.self) { try SVGConverter.png(svg: "") }
    #expect(throws: ChartError.self) { try SVGConverter.pdf(svg: "<svg") }
    #expect(throws: ChartError.self) { try SVGConverter.png(svg: "<html></html>") }
  }

  @Test(arguments: [0, -1, .nan, .infinity, 1e6] as [Double])
  func impossibleScalesAreErrors(scale: Double) {
    #expect(throws: ChartError.self) { try chart.png(scale: scale) }
  }

  @Test func manyThreadsDrawAtOnce() async throws {
    let expected = [try chart.png(scale: 1), try chart.pdf()]
    try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
      for _ in 0..<6 {
        group.addTask { (0, try chart.png(scale: 1)) }
        group.addTask { (1, try chart.pdf()) }
      }
      for try await (kind, bytes) in group { #expect(bytes == expected[kind]) }
    }
  }
}
