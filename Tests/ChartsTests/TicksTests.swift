import Foundation
import Testing

@testable import Charts

@Suite struct TicksTests {
  @Test(arguments: [
    (0.0, 1.0, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    (57.2, 85.6, 5, ["60", "65", "70", "75", "80", "85"]),
    (-0.0025, 0.0321, 4, ["0.00", "0.01", "0.02", "0.03"]),
    (-1.0, 1.0, 5, ["−1.0", "−0.5", "0.0", "0.5", "1.0"]),
    (1234.0, 1239.0, 5, ["1234", "1235", "1236", "1237", "1238", "1239"]),
    (0.0, 4e7, 4, ["0", "1×10⁷", "2×10⁷", "3×10⁷", "4×10⁷"]),
    (1.2e-7, 3.1e-7, 4, ["1.5×10⁻⁷", "2×10⁻⁷", "2.5×10⁻⁷", "3×10⁻⁷"]),
  ])
  func linear(lower: Double, upper: Double, target: Int, labels: [String]) {
    #expect(Ticks.linear(lower...upper, target: target).map(\.label) == labels)
  }

  /// Over many domains: inside, evenly spaced, ascending, a step of 1, 2 or 5 · 10ⁿ, and not far from the target.
  @Test func linearIsRound() {
    var state: UInt64 = 7
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(UInt64(1) << 53)
    }
    for _ in 0..<500 {
      let lower = (next() - 0.5) * pow(10, (next() * 12).rounded() - 6)
      let upper = lower + next() * pow(10, (next() * 12).rounded() - 6) + 1e-9
      guard max(abs(lower), abs(upper)) / (upper - lower) < 1e9 else { continue }
      let ticks = Ticks.linear(lower...upper, target: 5)
      #expect((2...10).contains(ticks.count), "\(lower)...\(upper) has \(ticks.count)")
      let room = (upper - lower) * 1e-6
      #expect(ticks.allSatisfy { $0.value >= lower - room && $0.value <= upper + room })
      #expect(Set(ticks.map(\.label)).count == ticks.count, "\(lower)...\(upper): \(ticks.map(\.label))")
      let steps = zip(ticks, ticks.dropFirst()).map { $1.value - $0.value }
      guard let step = steps.first else { continue }
      #expect(steps.allSatisfy { abs($0 - step) < step * 1e-3 })
      let mantissa = step / pow(10, floor(log10(step * 1.0001)))
      #expect([1.0, 2, 5].contains { abs($0 - mantissa) < 1e-3 }, "step \(step)")
    }
  }

  @Test func nothingToDivide() {
    #expect(Ticks.linear(3...3, target: 5).isEmpty)
    #expect(Ticks.linear(0...Double.infinity, target: 5).isEmpty)
    #expect(Ticks.linear(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, target: 5).isEmpty)
    #expect(Ticks.logarithmic(-1...5, base: 10, target: 5).isEmpty)
  }

  @Test func logarithmic() {
    #expect(
      Ticks.logarithmic(4...2048, base: 2, target: 12).map(\.value) == [4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048])
    #expect(Ticks.logarithmic(4...2048, base: 2, target: 5).map(\.label) == ["4", "16", "64", "256", "1024"])
    #expect(Ticks.logarithmic(0.015...4, base: 2, target: 5).map(\.label) == ["1/64", "1/16", "1/4", "1", "4"])
    #expect(Ticks.logarithmic(0.01...100, base: 10, target: 5).map(\.label) == ["0.01", "0.1", "1", "10", "100"])
    #expect(Ticks.logarithmic(3...40, base: 10, target: 5).map(\.value) == [5, 10, 20])
    #expect(Ticks.logarithmic(3...3.2, base: 10, target: 3).count >= 2)
  }
}
