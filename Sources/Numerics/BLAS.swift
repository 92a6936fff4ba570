import COpenBLAS

/// Calls into OpenBLAS, each of them on the calling thread alone.
///
/// OpenBLAS gives other bits on two threads than on one, so it is held to one thread and the project's own
/// loops (`parallelFor`) cut the work by problem size.
public enum BLAS {
  /// Whether a factor is used as it is or transposed.
  public enum Operation: Sendable {
    case none
    case transpose

    var cblas: CBLAS_TRANSPOSE { self == .none ? CblasNoTrans : CblasTrans }
  }

  /// Holds OpenBLAS to one thread; whoever calls it asks for this first.
  static let configured: Void = openblas_set_num_threads(1)

  /// The name of the kernel set that OpenBLAS runs on this machine, for instance `Haswell`. Bits of a result are
  /// comparable between machines only where it is the same, so it is recorded with every run.
  public static var coreName: String { String(cString: openblas_get_corename()) }

  /// The library's version and how it was built.
  public static var version: String { String(cString: openblas_get_config()) }

  /// C ← α·op(A)·op(B) + β·C in row-major storage, op(A) being `m × k` and op(B) `k × n`.
  ///
  /// - Parameters lda, ldb, ldc: distance between the starts of two rows of A, B and C as they are stored.
  /// Unsafe pointers, because the convolution kernels multiply blocks of buffers that they own.
  public static func gemm(
    _ transposeA: Operation, _ transposeB: Operation, m: Int, n: Int, k: Int, alpha: Float = 1,
    _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int, beta: Float = 0,
    _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    _ = configured
    cblas_sgemm(
      CblasRowMajor, transposeA.cblas, transposeB.cblas, blasint(m), blasint(n), blasint(k), alpha, a, blasint(lda), b,
      blasint(ldb), beta, c, blasint(ldc))
  }

  /// As the `Float` form, in double precision.
  public static func gemm(
    _ transposeA: Operation, _ transposeB: Operation, m: Int, n: Int, k: Int, alpha: Double = 1,
    _ a: UnsafePointer<Double>, lda: Int, _ b: UnsafePointer<Double>, ldb: Int, beta: Double = 0,
    _ c: UnsafeMutablePointer<Double>, ldc: Int
  ) {
    _ = configured
    cblas_dgemm(
      CblasRowMajor, transposeA.cblas, transposeB.cblas, blasint(m), blasint(n), blasint(k), alpha, a, blasint(lda), b,
      blasint(ldb), beta, c, blasint(ldc))
  }

  /// The upper triangle of C ← AᵀA + C in row-major storage, A being `rows × columns` and C `columns × columns`: half of the
  /// multiplications of `gemm`. What is below the diagonal is neither read nor written.
  public static func addGram(
    rows: Int, columns: Int, _ a: UnsafePointer<Double>, to c: UnsafeMutablePointer<Double>
  ) {
    _ = configured
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, CblasTrans, blasint(columns), blasint(rows), 1, a, blasint(columns), 1, c,
      blasint(columns))
  }
}

extension Matrix {
  /// op(self)·op(other).
  public func multiplied(
    by other: Matrix, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Matrix {
    let (m, k) = transposingSelf ? (columns, rows) : (rows, columns)
    let (inner, n) = transposingOther ? (other.columns, other.rows) : (other.rows, other.columns)
    precondition(k == inner, "inner dimensions differ: \(k) and \(inner)")
    var result = Matrix(rows: m, columns: n)
    result.values.withUnsafeMutableBufferPointer { c in
      values.withUnsafeBufferPointer { a in
        other.values.withUnsafeBufferPointer { b in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress, m * n * k > 0 else { return }
          BLAS.gemm(
            transposingSelf ? .transpose : .none, transposingOther ? .transpose : .none, m: m, n: n, k: k, a,
            lda: columns, b, ldb: other.columns, c, ldc: n)
        }
      }
    }
    return result
  }
}

extension DoubleMatrix {
  /// op(self)·op(other).
  public func multiplied(
    by other: DoubleMatrix, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> DoubleMatrix {
    let (m, k) = transposingSelf ? (columns, rows) : (rows, columns)
    let (inner, n) = transposingOther ? (other.columns, other.rows) : (other.rows, other.columns)
    precondition(k == inner, "inner dimensions differ: \(k) and \(inner)")
    var result = DoubleMatrix(rows: m, columns: n)
    result.values.withUnsafeMutableBufferPointer { c in
      values.withUnsafeBufferPointer { a in
        other.values.withUnsafeBufferPointer { b in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress, m * n * k > 0 else { return }
          BLAS.gemm(
            transposingSelf ? .transpose : .none, transposingOther ? .transpose : .none, m: m, n: n, k: k, a,
            lda: columns, b, ldb: other.columns, c, ldc: n)
        }
      }
    }
    return result
  }
}
