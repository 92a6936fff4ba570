import Foundation
import Testing

@testable import Numerics

/// What decides bits, as it is recorded, against what the system says.
@Suite struct ArithmeticTests {
  @Test func productsAreThoseThatAreUsed() {
    #expect(Arithmetic.current.products == (MatrixTiles.areAvailable ? .tiles : .vectors))
    MatrixTiles.$areForbidden.withValue(true) { #expect(Arithmetic.current.products == .vectors) }
    #expect(Arithmetic.current.kernel == BLAS.coreName && !BLAS.coreName.isEmpty)
  }

  #if os(Linux) && arch(x86_64)
    @Test func theSystemKnowsOfFusedProducts() throws {
      let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      let flags = try #require(text.split(separator: "\n").first { $0.hasPrefix("flags") })
      #expect(Arithmetic.current.fuses == flags.split(separator: " ").contains("fma"))
    }
  #endif

  @Test func survivesJSON() throws {
    for arithmetic in [
      Arithmetic.current, Arithmetic(products: .tiles, fuses: false, kernel: "Nehalem"),
      Arithmetic(products: .vectors, fuses: true, kernel: "armv8"),
    ] {
      let data = try JSONEncoder().encode(arithmetic)
      #expect(try JSONDecoder().decode(Arithmetic.self, from: data) == arithmetic)
    }
  }
}
