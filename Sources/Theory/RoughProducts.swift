import Numerics

/// Products of queries with all rows of a bank, quickly taken and each known within a bound: with it, those rows that
/// cannot be among the nearest are known for certain.
protocol RoughProducts: Sendable {
  associatedtype Queries

  static var queriesPerPanel: Int { get }
  /// Columns, which are rows of the bank, that all queries of a block are multiplied with before the next ones: a multiple
  /// of those that lie together. They stay in the second-level cache meanwhile.
  var columnsPerPart: Int { get }

  /// Queries ready to be multiplied, in panels.
  func pack(_ queries: NormalisedRows, _ range: Range<Int>) -> Queries

  /// target ← a number for each query of `panel` and each column of `range`, each query's `stride` numbers after the one
  /// before; up to `columnsPerPart` columns a query are written.
  func multiply(
    _ queries: Queries, panel: Int, columns range: Range<Int>, to target: UnsafeMutablePointer<Float>, stride: Int)

  /// What to add to the numbers of the query at place `row` of its range, and by how much they are then off at most.
  func estimate(_ queries: Queries, row: Int) -> RoughEstimate
}

/// |product in double precision − (rough number + shift)| ≤ error for all rows of the bank.
struct RoughEstimate {
  let shift: Double
  let error: Double
}

extension VectorBank: RoughProducts {
  static var queriesPerPanel: Int { Queries.rowsPerPanel }

  /// 768 KiB.
  var columnsPerPart: Int { max(1, (768 << 10) / (Self.columnsPerBlock * bytesPerColumn)) * Self.columnsPerBlock }

  func pack(_ queries: NormalisedRows, _ range: Range<Int>) -> Queries {
    Queries(queries.row(range.lowerBound), rows: range.count, for: self)
  }

  func estimate(_ queries: Queries, row: Int) -> RoughEstimate {
    RoughEstimate(shift: queries.shifts[row], error: queries.errors[row])
  }
}

extension TileBank: RoughProducts {
  static var queriesPerPanel: Int { Queries.rowsPerPanel }

  /// 768 KiB.
  var columnsPerPart: Int { max(1, (768 << 10) / (Self.columnsPerBlock * bytesPerColumn)) * Self.columnsPerBlock }

  func pack(_ queries: NormalisedRows, _ range: Range<Int>) -> Queries {
    Queries(queries.row(range.lowerBound), rows: range.count, for: self)
  }

  func estimate(_ queries: Queries, row: Int) -> RoughEstimate {
    RoughEstimate(shift: queries.shifts[row], error: queries.errors[row])
  }
}
