import CVector

/// Rows of a bank for many products with queries by vectors, less their mean (`RowCentre`), each known within a bound: what
/// `TileBank` is where there are no tiles.
public struct VectorBank: Sendable {
  /// Of d + 1 numbers: y − μ, and last the offset, which meets a one in the queries.
  private let products: MatrixProduct.Bank
  private let centre: RowCentre
  private let largest: RowExtent

  /// Columns that lie together: `multiply` begins at their multiples.
  public static let columnsPerBlock = MatrixProduct.Bank.columnsPerBlock
  /// Bytes that a column takes.
  public var bytesPerColumn: Int { products.dimension * MemoryLayout<Float>.stride }

  /// - Parameter rows: count × dimension, row by row, finite.
  public init(_ rows: UnsafePointer<Float>, count: Int, dimension: Int, threads: Int) {
    let centre = RowCentre(of: rows, count: count, dimension: dimension)
    let bank = MatrixProduct.Bank(unpacked: count, dimension: dimension + 1)
    // A lane has room for one block's rows less the centre, which are packed while they are in the cache.
    let room = Self.columnsPerBlock * (dimension + 1)
    let lanes = FloatBuffer(unwritten: max(1, min(threads, bank.blockCount)) * room)
    nonisolated(unsafe) let rows = rows
    largest = largestExtent(bank.blockCount, threads: threads) { block, lane in
      let differences = lanes.pointer + lane * room
      let range = bank.rows(ofBlock: block)
      var largest = RowExtent()
      for row in range {
        let source = rows + row * dimension
        let target = differences + (row - range.lowerBound) * (dimension + 1)
        var extent = Self.put(source, less: centre, to: target)
        let offset = centre.offset(of: source)
        extent.offset = offset.magnitude
        target[dimension] = Float(offset)
        largest.widen(to: extent)
      }
      bank.pack(differences, block: block)
      return largest
    }
    products = bank
    self.centre = centre
  }

  /// Left factors ready to be multiplied, in panels of nine rows.
  public struct Queries {
    public static let rowsPerPanel = MatrixProduct.Bank.Queries.rowsPerPanel
    /// x·μ of each query.
    public let shifts: [Double]
    /// No product of query and row in double precision is farther than this from the sum that `multiply` gives and the
    /// query's shift together.
    public let errors: [Double]
    fileprivate let packed: MatrixProduct.Bank.Queries

    /// - Parameter source: rows × dimension, row by row, finite; the dimension is the bank's.
    public init(_ source: UnsafePointer<Float>, rows: Int, for bank: VectorBank) {
      let dimension = bank.centre.dimension
      let differences = FloatBuffer(unwritten: rows * (dimension + 1))
      var (shifts, errors): ([Double], [Double]) = ([], [])
      for row in 0..<rows {
        let (query, target) = (source + row * dimension, differences.pointer + row * (dimension + 1))
        errors.append(bank.error(VectorBank.put(query, less: bank.centre, to: target)))
        target[dimension] = 1
        shifts.append(bank.centre.shift(of: query))
      }
      packed = MatrixProduct.Bank.Queries(differences.pointer, rows: rows, dimension: dimension + 1)
      self.shifts = shifts
      self.errors = errors
    }
  }

  /// As that of `MatrixProduct.Bank`: target ← the sums of the nine queries of `panel` and the columns `range`.
  public func multiply(
    _ queries: Queries, panel: Int, columns range: Range<Int>, to target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    products.multiply(queries.packed, panel: panel, columns: range, to: target, stride: stride)
  }

  /// How far the sum of a query of this extent and a row can be from x·y − x·μ: the sum has a rounding for each product,
  /// and the offset, which comes last, only the last.
  private func error(_ query: RowExtent) -> Double {
    let roundings = Double(centre.dimension + 2) * 0x1p-24
    let product = query.length * largest.length
    let summed = roundings / (1 - min(roundings, 0.5)) * product
    let last = 0x1p-23 * (product + largest.offset)
    return (summed + last + centre.rounding(query.length, largest)) * 1.000001 + 1e-30
  }

  /// target ← row − centre. Returns its length.
  private static func put(
    _ row: UnsafePointer<Float>, less centre: RowCentre, to target: UnsafeMutablePointer<Float>
  ) -> RowExtent {
    let dimension = centre.dimension
    let mean = UnsafePointer(centre.values.pointer)
    var squares = SIMD16<Float>.zero
    var column = 0
    while column &+ 16 <= dimension {
      let difference = v16_load(row + column) - v16_load(mean + column)
      v16_store(difference, target + column)
      squares = v16_fused(difference, difference, squares)
      column &+= 16
    }
    if column < dimension {
      // The centre ends in zeros.
      let difference = v16_load_first(row + column, dimension - column) - v16_load(mean + column)
      v16_store_first(difference, target + column, dimension - column)
      squares = v16_fused(difference, difference, squares)
    }
    return RowExtent(length: RowExtent.length(squares, count: dimension))
  }
}
