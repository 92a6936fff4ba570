import CVector

/// C ← α · op(A) · op(B), on several threads: by the processor's tiles where `MatrixTiles.areUsed` and the product is large
/// enough, else by the kernels of the transformed domain.
///
/// Both sides are copied to panels first, so that transposed factors cost what others do; a single small product is
/// better left to BLAS.
/// Each number of C is one sum whose order depends on k alone: the same bits for any `threads`. Without tiles it is rounded
/// once a product; by tiles it is off by some 4·10⁻⁶ of what its products come to. Numbers that are not finite make sums
/// that are not.
public enum MatrixProduct {
  /// Rows and columns of C that a task computes.
  private static let rowsPerTask = 48
  private static let columnsPerTask = 256

  /// Sizes and strides are those of `BLAS.gemm`: op(A) is `m × k`, op(B) `k × n`, `lda`, `ldb` and `ldc` are numbers
  /// from one row to the next as the matrices are stored.
  ///
  /// A row of C has the same bits whatever other rows come with it, as long as the way is the same; it is chosen for
  /// `choosingFor` rows, or for those that there are. Unsafe pointers, because layers multiply blocks of buffers that they own.
  public static func multiply(
    _ transposeA: BLAS.Operation, _ transposeB: BLAS.Operation, m: Int, n: Int, k: Int, alpha: Float = 1,
    _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int, _ c: UnsafeMutablePointer<Float>,
    ldc: Int, choosingFor rowCount: Int? = nil, threads: Int, workspace: Workspace
  ) {
    guard m > 0, n > 0 else { return }
    guard k > 0 else {
      for row in 0..<m { (c + row * ldc).update(repeating: 0, count: n) }
      return
    }
    // Asked for on the calling thread: others know nothing of its task.
    if MatrixTiles.areUsed, TileProduct.pays(m: rowCount ?? m, n: n, k: k) {
      TileProduct.multiply(
        transposeA, transposeB, m: m, n: n, k: k, alpha: alpha, a, lda: lda, b, ldb: ldb, c, ldc: ldc,
        threads: threads, workspace: workspace)
      return
    }
    let depth = (k + 15) / 16 * 16
    let (rows, columns) = ((m + 5) / 6 * 6, (n + 63) / 64 * 64)
    nonisolated(unsafe) let left = workspace.shared(depth * (rows + columns))
    nonisolated(unsafe) let right = left + depth * rows
    nonisolated(unsafe) let (a, b, c) = (a, b, c)
    workspace.reserve(lanes: max(1, threads), lane: 6 * 64)
    parallelFor(depth / 16, threads: threads) { panel in
      packRows(a, transposeA, lda, rows: m, padded: rows, panel: panel, depth: k, alpha, to: left + panel * rows * 16)
    }
    parallelFor(columns / 64, threads: threads) { block in
      packColumns(
        b, transposeB, ldb, first: block * 64, columns: n, width: 64, depth: k, padded: depth,
        to: right + block * depth * 64)
    }
    let rowTasks = (rows + rowsPerTask - 1) / rowsPerTask
    let columnTasks = (columns + columnsPerTask - 1) / columnsPerTask
    parallelFor(rowTasks * columnTasks, threads: threads) { task, lane in
      let (columnTask, rowTask) = task.quotientAndRemainder(dividingBy: rowTasks)
      let spare = workspace.lane(lane)
      for column in stride(
        from: columnTask * columnsPerTask, to: min(columns, (columnTask + 1) * columnsPerTask), by: 64)
      {
        for row in stride(from: rowTask * rowsPerTask, to: min(rows, (rowTask + 1) * rowsPerTask), by: 6) {
          let whole = row + 6 <= m && column + 64 <= n
          RegisterProducts.rows6by64(
            left + row * 16, panel: rows * 16, panels: depth / 16, right + column * depth,
            whole ? c + row * ldc + column : spare, targetPanel: 16, targetRow: whole ? ldc : 64)
          guard !whole else { continue }
          for index in row..<min(row + 6, m) {
            (c + index * ldc + column).update(from: spare + (index - row) * 64, count: min(64, n - column))
          }
        }
      }
    }
  }

  /// The right factor of many products, packed once: B = bankᵀ, a row of the bank a column of B.
  ///
  /// Nine queries stay in the first-level cache while the columns pass by. The sums have the bits that `multiply` of
  /// `MatrixProduct` gives without tiles.
  public struct Bank: Sendable {
    public let dimension: Int
    private let count: Int
    private let packed: FloatBuffer

    /// Columns that lie together: `multiply` begins at their multiples.
    public static let columnsPerBlock = 48

    /// - Parameter rows: count × dimension, row by row.
    public init(_ rows: UnsafePointer<Float>, count: Int, dimension: Int, threads: Int) {
      self.init(unpacked: count, dimension: dimension)
      nonisolated(unsafe) let rows = rows
      let bank = self
      parallelFor(blockCount, threads: threads) { block in
        bank.pack(rows + bank.rows(ofBlock: block).lowerBound * dimension, block: block)
      }
    }

    /// A bank of `count` rows of which `pack` is still to be given every block.
    init(unpacked count: Int, dimension: Int) {
      self.dimension = dimension
      self.count = count
      let width = Self.columnsPerBlock
      packed = FloatBuffer(unwritten: (count + width - 1) / width * dimension * width)
    }

    var blockCount: Int { (count + Self.columnsPerBlock - 1) / Self.columnsPerBlock }

    func rows(ofBlock block: Int) -> Range<Int> {
      blockRange(block, size: Self.columnsPerBlock, of: count)
    }

    /// Copies the rows of `block`, row by row from `rows` on, to their place.
    func pack(_ rows: UnsafePointer<Float>, block: Int) {
      let width = Self.columnsPerBlock
      packColumns(
        rows, .transpose, dimension, first: 0, columns: self.rows(ofBlock: block).count, width: width, depth: dimension,
        padded: dimension, to: packed.pointer + block * dimension * width)
    }

    /// Left factors ready to be multiplied, in panels of nine rows.
    public struct Queries {
      /// Rows of a panel; those of the last one that there are not count as zeros.
      public static let rowsPerPanel = 9
      public let panelCount: Int
      fileprivate let packed: FloatBuffer

      /// - Parameter source: rows × dimension, row by row.
      public init(_ source: UnsafePointer<Float>, rows: Int, dimension: Int) {
        let height = Self.rowsPerPanel
        panelCount = (rows + height - 1) / height
        packed = FloatBuffer(capacity: panelCount * height * dimension)
        for row in 0..<rows {
          let target = packed.pointer + row / height * height * dimension + row % height
          for index in 0..<dimension { target[index &* height] = source[row &* dimension &+ index] }
        }
      }
    }

    /// target ← the products of the nine queries of `panel` with the columns `range`, each row `stride` numbers after
    /// the one before.
    ///
    /// - Precondition: `range` starts at a multiple of `columnsPerBlock`. As many columns as make its length one are
    ///   written.
    public func multiply(
      _ queries: Queries, panel: Int, columns range: Range<Int>, to target: UnsafeMutablePointer<Float>, stride: Int
    ) {
      let width = Self.columnsPerBlock
      precondition(
        range.lowerBound % width == 0 && stride >= (range.count + width - 1) / width * width, "whole blocks of columns")
      let left = queries.packed.pointer + panel * Queries.rowsPerPanel * dimension
      for column in Swift.stride(from: range.lowerBound, to: range.upperBound, by: width) {
        RegisterProducts.rows9by48(
          left, depth: dimension, packed.pointer + column * dimension, target + column - range.lowerBound,
          stride: stride)
      }
    }
  }

  /// Sixteen columns of α · op(A), `[row][16]`, zeros beyond the last row and column.
  private static func packRows(
    _ a: UnsafePointer<Float>, _ operation: BLAS.Operation, _ lda: Int, rows: Int, padded: Int, panel: Int, depth: Int,
    _ alpha: Float, to target: UnsafeMutablePointer<Float>
  ) {
    let count = min(16, depth - panel * 16)
    if count < 16 || padded > rows { target.update(repeating: 0, count: padded * 16) }
    switch operation {
    case .none:
      for row in 0..<rows {
        let source = a + row * lda + panel * 16
        let place = target + row * 16
        if count == 16 {
          v16_store(v16_load(source) * alpha, place)
        } else {
          for index in 0..<count { place[index] = source[index] * alpha }
        }
      }
    case .transpose:
      for index in 0..<count {
        let source = a + (panel * 16 + index) * lda
        for row in 0..<rows { target[row &* 16 &+ index] = source[row] * alpha }
      }
    }
  }

  /// `width` columns of op(B), `[k][width]`, zeros beyond the last column and from row `depth` to `padded`.
  private static func packColumns(
    _ b: UnsafePointer<Float>, _ operation: BLAS.Operation, _ ldb: Int, first: Int, columns: Int, width: Int,
    depth: Int, padded: Int, to target: UnsafeMutablePointer<Float>
  ) {
    let count = min(width, columns - first)
    if count < width {
      target.update(repeating: 0, count: padded * width)
    } else {
      (target + depth * width).update(repeating: 0, count: (padded - depth) * width)
    }
    switch operation {
    case .none:
      for row in 0..<depth { (target + row * width).update(from: b + row * ldb + first, count: count) }
    case .transpose:
      // Sixty-four numbers of each column at a time: what is written with gaps then stays in the first-level cache.
      for start in stride(from: 0, to: depth, by: 64) {
        let end = min(depth, start + 64)
        for column in 0..<count {
          let source = b + (first + column) * ldb
          for row in start..<end { target[row &* width &+ column] = source[row] }
        }
      }
    }
  }
}
