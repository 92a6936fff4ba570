import CVector

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Products by the processor's tile registers (AMX), of numbers in two parts: three products, each at sixteen times the
/// rate of vectors' where nobody else keeps the core busy.
///
/// A `Float` is taken as the sum of two bfloat16, and a product as three of theirs (Sources/CVector/tiles.h): relative
/// errors of a sum are about 4·10⁻⁶, as those of Winograd's convolutions are. Sums have a fixed order: the same bits for any
/// number of threads, but others than without tiles.
public enum MatrixTiles {
  /// Whether this processor has tiles, this build can use them, and nobody asked for another (`REPRO_TILES=off`).
  public static let areAvailable = !isSwitchedOff && tiles_exist()

  /// Whether convolutions made, and products of matrices and searches called, within `$areForbidden.withValue(true)` do
  /// without: for comparisons.
  @TaskLocal public static var areForbidden = false

  /// Whether what is made or called here and now computes with tiles.
  public static var areUsed: Bool { areAvailable && !areForbidden }

  /// Calls `body` while the calling thread has the tiles, as kernels of tiles expect.
  ///
  /// - Precondition: `areAvailable`.
  @inline(__always)
  static func taken(_ body: () -> Void) {
    tiles_take()
    body()
    tiles_release()
  }

  private static var isSwitchedOff: Bool { getenv("REPRO_TILES").map { String(cString: $0) } == "off" }
}
