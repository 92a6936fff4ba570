import COpenBLAS

/// The decomposition A = Σ λᵢ uᵢuᵢᵀ of a real symmetric matrix.
public struct SymmetricEigen: Sendable {
  /// Eigenvalues in ascending order.
  public let values: [Double]
  /// Eigenvector of `values[i]` in row i; orthonormal. Empty where only the values were asked for.
  public let vectors: DoubleMatrix

  /// LAPACK gave up; `info` is its code.
  public struct Failure: Error, CustomStringConvertible {
    public let info: Int
    public var description: String {
      "LAPACK's dsyevd did not converge (info \(info)); look for NaN or infinities in the matrix"
    }
  }

  /// Decomposes `matrix`, of which the upper triangle is read, by LAPACK's divide and conquer (`dsyevd`); O(n³).
  ///
  /// - Throws: `Failure` where LAPACK reports one.
  /// - Precondition: `matrix` is square.
  public init(_ matrix: DoubleMatrix, wantsVectors: Bool = true) throws(Failure) {
    precondition(matrix.rows == matrix.columns, "a symmetric matrix is square")
    let size = matrix.rows
    guard size > 0 else {
      (values, vectors) = ([], matrix)
      return
    }
    _ = BLAS.configured
    var order = Int32(size)
    var info: Int32 = 0
    var job = Int8(bitPattern: UInt8(ascii: wantsVectors ? "V" : "N"))
    // Row-major upper is column-major lower.
    var triangle = Int8(bitPattern: UInt8(ascii: "L"))
    var eigenvalues = [Double](repeating: 0, count: size)
    var storage = matrix.values
    var workSize: Double = 0
    var integerWorkSize: Int32 = 0
    var query: Int32 = -1
    var integerQuery: Int32 = -1
    dsyevd_(
      &job, &triangle, &order, &storage, &order, &eigenvalues, &workSize, &query, &integerWorkSize, &integerQuery, &info
    )
    guard info == 0 else { throw Failure(info: Int(info)) }
    query = Int32(workSize)
    integerQuery = integerWorkSize
    var work = [Double](repeating: 0, count: Int(query))
    var integerWork = [Int32](repeating: 0, count: Int(integerQuery))
    dsyevd_(
      &job, &triangle, &order, &storage, &order, &eigenvalues, &work, &query, &integerWork, &integerQuery, &info)
    guard info == 0 else { throw Failure(info: Int(info)) }
    values = eigenvalues
    // LAPACK's columns are the rows of row-major storage.
    vectors =
      wantsVectors ? DoubleMatrix(rows: size, columns: size, values: storage) : DoubleMatrix(rows: 0, columns: size)
  }
}
