import Foundation
import Testing

@testable import Charts

@Suite struct ScaleTests {
  @Test func linear() {
    let scale = Scale(domain: 10...20, start: 100, end: 0)
    #expect(scale.position(10) == 100)
    #expect(scale.position(20) == 0)
    #expect(scale.position(15) == 50)
    #expect(scale.position(25) == -50)
  }

  @Test(arguments: Scale.Kind.allCases)
  func valueIsTheInverse(kind: Scale.Kind) throws {
    let scale = Scale(kind, domain: 0.5...300, start: 40, end: 700)
    for value in [0.5, 1, 2, 17.3, 300] {
      let position = try #require(scale.position(value))
      #expect(abs(scale.value(at: position) / value - 1) < 1e-12)
    }
  }

  @Test func logarithmsAreEvenOnPowers() throws {
    let scale = Scale(.log2, domain: 4...2048, start: 0, end: 9)
    for exponent in 2...11 {
      #expect(abs(try #require(scale.position(exp2(Double(exponent)))) - Double(exponent - 2)) < 1e-12)
    }
  }

  @Test func whatHasNoPlace() {
    let linear = Scale(domain: 0...1, start: 0, end: 1)
    let log = Scale(.log10, domain: 1...10, start: 0, end: 1)
    for value in [Double.nan, .infinity, -.infinity, 1e200] { #expect(linear.position(value) == nil) }
    for value in [Double.nan, 0, -1] { #expect(log.position(value) == nil) }
    #expect(Scale(domain: 2...2, start: 0, end: 10).position(2) == 5)
  }

  @Test func domainsLeaveRoom() throws {
    #expect(Scale.domain(holding: [], kind: .linear, padding: 0.1) == nil)
    #expect(Scale.domain(holding: [.nan, .infinity], kind: .linear, padding: 0.1) == nil)
    #expect(Scale.domain(holding: [0, 10, .nan], kind: .linear, padding: 0.1) == -1...11)
    #expect(Scale.domain(holding: [0], kind: .linear, padding: 0.1) == -1...1)
    #expect(Scale.domain(holding: [50, 50], kind: .linear, padding: 0.1) == 45...55)
    let log = try #require(Scale.domain(holding: [-3, 1, 100], kind: .log10, padding: 0.5))
    #expect(abs(log.lowerBound - 0.1) < 1e-12 && abs(log.upperBound - 1000) < 1e-9)
  }
}
