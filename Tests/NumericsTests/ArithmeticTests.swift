import Foundation
import Testing

@testable import Numerics

/// What decides bits, as it is recorded, against what the system says.
@Suite struct ArithmeticTests {
  @Test func productsAreThoseThatAreUsed() {
    #expect(Arithmetic.current.products == (MatrixTiles.areAvailable ? .tiles : .vectors))
    MatrixTiles.$areForbidden.withValue(true) { #expect(Arithmetic.current.products == .vectors) }
  }

  #if os(Linux) && arch(x86_64)
    @Test func theSystemKnowsOfFusedProducts() throws {
      let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      let flags = try #require(text.split(separator: "\n").first { $0.hasPrefix("flags") })
      #expect(Arithmetic.current.fuses == flags.split(separator: " ").contains("fma"))
    }
  #endif

  /// Training states hold this: what is written otherwise makes those of before unusable.
  @Test(arguments: [
    (
      Arithmetic(products: .tiles, fuses: false, kernel: "Nehalem"),
      #"{"fuses":false,"kernel":"Nehalem","products":"tiles"}"#
    ),
    (
      Arithmetic(products: .vectors, fuses: true, kernel: "armv8"),
      #"{"fuses":true,"kernel":"armv8","products":"vectors"}"#
    ),
  ]) func storedForm(_ arithmetic: Arithmetic, _ text: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(arithmetic), as: UTF8.self) == text)
    #expect(try JSONDecoder().decode(Arithmetic.self, from: Data(text.utf8)) == arithmetic)
  }

  /// Executions' environments and benchmarks' reports hold this, as they always have.
  @Test func nameForPeople() {
    #expect("\(Arithmetic.Products.tiles), \(Arithmetic.Products.vectors)" == "tile registers, vectors")
  }
}
