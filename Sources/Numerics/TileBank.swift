import CVector

/// Rows of a bank for many products with queries by tiles (Sources/CVector/tiles.h), each product in eight bits alone but
/// known within a bound.
///
/// The mean of the bank's rows, μ, is taken from bank and queries first. Of a query x and a row y,
/// x·y = x·μ + μ·(y − μ) + (x − μ)·(y − μ): the first term is the query's own and has no part in the order of its products,
/// the second is a number a row that the sums begin with, and the third is as small as rows differ, whatever they have in
/// common. Rounded to leading parts x̃ and ỹ it is off by at most ‖x − μ − x̃‖ ‖y − μ‖ + ‖x̃‖ ‖y − μ − ỹ‖ (Cauchy and Schwarz).
public struct TileBank: Sendable {
  public let dimension: Int
  /// Steps of thirty-two numbers; what lies beyond `dimension` is zero.
  private let steps: Int
  /// Block by block of 32 columns, step by step, two right tiles of leading parts.
  private let packed: FloatBuffer
  /// μ, up to 32 · `steps`, and its length.
  private let centre: FloatBuffer
  private let centreLength: Double
  /// μ·(y − μ), a number a column.
  private let offsets: FloatBuffer
  /// The largest of all columns.
  private let largest: Extent

  /// Columns that lie together: `multiply` begins at their multiples.
  public static let columnsPerBlock = 32
  /// Bytes that a column takes.
  public var bytesPerColumn: Int { steps * 64 }

  /// Lengths of y − μ and of what its leading part lacks, both rounded up, and the magnitude of its offset.
  private struct Extent {
    var length = 0.0
    var lack = 0.0
    var offset = 0.0

    mutating func widen(to other: Extent) {
      length = max(length, other.length)
      lack = max(lack, other.lack)
      offset = max(offset, other.offset)
    }
  }

  /// - Parameter rows: count × dimension, row by row, finite.
  /// - Precondition: `MatrixTiles.areAvailable`.
  public init(_ rows: UnsafePointer<Float>, count: Int, dimension: Int, threads: Int) {
    precondition(MatrixTiles.areAvailable, "a processor with tiles")
    self.dimension = dimension
    let width = Self.columnsPerBlock
    let blocks = (count + width - 1) / width
    steps = (dimension + 31) / 32
    packed = FloatBuffer(unwritten: blocks * steps * 512)
    centre = FloatBuffer(capacity: steps * 32)
    offsets = FloatBuffer(capacity: blocks * width)
    Self.mean(rows, count: count, dimension: dimension, to: centre.pointer)
    let zero = FloatBuffer(capacity: dimension)
    centreLength = Self.product(centre.pointer, centre.pointer, less: zero.pointer, dimension).squareRoot()
    var extents = [Extent](repeating: Extent(), count: blocks)
    nonisolated(unsafe) let rows = rows
    let (packed, centre, offsets, steps) = (packed, centre, offsets, steps)
    extents.withUnsafeMutableBufferPointer { extents in
      // Unsafe, because the compiler cannot see that each block is written by one call alone.
      nonisolated(unsafe) let extents = extents
      parallelFor(blocks, threads: threads) { block in
        for tile in 0..<2 {
          let first = block * width + tile * 16
          let extent = Self.pack16(
            rows + first * dimension, count: max(0, min(16, count - first)), dimension: dimension, less: centre.pointer,
            offsets: offsets.pointer + first,
            to: UnsafeMutableRawPointer(packed.pointer) + block * steps * 2048 + tile * 1024)
          extents[block].widen(to: extent)
        }
      }
    }
    largest = extents.reduce(into: Extent()) { $0.widen(to: $1) }
  }

  /// Left factors ready to be multiplied, in panels of 32 rows.
  public struct Queries {
    /// Rows of a panel; those of the last one that there are not count as zeros.
    public static let rowsPerPanel = 32
    public let panelCount: Int
    /// x·μ of each query.
    public let shifts: [Double]
    /// No product of query and row in double precision is farther than this from the sum that `multiply` gives and the
    /// query's shift together.
    public let errors: [Double]
    /// Panel by panel, step by step, the cells of 32 rows.
    fileprivate let packed: FloatBuffer

    /// - Parameter source: rows × dimension, row by row, finite; the dimension is the bank's.
    public init(_ source: UnsafePointer<Float>, rows: Int, for bank: TileBank) {
      let height = Self.rowsPerPanel
      panelCount = (rows + height - 1) / height
      packed = FloatBuffer(capacity: panelCount * bank.steps * 512)
      let zero = FloatBuffer(capacity: bank.dimension)
      var (shifts, errors): ([Double], [Double]) = ([], [])
      for row in 0..<rows {
        let query = source + row * bank.dimension
        let cells = UnsafeMutableRawPointer(packed.pointer) + row / height * bank.steps * 2048 + row % height * 64
        let extent = TileBank.put(
          query, dimension: bank.dimension, less: bank.centre.pointer, to: cells, stride: 2048)
        shifts.append(TileBank.product(bank.centre.pointer, query, less: zero.pointer, bank.dimension))
        errors.append(bank.error(extent))
      }
      self.shifts = shifts
      self.errors = errors
    }
  }

  /// target ← the sums of the 32 queries of `panel` and the columns `range`, each row `stride` numbers after the one before.
  ///
  /// - Precondition: `range` starts at a multiple of `columnsPerBlock`. As many columns as make its length one are written.
  public func multiply(
    _ queries: Queries, panel: Int, columns range: Range<Int>, to target: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let width = Self.columnsPerBlock
    precondition(
      range.lowerBound % width == 0 && stride >= (range.count + width - 1) / width * width, "whole blocks of columns")
    let left = queries.packed.pointer + panel * steps * 512
    tiles_take()
    for column in Swift.stride(from: range.lowerBound, to: range.upperBound, by: width) {
      tiles_32by32_leading(
        left, packed.pointer + column / width * steps * 512, steps, offsets.pointer + column,
        target + column - range.lowerBound, stride * MemoryLayout<Float>.stride)
    }
    tiles_release()
  }

  /// How far the sum of a query of this extent and a row can be from x·y − x·μ.
  ///
  /// What the leading parts lack is nearly all of it. The rest is rounding: of x − μ, y − μ and the offset; of the sum,
  /// whatever its order; of x·y, x·μ and μ·(y − μ) in double precision; and numbers too small for tiles, which count as zeros.
  private func error(_ query: Extent) -> Double {
    let unit = 0x1p-24
    let terms = Double(steps * 32 + 2) * unit
    let leading = query.length + query.lack
    let lacking = query.lack * largest.length + leading * largest.lack
    let reach = 2 * query.length + centreLength
    let rounded = unit * (reach * largest.length + largest.offset)
    let summed = terms / (1 - min(terms, 0.5)) * (largest.offset + leading * (largest.length + largest.lack))
    let double = Double(dimension) * 0x1p-50 * (query.length + centreLength) * (largest.length + centreLength)
    return (lacking + rounded + summed + double) * 1.000001 + 1e-30
  }

  /// The mean of up to 1,024 rows at equal distances, rounded. What is taken from all rows need not be their mean; the
  /// nearer, the smaller the error.
  private static func mean(
    _ rows: UnsafePointer<Float>, count: Int, dimension: Int, to target: UnsafeMutablePointer<Float>
  ) {
    guard count > 0 else { return }
    var sums = [Double](repeating: 0, count: dimension)
    let distance = (count + 1023) / 1024
    let chosen = stride(from: 0, to: count, by: distance)
    for row in chosen {
      let source = rows + row * dimension
      for column in 0..<dimension { sums[column] += Double(source[column]) }
    }
    let number = Double((count + distance - 1) / distance)
    for column in 0..<dimension { target[column] = Float(sums[column] / number) }
  }

  /// A right tile at every step, 2,048 bytes after the one before, of up to sixteen rows, zeros for those that there are
  /// not; and the rows' offsets. Returns the largest extents.
  private static func pack16(
    _ rows: UnsafePointer<Float>, count: Int, dimension: Int, less centre: UnsafePointer<Float>,
    offsets: UnsafeMutablePointer<Float>, to target: UnsafeMutableRawPointer
  ) -> Extent {
    let steps = (dimension + 31) / 32
    return withUnsafeTemporaryAllocation(byteCount: steps * 1024, alignment: 64) { cells in
      var largest = Extent()
      guard let cells = cells.baseAddress else { return largest }
      if count < 16 { cells.initializeMemory(as: UInt8.self, repeating: 0, count: steps * 1024) }
      for row in 0..<count {
        let source = rows + row * dimension
        var extent = put(source, dimension: dimension, less: centre, to: cells + row * 64, stride: 1024)
        let offset = product(centre, source, less: centre, dimension)
        offsets[row] = Float(offset)
        extent.offset = offset.magnitude
        largest.widen(to: extent)
      }
      // Pairs of sixteen rows become sixteen rows of pairs.
      for step in 0..<steps { tiles_transpose(cells + step * 1024, 64, target + step * 2048, 64) }
      return largest
    }
  }

  /// A cell at every step, `stride` bytes after the one before: the leading parts of row − centre. Returns its extent but
  /// for the offset.
  private static func put(
    _ row: UnsafePointer<Float>, dimension: Int, less centre: UnsafePointer<Float>, to cells: UnsafeMutableRawPointer,
    stride: Int
  ) -> Extent {
    let steps = (dimension + 31) / 32
    var (squares, lacks) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
    for step in 0..<steps {
      let column = step &* 32
      let a = sixteen(row, from: column, of: dimension) - v16_load(centre + column)
      let b = sixteen(row, from: column &+ 16, of: dimension) - v16_load(centre + (column &+ 16))
      tiles_put32_leading(a, b, cells + step &* stride)
      let (lackA, lackB) = (tiles_left_over(a), tiles_left_over(b))
      squares = v16_fused(b, b, v16_fused(a, a, squares))
      lacks = v16_fused(lackB, lackB, v16_fused(lackA, lackA, lacks))
    }
    // The sums' own rounding, and squares too small for a Float.
    let factor = 1 + Double(2 * steps + 8) * 0x1p-23
    return Extent(
      length: Double(squares.sum()).squareRoot() * factor + 1e-15,
      lack: Double(lacks.sum()).squareRoot() * factor + 1e-15)
  }

  /// Σ a · (row − centre), the difference in `Float` as `put` takes it, the sum in double precision.
  private static func product(
    _ a: UnsafePointer<Float>, _ row: UnsafePointer<Float>, less centre: UnsafePointer<Float>, _ dimension: Int
  ) -> Double {
    var sums = SIMD8<Double>.zero
    var column = 0
    while column &+ 8 <= dimension {
      sums = v8_plus_exactly(sums, v8_load(a + column), v8_load(row + column) - v8_load(centre + column))
      column &+= 8
    }
    return (column..<dimension).reduce(sums.sum()) { $0 + Double(a[$1]) * Double(row[$1] - centre[$1]) }
  }

  /// Sixteen numbers of a row, zeros beyond its end.
  private static func sixteen(_ row: UnsafePointer<Float>, from column: Int, of dimension: Int) -> SIMD16<Float> {
    if column &+ 16 <= dimension { return v16_load(row + column) }
    return column < dimension ? v16_load_first(row + column, dimension - column) : .zero
  }
}
