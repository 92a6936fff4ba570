import CVector

/// What decides the bits of a result besides what it is computed from: with the same build and libraries, two processes
/// for which it is equal compute the same bits.
public struct Arithmetic: Codable, Hashable, Sendable {
  /// What multiplies large matrices and wide convolutions.
  ///
  /// Raw values are what training states and their folders' names hold. Executions' environments and benchmarks' reports
  /// hold the description.
  public enum Products: String, Codable, Sendable, CustomStringConvertible {
    /// Numbers in two parts, by tile registers (`MatrixTiles`).
    case tiles
    case vectors

    public var description: String {
      switch self {
      case .tiles: "tile registers"
      case .vectors: "vectors"
      }
    }
  }

  public let products: Products
  /// Whether the processor has fused products, by which the system's library chooses how it computes `exp`, `log` and
  /// `cos`.
  public let fuses: Bool
  /// OpenBLAS's kernel set (`BLAS.coreName`), which eigenvalues depend on; an epoch's effective rank is made of such.
  public let kernel: String

  public init(products: Products, fuses: Bool, kernel: String) {
    self.products = products
    self.fuses = fuses
    self.kernel = kernel
  }

  /// That of this process, here and now: `MatrixTiles.areForbidden` counts.
  public static var current: Arithmetic {
    Arithmetic(
      products: MatrixTiles.areUsed ? .tiles : .vectors, fuses: processor_fuses(), kernel: BLAS.coreName)
  }
}
