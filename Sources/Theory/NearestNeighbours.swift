import Numerics

/// The k nearest neighbours by cosine of each query in a bank, nearest first.
///
/// Candidates are found by `Float` products and put into order by products in double precision, so that near ties
/// depend neither on the BLAS kernel nor on where a row lies in its block. Ties go to the lower index.
public struct NearestNeighbours: Sendable, Equatable {
  /// k, or the size of the bank where that is smaller.
  public let k: Int
  public let queryCount: Int
  /// Rows of the bank, `queryCount × k`.
  public let indices: [Int32]
  /// Their cosines, `queryCount × k`.
  public let cosines: [Double]

  /// Candidates beyond k that are put into order again.
  private static let margin = 32

  /// - Parameters:
  ///   - bank, queries: one row a sample, of the same width, of any length. A zero row has cosine 0 to everything.
  /// - Throws: `FeatureError` where widths differ, one of them is empty or a row is not finite.
  /// - Precondition: `k > 0`.
  public init(bank: Matrix, queries: Matrix, k: Int, threads: Int = 1) throws(FeatureError) {
    precondition(k > 0, "at least one neighbour")
    guard bank.columns == queries.columns else {
      throw .mismatch(what: "feature dimensions of the queries", found: queries.columns, expected: bank.columns)
    }
    guard bank.rows > 0, queries.rows > 0 else { throw .tooFewRows(found: 0, needed: 1) }
    let bankRows = try NormalisedRows(bank)
    let queryRows = try NormalisedRows(queries)
    let kept = min(k, bank.rows)
    let packed = bankRows.matrix.values.withUnsafeBufferPointer { rows in
      rows.baseAddress.map {
        MatrixProduct.Bank($0, count: bank.rows, dimension: bank.columns, threads: threads)
      }
    }
    guard let packed else { throw .tooFewRows(found: 0, needed: 1) }
    let ranges = blocks(of: queries.rows, size: Self.queriesPerBlock)
    let parts = parallelMap(ranges.count, threads: threads) { index in
      Self.search(ranges[index], of: queryRows, in: bankRows, packed, k: kept)
    }
    self.k = kept
    queryCount = queries.rows
    indices = parts.flatMap(\.indices)
    cosines = parts.flatMap(\.cosines)
  }

  /// Queries and rows of the bank that are multiplied at a time: their products stay in the second-level cache.
  private static let queriesPerBlock = 96
  private static let rowsPerPart = 1024

  private static func search(
    _ range: Range<Int>, of queries: NormalisedRows, in bank: NormalisedRows, _ packed: MatrixProduct.Bank, k: Int
  ) -> (indices: [Int32], cosines: [Double]) {
    let width = bank.matrix.columns
    var heaps = range.map { _ in CandidateHeap(capacity: k + margin) }
    queries.matrix.values.withUnsafeBufferPointer { rows in
      guard let rows = rows.baseAddress else { return }
      let left = MatrixProduct.Bank.Queries(rows + range.lowerBound * width, rows: range.count, dimension: width)
      let products = FloatBuffer(capacity: left.rowCount * rowsPerPart)
      for part in blocks(of: bank.matrix.rows, size: rowsPerPart) {
        packed.multiply(left, columns: part, to: products.pointer, stride: rowsPerPart)
        for row in heaps.indices {
          heaps[row].offer(
            UnsafeBufferPointer(start: products.pointer + row * rowsPerPart, count: part.count), from: part)
        }
      }
    }
    var indices: [Int32] = []
    var cosines: [Double] = []
    indices.reserveCapacity(range.count * k)
    cosines.reserveCapacity(range.count * k)
    for (row, heap) in zip(range, heaps) {
      let candidates = heap.indices.map { (index: $0, cosine: queries.cosine(row, bank, Int($0))) }
      let nearest = candidates.sorted { $0.cosine == $1.cosine ? $0.index < $1.index : $0.cosine > $1.cosine }
      for candidate in nearest.prefix(k) {
        indices.append(candidate.index)
        cosines.append(candidate.cosine)
      }
    }
    return (indices, cosines)
  }
}

/// Rows of length one, or zero where they were zero.
struct NormalisedRows: Sendable {
  let matrix: Matrix

  init(_ source: Matrix) throws(FeatureError) {
    let norms = rowNorms(source)
    try requireFinite(norms)
    var values = source.values
    let width = source.columns
    values.withUnsafeMutableBufferPointer { values in
      for row in norms.indices where norms[row] > 0 {
        let factor = 1 / norms[row]
        for column in row * width..<(row + 1) * width { values[column] = Float(Double(values[column]) * factor) }
      }
    }
    matrix = Matrix(rows: source.rows, columns: width, values: values)
  }

  /// The product of a row and a row of `other`, in double precision and in an order that depends on the width alone.
  func cosine(_ row: Int, _ other: NormalisedRows, _ otherRow: Int) -> Double {
    let width = matrix.columns
    return matrix.values.withUnsafeBufferPointer { a in
      other.matrix.values.withUnsafeBufferPointer { b in
        let (first, second) = (row * width, otherRow * width)
        var sums = SIMD8<Double>.zero
        var column = 0
        while column + 8 <= width {
          var left = SIMD8<Float>.zero
          var right = SIMD8<Float>.zero
          for lane in 0..<8 {
            left[lane] = a[first + column + lane]
            right[lane] = b[second + column + lane]
          }
          sums += SIMD8<Double>(left) * SIMD8<Double>(right)
          column += 8
        }
        var sum = sums.sum()
        while column < width {
          sum += Double(a[first + column]) * Double(b[second + column])
          column += 1
        }
        return sum
      }
    }
  }
}
