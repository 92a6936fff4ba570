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
  /// What may be asked for by the environment variable `REPRO_TILES`. Where it is not set, that is `on`.
  public enum Setting: String, CaseIterable, Sendable {
    /// Tiles where the processor has some.
    case on
    case off

    public static let variable = "REPRO_TILES"

    /// What the variable says in this process, right or wrong; nil where it is not set.
    public static var text: String? { getenv(variable).map { String(cString: $0) } }
  }

  /// Whether this processor has tiles, this build can use them, and nobody asked for another (`REPRO_TILES=off`).
  ///
  /// What is no `Setting` counts as none: programs refuse it before they compute.
  public static let areAvailable = Setting.text.flatMap { Setting(rawValue: $0) } != .off && tiles_exist()

  /// Whether convolutions made, and products of matrices and searches called, within `$areForbidden.withValue(true)` do
  /// without: for comparisons.
  @TaskLocal public static var areForbidden = false

  /// Whether what is made or called here and now computes with tiles.
  public static var areUsed: Bool { areAvailable && !areForbidden }

  /// Whether this processor and this build have tiles that what is made or called here and now does without, because
  /// `REPRO_TILES=off` or `areForbidden` says so.
  public static var areTurnedOff: Bool { !areUsed && tiles_exist() }

  /// Calls `body` while the calling thread has the tiles, as kernels of tiles expect.
  ///
  /// - Precondition: `areAvailable`.
  @inline(__always)
  static func taken(_ body: () -> Void) {
    tiles_take()
    body()
    tiles_release()
  }
}
