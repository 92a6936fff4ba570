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
  /// The sum along the path of the largest angle between uᵢ(t′) and uᵢ(t): how far the basis has turned, signs aside.
  public let turn: Double
  /// The least difference of two neighbouring eigenvalues along the path, over the largest eigenvalue in size.
  public let leastGap: Double

  /// - Parameters:
  ///   - points: into how many pieces the path is cut, of equal length in 1/t where it does not start at 0.
  ///   - start: where it starts; it ends at t = 1.
  ///   - path: the matrix at t.
  /// - Throws: `FeatureError.noSpectrum` where LAPACK does not converge.
  public init(points: Int, from start: Double = 0, _ path: (Double) -> DoubleMatrix) throws(FeatureError) {
    var previous: DoubleMatrix?
    var (jump, gap, angle) = (0.0, Double.infinity, 0.0)
    for index in 0...points {
      let share = Double(index) / Double(points)
      let t = start > 0 ? 1 / (1 / start + share * (1 - 1 / start)) : share
      let eigen = try Self.decompose(path(t))
      let size = eigen.values.count
      let largest = eigen.values.map(abs).max() ?? 0
      for (low, high) in zip(eigen.values, eigen.values.dropFirst()) {
        gap = min(gap, largest > 0 ? (high - low) / largest : 0)
      }
      if let previous {
        var largestAngle = 0.0
        for row in 0..<size {
          let (a, b) = (Array(previous.row(row)), Array(eigen.vectors.row(row)))
          // ‖a ∓ b‖² = 2 ∓ 2a·b for the nearer sign
          let distance = max(0, 2 - 2 * abs(dot(a, b))).squareRoot()
          jump = max(jump, distance)
          largestAngle = max(largestAngle, 2 * asin(min(1, distance / 2)))
        }
        angle += largestAngle
      }
      previous = eigen.vectors
    }
    largestJump = jump
    turn = angle
    leastGap = gap
  }

  private static func decompose(_ matrix: DoubleMatrix) throws(FeatureError) -> SymmetricEigen {
    do { return try SymmetricEigen(matrix) } catch { throw .noSpectrum(error.description) }
  }

  /// Rellich's example: smooth in t, zero at t = 0, and its eigenvectors turn ever faster as t falls to 0: by ½(1/t − 1) between t
  /// and 1.
  public static func turningWithoutEnd(_ t: Double) -> DoubleMatrix {
    guard t > 0 else { return DoubleMatrix(rows: 2, columns: 2) }
    let (size, angle) = (exp(1 - 1 / t), 1 / t)
    return DoubleMatrix(
      rows: 2, columns: 2, values: [size * cos(angle), size * sin(angle), size * sin(angle), -size * cos(angle)])
  }
}
