import Testing

@testable import Charts

@Suite struct NumberFormatTests {
  @Test(arguments: [
    (0.0, 2, "0.00"), (-0.001, 2, "0.00"), (-0.934, 2, "−0.93"), (2.5, 0, "3"), (-2.5, 0, "−3"),
    (1e14, 1, "100000000000000.0"),
    (99.995, 1, "100.0"), (.nan, 2, "NaN"), (.infinity, 2, "∞"), (-.infinity, 2, "−∞"), (1e20, 1, "1×10²⁰"),
  ])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(NumberFormat.fixed(value, decimals: decimals) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (0.0123, "0.0123"), (85.61, "85.6"), (1536.2, "1536"), (-24.25, "−24.3"), (1.54e7, "1.54×10⁷"),
    (9.999e6, "1×10⁷"), (-3e-6, "−3×10⁻⁶"), (.leastNonzeroMagnitude, "4.94×10⁻³²⁴"), (1.7976e308, "1.8×10³⁰⁸"),
  ])
  func significant(value: Double, text: String) {
    #expect(NumberFormat.significant(value, digits: 3) == text)
  }

  @Test func coordinates() {
    #expect(NumberFormat.coordinate(12.3456) == "12.35")
    #expect(NumberFormat.coordinate(12) == "12")
    #expect(NumberFormat.coordinate(-0.004) == "0")
    #expect(NumberFormat.coordinate(.nan) == "0")
  }
}
