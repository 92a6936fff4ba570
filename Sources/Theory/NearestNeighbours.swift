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
    guard bank.columns > 0 else { throw .tooFewRows(found: 0, needed: 1) }
    let bankRows = try NormalisedRows(bank, threads: threads)
    let queryRows = try NormalisedRows(queries, threads: threads)
    let kept = min(k, bank.rows)
    let packed = MatrixProduct.Bank(
      bankRows.row(0), count: bank.rows, dimension: bank.columns, threads: threads)
    let ranges = blocks(of: queries.rows, size: Self.queriesPerBlock(queries.rows))
    let parts = parallelMap(ranges.count, threads: threads) { index in
      Self.search(ranges[index], of: queryRows, in: bankRows, packed, k: kept)
    }
    self.k = kept
    queryCount = queries.rows
    indices = parts.flatMap(\.indices)
    cosines = parts.flatMap(\.cosines)
  }

  /// Queries that share a pass over the bank: their rows stay in the second-level cache while cosines are taken. They
  /// are cut into a multiple of eight blocks, for threads to have like shares.
  private static func queriesPerBlock(_ queries: Int) -> Int {
    let panel = MatrixProduct.Bank.Queries.rowsPerPanel
    let count = 8 * ((queries + 8 * largestBlock - 1) / (8 * largestBlock))
    return (queries + count * panel - 1) / (count * panel) * panel
  }
  private static let largestBlock = 648

  /// Numbers of a part of the bank that all queries of a block are multiplied with before the next one.
  private static let numbersPerPart = 192 << 10

  private static func search(
    _ range: Range<Int>, of queries: NormalisedRows, in bank: NormalisedRows, _ packed: MatrixProduct.Bank, k: Int
  ) -> (indices: [Int32], cosines: [Double]) {
    let candidates = candidates(range, of: queries, in: bank, packed, k: k)
    let each = candidates.count / range.count
    let all = cosines(range, of: queries, in: bank, candidates)
    var indices: [Int32] = []
    var cosines: [Double] = []
    indices.reserveCapacity(range.count * k)
    cosines.reserveCapacity(range.count * k)
    for row in 0..<range.count {
      let places = row * each..<(row + 1) * each
      let nearest = zip(all[places], candidates[places])
        .sorted { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 > $1.0 }
      for (cosine, index) in nearest.prefix(k) {
        indices.append(index)
        cosines.append(cosine)
      }
    }
    return (indices, cosines)
  }

  /// The rows of the bank with the largest products with each query, as many for each, in ascending order.
  private static func candidates(
    _ range: Range<Int>, of queries: NormalisedRows, in bank: NormalisedRows, _ packed: MatrixProduct.Bank, k: Int
  ) -> [Int32] {
    let left = MatrixProduct.Bank.Queries(
      queries.row(range.lowerBound), rows: range.count, dimension: queries.width)
    let height = MatrixProduct.Bank.Queries.rowsPerPanel
    let block = MatrixProduct.Bank.columnsPerBlock
    let columns = max(1, numbersPerPart / (block * bank.width)) * block
    let products = FloatBuffer(capacity: height * columns)
    var largest = [LargestValues](repeating: LargestValues(capacity: k + margin), count: range.count)
    for part in blocks(of: bank.count, size: columns) {
      for panel in 0..<left.panelCount {
        packed.multiply(left, panel: panel, columns: part, to: products.pointer, stride: columns)
        for row in panel * height..<min(range.count, (panel + 1) * height) {
          largest[row].offer(
            UnsafeBufferPointer(start: products.pointer + (row - panel * height) * columns, count: part.count),
            from: part.lowerBound)
        }
      }
    }
    return largest.flatMap(\.indices)
  }

  /// The cosines of the candidates: part by part of the bank, since a row of it is near to several queries.
  private static func cosines(
    _ range: Range<Int>, of queries: NormalisedRows, in bank: NormalisedRows, _ candidates: [Int32]
  ) -> [Double] {
    let each = candidates.count / range.count
    var next = (0..<range.count).map { $0 * each }
    return [Double](unsafeUninitializedCapacity: candidates.count) { target, count in
      count = candidates.count
      guard let target = target.baseAddress else { return }
      var pairs: [NormalisedRows.Pair] = []
      for part in blocks(of: bank.count, size: 128) {
        pairs.removeAll(keepingCapacity: true)
        for row in 0..<range.count {
          var place = next[row]
          while place < (row + 1) * each, candidates[place] < part.upperBound {
            pairs.append(.init(row: Int32(range.lowerBound + row), other: candidates[place], place: place))
            place += 1
          }
          next[row] = place
        }
        queries.cosines(bank, pairs, to: target)
      }
    }
  }
}
