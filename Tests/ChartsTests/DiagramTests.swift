import Foundation
import SnapshotSupport
import Testing

@testable import Charts

@Suite struct DiagramTests {
  /// SplitMix64: the same numbers on every machine.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func boxesStandApartAndArrowsLeadRight(seed: UInt64) {
    var generator = Generator(state: seed)
    for _ in 0..<30 {
      let count = Int.random(in: 1...25, using: &generator)
      let hasCircles = Bool.random(using: &generator)
      var arrows: [(from: Int, to: Int)] = []
      for to in 0..<count {
        for from in 0..<count where from != to && (hasCircles || from < to) {
          if Int.random(in: 0..<6, using: &generator) == 0 { arrows.append((from, to)) }
        }
      }
      let heights = (0..<count).map { _ in Double.random(in: 10...40, using: &generator) }
      let layout = DiagramLayout(heights: heights, arrows: arrows, gap: 7)
      #expect(Set(layout.slots.compactMap(\.box)) == Set(0..<count), "seed \(seed)")
      for column in layout.columns {
        for (upper, lower) in zip(column, column.dropFirst()) {
          let (upper, lower) = (layout.slots[upper], layout.slots[lower])
          #expect(lower.y - lower.height / 2 >= upper.y + upper.height / 2 + 7 - 1e-6, "seed \(seed)")
        }
      }
      for (arrow, route) in zip(arrows, layout.routes) {
        let columns = route.slots.map { layout.slots[$0].column }
        #expect(columns == Array(columns[0]...columns[columns.count - 1]), "seed \(seed)")
        #expect(hasCircles || !route.isReversed, "seed \(seed)")
        let ends = [layout.slots[route.slots[0]].box, layout.slots[route.slots[route.slots.count - 1]].box]
        #expect(ends == (route.isReversed ? [arrow.to, arrow.from] : [arrow.from, arrow.to]), "seed \(seed)")
      }
    }
  }

  /// Against the definition: no small move of a place that keeps the order and the gaps comes nearer to the wanted places.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func placesAreNearestToTheWantedOnes(seed: UInt64) {
    var generator = Generator(state: seed)
    for _ in 0..<50 {
      let count = Int.random(in: 1...8, using: &generator)
      let wanted = (0..<count).map { _ in Double.random(in: 0...100, using: &generator) }
      let heights = (0..<count).map { _ in Double.random(in: 5...20, using: &generator) }
      let places = DiagramLayout.spread(wanted, heights: heights, gap: 3)
      func isAllowed(_ y: [Double]) -> Bool {
        (1..<max(1, count)).allSatisfy { index in
          let room: Double = (heights[index] + heights[index - 1]) / 2 + 3
          return y[index] - y[index - 1] >= room - 1e-9
        }
      }
      func distance(_ y: [Double]) -> Double { zip(y, wanted).map { ($0 - $1) * ($0 - $1) }.reduce(0, +) }
      #expect(isAllowed(places), "seed \(seed)")
      for _ in 0..<200 {
        let first = Int.random(in: 0..<count, using: &generator)
        let last = Int.random(in: first..<count, using: &generator)
        let step = Double.random(in: -1...1, using: &generator)
        let moved = places.indices.map { (first...last).contains($0) ? places[$0] + step : places[$0] }
        if isAllowed(moved) { #expect(distance(moved) >= distance(places) - 1e-6, "seed \(seed)") }
      }
    }
  }

  @Test func aDiagramIsDrawn() throws {
    let diagram = Diagram(
      identifier: "example", title: "An example", summary: "Boxes & arrows.",
      boxes: [
        Diagram.Box("download", parts: [Diagram.Part(Color(hex: 0xCFE8DC))], rim: .green),
        Diagram.Box(
          "train <x>", detail: "3 done, 1 stale",
          parts: [Diagram.Part(Color(hex: 0xCFE8DC), share: 3), Diagram.Part(Color(hex: 0xF6C9A0))], rim: .orange),
        Diagram.Box("probe", parts: [Diagram.Part(Color(hex: 0xFBF0BF))], rimDash: .dashed),
        Diagram.Box("report", parts: [Diagram.Part(.white)]),
      ],
      arrows: [
        Diagram.Arrow(from: 0, to: 1), Diagram.Arrow(from: 1, to: 2), Diagram.Arrow(from: 2, to: 3),
        Diagram.Arrow(from: 0, to: 3), Diagram.Arrow(from: 2, to: 1),
      ], legend: [LegendEntry(.marker(.square, .green, isFilled: true), "1 up to date")], notes: ["A note."])
    let svg = diagram.svg()
    try expectSnapshot(svg, named: "diagram.svg")
    #expect(svg == diagram.svg())
    #expect(svg.contains("train &lt;x&gt;"))
    #expect(try !SVGConverter.png(svg: svg, scale: 1).isEmpty)
  }

  @Test func nothingIsDrawnAsWell() throws {
    let svg = Diagram(identifier: "none", title: "Nothing", boxes: [], arrows: []).svg()
    #expect(try !SVGConverter.png(svg: svg, scale: 1).isEmpty)
  }
}
