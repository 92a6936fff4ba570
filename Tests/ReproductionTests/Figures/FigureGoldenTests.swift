import Charts
import SnapshotSupport
import Testing

@testable import Reproduction

/// Every figure as it was when somebody last looked at it.
@Suite struct FigureGoldenTests {
  @Test func figure1() throws {
    try expectSnapshot(Figure1.schematic.svg(), named: "figure-1.svg")
    try expectSnapshot(Figure1.schematic.narrow().svg(), named: "figure-1-narrow.svg")
  }

  /// Those of Figures 3 to 5 stand beside the tests of each.
  @Test func charts() throws {
    let names: Set = [
      "2", "accuracy", "counterexamples", "separation", "study", "two labels", "dynamics", "eigenvalues",
    ]
    let charts = try EveryFigure.charts().filter { names.contains($0.name) }
    #expect(charts.count == names.count)
    for (name, chart) in charts {
      try expectSnapshot(
        withPixelDigests(chart.svg()), named: "figure-\(name.replacing(" ", with: "-")).svg")
    }
  }

  /// A drawing that was changed in one place is another: what the snapshots are held against sees every pixel.
  @Test func everyPixelCounts() throws {
    func svg(_ place: Int) throws -> String {
      var values = [Double](repeating: 0, count: 36)
      values[place] = 1
      let panel = Panel(
        matrix: MatrixImage(rows: 6, columns: 6, values: values, scale: .blueWhiteRed(limit: 1), name: "m"))
      let chart = Chart(identifier: "m", title: "m", panels: [[panel]])
      return try withPixelDigests(chart.svg()).replacing(/data-values="[^"]*"/, with: "")
    }
    let drawn = try (0..<36).map { try svg($0) }
    #expect(Set(drawn).count == 36)
  }
}
