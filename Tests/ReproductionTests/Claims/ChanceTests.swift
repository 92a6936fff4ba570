import Charts
import Testing

@testable import Reproduction

/// Against what can be counted by hand.
@Suite struct ChanceTests {
  @Test func ordersOfFewPoints() {
    func points(_ ys: [Double]) -> [Point] { ys.enumerated().map { Point(x: Double($0.offset), y: $0.element) } }
    // Of 24 orders one falls all the way, and 4 have a sum Σ x·y at most one step above the least.
    #expect(Chance.falling(points([4, 3, 2, 1])) == 1.0 / 24)
    #expect(Chance.falling(points([4, 3, 1, 2])) == 4.0 / 24)
    #expect(Chance.falling(points([1, 2, 3, 4])) == 1)
    // Equal values: every order is as low.
    #expect(Chance.falling(points([2, 2, 2])) == 1)
    #expect(Chance.falling([]) == 1)
    #expect(abs(Chance.falling(points((0..<8).map { -Double($0) })) - 1 / 40_320.0) < 1e-15)
    // Beyond eight points orders are drawn: one that falls all the way is not met again.
    #expect(Chance.falling(points((0..<12).map { -Double($0) })) == 1 / 40_001.0)
    let middling = Chance.falling(points([3, 9, 1, 7, 5, 0, 8, 2, 6, 4]))
    #expect(middling > 0.2 && middling < 0.8, "\(middling)")
  }

  @Test func throwsOfACoin() {
    #expect(Chance.majority(5, of: 5) == 1 / 32.0)
    #expect(abs(Chance.majority(3, of: 4) - 5 / 16.0) < 1e-15)
    #expect(Chance.majority(0, of: 7) == 1 && abs(Chance.majority(4, of: 7) - 0.5) < 1e-15)
  }

  @Test func ranks() {
    func points(_ ys: [Double]) -> [Point] { ys.enumerated().map { Point(x: Double($0.offset), y: $0.element) } }
    #expect(abs((Chance.rankCorrelation(points([100, 10, 1, 0])) ?? 0) + 1) < 1e-12)
    // d² = 0, 0, 1, 1: 1 − 6·2/(4·15)
    #expect(abs((Chance.rankCorrelation(points([0, 1, 9, 8])) ?? 0) - 0.8) < 1e-12)
    #expect(Chance.rankCorrelation(points([1, 1, 1])) == nil && Chance.rankCorrelation(points([2])) == nil)
  }
}
