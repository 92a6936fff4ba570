import Foundation
import Testing

@testable import Charts

@Suite struct LinearFitTests {
  @Test func aLineIsFound() throws {
    let fit = try #require(LinearFit((0..<7).map { Point(x: Double($0), y: 3 - 2 * Double($0)) }))
    #expect(abs(fit.slope + 2) < 1e-14 && abs(fit.intercept - 3) < 1e-14)
    #expect(abs(try #require(fit.r) + 1) < 1e-14)
    #expect(fit.count == 7)
    #expect(abs(fit(10) + 17) < 1e-12)
  }

  /// Against the normal equations with raw sums, in another order.
  @Test func agreesWithTheNormalEquations() throws {
    let x = [0.12, 0.5, 0.33, 0.91, 0.27, 0.44]
    let y = [81.0, 60.5, 71.2, 44.0, 77.7, 63.9]
    let fit = try #require(LinearFit(zip(x, y).map { Point(x: $0, y: $1) }))
    let n = Double(x.count)
    let (sx, sy) = (x.reduce(0, +), y.reduce(0, +))
    let sxy = zip(x, y).map(*).reduce(0, +)
    let sxx = x.map { $0 * $0 }.reduce(0, +)
    let syy = y.map { $0 * $0 }.reduce(0, +)
    let slope = (n * sxy - sx * sy) / (n * sxx - sx * sx)
    #expect(abs(fit.slope / slope - 1) < 1e-12)
    #expect(abs(fit.intercept / ((sy - slope * sx) / n) - 1) < 1e-12)
    let r = (n * sxy - sx * sy) / ((n * sxx - sx * sx) * (n * syy - sy * sy)).squareRoot()
    #expect(abs(try #require(fit.r) / r - 1) < 1e-12)
  }

  /// The published Table 1 against log2 d, as the audit worked it out.
  @Test func publishedTable() throws {
    let columns = [
      ([57.16, 62.49, 67.94, 72.73, 77.19, 78.94, 81.05, 82.79, 84.60, 85.61], 3.10, 0.965),
      ([28.30, 44.45, 48.14, 51.63, 52.91, 53.84, 54.12, 54.74, 54.50, 55.01], 2.13, 0.782),
    ]
    for (accuracies, slope, r) in columns {
      let fit = try #require(LinearFit(accuracies.enumerated().map { Point(x: Double($0.offset + 2), y: $0.element) }))
      #expect(abs(fit.slope - slope) < 0.006)
      #expect(abs(try #require(fit.r) - r) < 0.0006)
    }
  }

  @Test func whatCannotBeFitted() {
    #expect(LinearFit([]) == nil)
    #expect(LinearFit([Point(x: 1, y: 2)]) == nil)
    #expect(LinearFit([Point(x: 1, y: 2), Point(x: .nan, y: 2), Point(x: 2, y: .infinity)]) == nil)
    #expect(LinearFit((0..<5).map { Point(x: 0.1, y: Double($0)) }) == nil)
    #expect(LinearFit((0..<5).map { Point(x: 1e200 * Double($0), y: Double($0)) }) == nil)
  }

  @Test func correlationWhereThereIsNone() throws {
    let two = try #require(LinearFit([Point(x: 0, y: 1), Point(x: 2, y: 5)]))
    #expect(two.r == nil && two.slope == 2 && two.intercept == 1)
    let flat = try #require(LinearFit((0..<5).map { Point(x: Double($0), y: 0.1) }))
    #expect(flat.r == nil && abs(flat.slope) < 1e-15)
  }
}
