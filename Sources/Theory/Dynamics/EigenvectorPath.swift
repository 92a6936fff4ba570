import Numerics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Lemma 1 on a path of symmetric matrices: the orthonormal eigenbases along it, each eigenvector with the sign that is
/// nearer to the one before, and how far the basis jumps.
///
/// A continuous basis has jumps that go to zero with the distance of the points. The lemma gives one where the eigenvalues are
/// distinct; where they meet there need not be any.
public struct EigenvectorPath: Sendable, Equatable {
  /// The largest ‖uᵢ(t′) − uᵢ(t)‖ between neighbouring points.
  public let largestJump: Double
  /// The least difference of two neighbouring eigenvalues along the path, over the largest eigenvalue in size.
  public let leastGap: Double

  /// - Parameters:
  ///   - path: the matrix at t, for t in 0...1.
  ///   - points: into how many pieces the path is cut.
  /// - Throws: `FeatureError.noSpectrum` where LAPACK does not converge.
  public init(points: Int, _ path: (Double) -> DoubleMatrix) throws(FeatureError) {
    var previous: DoubleMatrix?
    var (jump, gap) = (0.0, Double.infinity)
    for index in 0...points {
      let eigen = try Self.decompose(path(Double(index) / Double(points)))
      let size = eigen.values.count
      let largest = eigen.values.map(abs).max() ?? 0
      for (low, high) in zip(eigen.values, eigen.values.dropFirst()) {
        gap = min(gap, largest > 0 ? (high - low) / largest : 0)
      }
      if let previous {
        for row in 0..<size {
          let (a, b) = (Array(previous.row(row)), Array(eigen.vectors.row(row)))
          // ‖a ∓ b‖² = 2 ∓ 2a·b for the nearer sign
          jump = max(jump, max(0, 2 - 2 * abs(dot(a, b))).squareRoot())
        }
      }
      previous = eigen.vectors
    }
    largestJump = jump
    leastGap = gap
  }

  private static func decompose(_ matrix: DoubleMatrix) throws(FeatureError) -> SymmetricEigen {
    do { return try SymmetricEigen(matrix) } catch { throw .noSpectrum(error.description) }
  }

  /// Rellich's example: smooth in t, zero at t = 0, and its eigenvectors turn ever faster as t falls to 0.
  public static func turningWithoutEnd(_ t: Double) -> DoubleMatrix {
    guard t > 0 else { return DoubleMatrix(rows: 2, columns: 2) }
    let (size, angle) = (exp(1 - 1 / t), 1 / t)
    return DoubleMatrix(
      rows: 2, columns: 2, values: [size * cos(angle), size * sin(angle), size * sin(angle), -size * cos(angle)])
  }
}
