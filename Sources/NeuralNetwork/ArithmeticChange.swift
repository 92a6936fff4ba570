import Numerics

/// A training that was cut off there would go on here with products that round otherwise: its first epochs would have the
/// bits of the one, its last those of neither.
struct ArithmeticChange: Equatable {
  /// The state that was written there.
  let path: String
  let there: Arithmetic
  let here: Arithmetic
  /// Whether there are tiles here that only a setting forbids (`MatrixTiles.areTurnedOff`).
  let tilesAreTurnedOff: Bool

  /// What differs, what becomes of the state, and how to go on from it.
  var sentence: String {
    let (computed, not) = (
      Self.listed(differences.map { $0.there }), Self.listed(differences.map { $0.here })
    )
    return
      "\(path) was computed with \(computed), not with \(not) as here; they round otherwise, so the training starts "
      + "over, and that state stays: to go on from it, run \(wayBack)."
  }

  private var differences: [(there: String, here: String)] {
    var result: [(there: String, here: String)] = []
    if there.products != here.products {
      result.append(("products by \(there.products)", "products by \(here.products)"))
    }
    if there.fuses != here.fuses {
      func name(_ fuses: Bool) -> String { fuses ? "fused products" : "products that are not fused" }
      result.append((name(there.fuses), name(here.fuses)))
    }
    if there.kernel != here.kernel {
      result.append(("OpenBLAS kernel \(there.kernel)", "OpenBLAS kernel \(here.kernel)"))
    }
    return result
  }

  private var wayBack: String {
    let sameProcessor = there.fuses == here.fuses && there.kernel == here.kernel
    switch (there.products, here.products) {
    case (.tiles, .vectors):
      return sameProcessor && tilesAreTurnedOff
        ? "without REPRO_TILES=off" : "on a machine of that kind, without REPRO_TILES=off"
    case (.vectors, .tiles):
      return sameProcessor ? "with REPRO_TILES=off" : "on a machine of that kind, with REPRO_TILES=off"
    case (.tiles, .tiles), (.vectors, .vectors): return "on a machine of that kind"
    }
  }

  private static func listed(_ parts: [String]) -> String {
    parts.count < 2
      ? parts.joined() : parts.dropLast().joined(separator: ", ") + " and " + (parts.last ?? "")
  }
}
