import Foundation
import Testing

@testable import Charts

/// What a drawing carries so that a page around it can tell its values.
@Suite struct ReadingTests {
  private func svg(_ panel: Panel) throws -> String {
    try Chart(identifier: "c", title: "t", panels: [[panel]]).svg()
  }

  /// From the pixels of a named line its values come back by what the panel says of its axes.
  @Test(arguments: [Scale.Kind.linear, .log2, .log10])
  func valuesOfLinesComeBack(kind: Scale.Kind) throws {
    let points = [Point(x: 2, y: 1), Point(x: 16, y: 30), Point(x: 64, y: 5)]
    let panel = Panel(
      x: Axis(.italic("λ") + .sub("p,i"), kind: kind), y: Axis("error (%)"),
      marks: [.line(LineMark(points, name: "a <line>")), .line(LineMark(points))])
    let svg = try svg(panel)
    #expect(svg.components(separatedBy: "data-line=").count == 2 && svg.contains("data-line=\"a &lt;line&gt;\""))
    func axis(_ name: String) throws -> (scale: Scale, title: String) {
      let text = try #require(svg.firstMatch(of: try Regex(" \(name)=\"([^\"]*)\""))?.output[1].substring)
      let words = text.split(separator: " ", maxSplits: 5).map(String.init)
      let numbers = words[1...4].compactMap(Double.init)
      return (
        Scale(
          try #require(Scale.Kind(rawValue: words[0])), domain: numbers[0]...numbers[1], start: numbers[2],
          end: numbers[3]), words[5]
      )
    }
    let (x, y) = (try axis("data-x"), try axis("data-y"))
    #expect(x.title == "λ_p,i" && y.title == "error (%)")
    let path = try #require(svg.firstMatch(of: /data-line="[^"]*">\s*<path d="([^"]*)"/)?.output.1)
    let places = path.matches(of: /[ML]([0-9.]+) ([0-9.]+)/).compactMap { match in
      Double(match.output.1).flatMap { x in Double(match.output.2).map { (x, $0) } }
    }
    #expect(places.count == points.count)
    for (place, point) in zip(places, points) {
      #expect(abs(x.scale.value(at: place.0) / point.x - 1) < 1e-3)
      #expect(abs(y.scale.value(at: place.1) - point.y) < 0.02)
    }
  }

  @Test func panelsWithoutNamedLinesSayNothingOfAxes() throws {
    #expect(try !svg(Panel(marks: [.line(LineMark([Point(x: 0, y: 0), Point(x: 1, y: 1)]))])).contains("data-x"))
  }

  @Test func smallMatricesCarryTheirValues() throws {
    let scale = ColorScale.blueWhiteRed(limit: 1)
    let small = MatrixImage(rows: 2, columns: 2, values: [1, -0.123456, .nan, 1e-7], scale: scale, name: "Λ")
    #expect(small.printedValues == "1 −0.123 NaN 1×10⁻⁷")
    #expect(
      try svg(Panel(matrix: small)).contains("data-matrix=\"2 2 -1.0 1.0\" data-name=\"Λ\" data-values=\"1 −0.123"))
    let large = MatrixImage(rows: 64, columns: 64, values: [Double](repeating: 0, count: 4096), scale: scale)
    #expect(large.printedValues == nil)
    #expect(try !svg(Panel(matrix: large)).contains("data-values"))
  }

  /// The colours of a large one, in the order of the PNG's palette, are its values to a 254th of the scale.
  @Test func coloursAreValues() throws {
    let values = (0..<40).map { Double($0) / 20 - 1 }
    let image = MatrixImage(rows: 5, columns: 8, values: values, scale: .blueWhiteRed(limit: 1))
    let png = try image.png(pixelsPerCell: 2)
    let start = try #require(png.indices.first { png[$0...].starts(with: Array("PLTE".utf8)) }) + 4
    let palette = (0..<256).map { Array(png[start + 3 * $0..<start + 3 * $0 + 3]) }
    #expect(palette[255] == [0xBD, 0xBD, 0xBD] && palette[127] == [255, 255, 255])
    let pixels = try PNGEncoder.decode(png)
    for (index, value) in values.enumerated() {
      let at = 3 * (2 * (index / 8) * pixels.width + 2 * (index % 8))
      let place = try #require(palette.firstIndex(of: Array(pixels.rgb[at..<at + 3])))
      #expect(abs(2 * Double(place) / 254 - 1 - value) <= 1.01 / 127, "\(value)")
    }
  }

  @Test func palettesAreChecked() {
    for (indices, palette) in [([0, 1], [Color.black]), ([0], []), ([0, 0, 0], [Color.black])] as [([UInt8], [Color])] {
      #expect(throws: ChartError.self) {
        try PNGEncoder.encode(width: 2, height: 1, indices: indices, palette: palette)
      }
    }
  }

  /// What is left out of a curve lies within a twentieth of a pixel of what is drawn.
  @Test func curvesKeepTheirShape() {
    var seed = UInt64.random(in: 0...UInt64.max)
    let first = seed
    func random() -> Double {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(seed >> 11) / Double(UInt64(1) << 53)
    }
    for _ in 0..<50 {
      let (wave, phase) = (random() * 4, random() * 6)
      let points = (0...200).map { Point(x: Double($0), y: 60 * sin(wave * Double($0) / 50 + phase)) }
      let kept = Curve.simplified(points)
      #expect(kept.first == points.first && kept.last == points.last && kept.count < points.count)
      for point in points {
        let index = kept.lastIndex { $0.x <= point.x } ?? 0
        let (a, b) = (kept[index], kept[min(index + 1, kept.count - 1)])
        let y = b.x > a.x ? a.y + (point.x - a.x) / (b.x - a.x) * (b.y - a.y) : a.y
        // Upright distance of a slope of up to 5 is at most √26 times the distance.
        #expect(abs(y - point.y) < 0.05 * 5.2, "seed \(first)")
      }
    }
    #expect(Curve.simplified([]).isEmpty && Curve.simplified([Point(x: 1, y: 1)]).count == 1)
    #expect(Curve.simplified((0...9).map { Point(x: Double($0), y: 2) }).count == 2)
    #expect(Curve.simplified([Point(x: 0, y: 0), Point(x: 5, y: 5), Point(x: 0, y: 0)]).count == 3)
  }
}
