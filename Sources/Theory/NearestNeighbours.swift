import Numerics

/// The k nearest neighbours by cosine of each query in a bank, nearest first.
///
/// They are those that products in double precision of the rows of length one give, ties to the lower index, on every
/// processor: rough products, by tiles (`TileBank`) or vectors (`VectorBank`), only leave out what cannot be among
/// them.
public struct NearestNeighbours: Sendable, Equatable {
  /// k, or the size of the bank where that is smaller.
  public let k: Int
  public let queryCount: Int
  /// Rows of the bank, `queryCount × k`.
  public let indices: [Int32]
  /// Their cosines, `queryCount × k`.
  public let cosines: [Double]

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
    let needed = RepeatedRows(bankRows, k: kept, threads: threads)
    let found: (indices: [Int32], cosines: [Double])
    if MatrixTiles.areUsed {
      let products = TileBank(
        needed.rows.row(0), count: needed.rows.count, dimension: bank.columns, threads: threads)
      found = Self.search(products, bank: needed.rows, queries: queryRows, k: kept, threads: threads)
    } else {
      let products = VectorBank(
        needed.rows.row(0), count: needed.rows.count, dimension: bank.columns, threads: threads)
      found = Self.search(products, bank: needed.rows, queries: queryRows, k: kept, threads: threads)
    }
    self.k = kept
    queryCount = queries.rows
    indices = needed.indices.map { places in found.indices.map { places[Int($0)] } } ?? found.indices
    cosines = found.cosines
  }

  private static func search<Products: RoughProducts>(
    _ products: Products, bank: NormalisedRows, queries: NormalisedRows, k: Int, threads: Int
  ) -> (indices: [Int32], cosines: [Double]) {
    let search = NeighbourSearch(bank: bank, queries: queries, products: products, k: k)
    let ranges = blocks(of: queries.count, size: queriesPerBlock(queries.count, panel: Products.queriesPerPanel))
    let parts = parallelMap(ranges.count, threads: threads) { search.nearest(ranges[$0]) }
    return (parts.flatMap(\.indices), parts.flatMap(\.cosines))
  }

  /// Queries that share a pass over the bank: their rows stay in the second-level cache while cosines are taken. They
  /// are cut into a multiple of eight blocks, for threads to have like shares.
  private static func queriesPerBlock(_ queries: Int, panel: Int) -> Int {
    let count = 8 * ((queries + 8 * largestBlock - 1) / (8 * largestBlock))
    return (queries + count * panel - 1) / (count * panel) * panel
  }
  private static let largestBlock = 648
}
