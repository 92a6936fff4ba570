import Charts
import Report
import Testing

/// An accuracy is one number, in tables and in figures.
@Suite struct RoundingTests {
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
