import Charts
import Report
import Testing

@testable import Reproduction

/// An accuracy is one number, in tables and in figures.
@Suite struct RoundingTests {
  /// In full, a share of so many queries has no digits but those that it was counted with.
  @Test(arguments: [7, 250, 1000, 2000, 10_000, 40_000])
  func percentagesAreWhatWasCounted(queries: Int) {
    for right in 0...queries {
      let percent = CellResults.percent(Double(right) / Double(queries))
      let counted = Double(100 * right) / Double(queries)
      // Sevenths have no end, and are rounded more than once.
      #expect(queries == 7 ? abs(percent - counted) <= 3 * counted.ulp : percent == counted, "\(right) of \(queries)")
    }
  }

  @Test(arguments: [(2.5e-9, "2.5e-07"), (-0.125, "-12.5"), (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan")])
  func percentagesOfWhatIsNoShare(value: Double, shown: String) {
    #expect(CellResults.percent(value).description == shown)
  }

  @Test(arguments: [1000, 2000, 10_000])
  func tablesAndFiguresRoundAlike(queries: Int) {
    for right in 0...queries {
      let accuracy = 100 * (Double(right) / Double(queries))
      for decimals in 0...2 {
        #expect(
          Cell.format(accuracy, decimals: decimals) == NumberFormat.fixed(accuracy, decimals: decimals),
          "\(right) of \(queries)")
      }
    }
    for value in [0.25, -0.25, 0.05, -0.04, 1e14, -3e13, 12_345.678] {
      #expect(Cell.format(value, decimals: 1) == NumberFormat.fixed(value, decimals: 1), "\(value)")
    }
  }
}
