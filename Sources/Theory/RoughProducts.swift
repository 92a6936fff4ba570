import Numerics

/// Products of queries with all rows of a bank, quickly taken and each known within a bound: with it, those rows that
/// cannot be among the nearest are known for certain.
protocol RoughProducts: Sendable {
  associatedtype Queries: RoughQueries where Queries.Bank == Self

  /// Columns, which are rows of the bank, that lie together: `multiply` begins at their multiples.
  static var columnsPerBlock: Int { get }
  /// Bytes that a column takes.
  var bytesPerColumn: Int { get }

  /// target ← a number for each query of `panel` and each column of `range`, each query's `stride` numbers after the one
  /// before; up to `columnsPerPart` columns a query are written.
  func multiply(
    _ queries: Queries, panel: Int, columns range: Range<Int>, to target: UnsafeMutablePointer<Float>, stride: Int)
}

/// Queries ready to be multiplied with a bank, in panels.
protocol RoughQueries {
  associatedtype Bank

  static var rowsPerPanel: Int { get }
  /// What to add to the numbers of each query, and by how much they are then off at most.
  var shifts: [Double] { get }
  var errors: [Double] { get }

  init(_ source: UnsafePointer<Float>, rows: Int, for bank: Bank)
}

/// |product in double precision − (rough number + shift)| ≤ error for all rows of the bank.
struct RoughEstimate {
  let shift: Double
  let error: Double
}

extension RoughProducts {
  static var queriesPerPanel: Int { Queries.rowsPerPanel }

  /// Columns that all queries of a block are multiplied with before the next ones, whole blocks of up to 768 KiB: they
  /// stay in the second-level cache meanwhile.
  var columnsPerPart: Int { max(1, (768 << 10) / (Self.columnsPerBlock * bytesPerColumn)) * Self.columnsPerBlock }

  func pack(_ queries: NormalisedRows, _ range: Range<Int>) -> Queries {
    Queries(queries.row(range.lowerBound), rows: range.count, for: self)
  }

  /// Of the query at place `row` of its range.
  func estimate(_ queries: Queries, row: Int) -> RoughEstimate {
    RoughEstimate(shift: queries.shifts[row], error: queries.errors[row])
  }
}

extension VectorBank: RoughProducts {}
extension VectorBank.Queries: RoughQueries {}
extension TileBank: RoughProducts {}
extension TileBank.Queries: RoughQueries {}
