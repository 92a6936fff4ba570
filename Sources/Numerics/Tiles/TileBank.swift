import CVector

/// Rows of a bank for many products with queries by tiles (Sources/CVector/tiles.h), each product in eight bits alone but
/// known within a bound.
///
/// Of the query and the row less the bank's mean (`RowCentre`) only the leading parts x̃ and ỹ are multiplied. That is off by at
/// most ‖x − μ − x̃‖ ‖y − μ‖ + ‖x̃‖ ‖y − μ − ỹ‖ (Cauchy and Schwarz); sums begin with the offsets.
public struct TileBank: Sendable {
  public let dimension: Int
  /// Steps of thirty-two numbers; what lies beyond `dimension` is zero.
  private let steps: Int
  /// Block by block of 32 columns, step by step, two right tiles of leading parts.
  private let packed: FloatBuffer
  private let centre: RowCentre
  /// A number a column.
  private let offsets: FloatBuffer
  /// The largest of all columns.
  private let largest: RowExtent

  /// Columns that lie together: `multiply` begins at their multiples.
  public static let columnsPerBlock = 32
  /// Bytes that a column takes.
  public var bytesPerColumn: Int { steps * 64 }

  /// - Parameter rows: count × dimension, row by row, finite.
  /// - Precondition: `MatrixTiles.areAvailable`.
  public init(_ rows: UnsafePointer<Float>, count: Int, dimension: Int, threads: Int) {
    precondition(MatrixTiles.areAvailable, "a processor with tiles")
    self.dimension = dimension
    let width = Self.columnsPerBlock
    let blocks = (count + width - 1) / width
    steps = (dimension + 31) / 32
    packed = FloatBuffer(unwritten: blocks * steps * 512)
    offsets = FloatBuffer(capacity: blocks * width)
    centre = RowCentre(of: rows, count: count, dimension: dimension)
    nonisolated(unsafe) let rows = rows
    let (packed, centre, offsets, steps) = (packed, centre, offsets, steps)
    largest = largestExtent(blocks, threads: threads) { block, _ in
      var largest = RowExtent()
      for tile in 0..<2 {
        let first = block * width + tile * 16
        let extent = Self.pack16(
          rows + first * dimension, count: max(0, min(16, count - first)), less: centre,
          offsets: offsets.pointer + first,
          to: UnsafeMutableRawPointer(packed.pointer) + block * steps * 2048 + tile * 1024)
        largest.widen(to: extent)
      }
      return largest
    }
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
      var (shifts, errors): ([Double], [Double]) = ([], [])
      for row in 0..<rows {
        let query = source + row * bank.dimension
        let cells = UnsafeMutableRawPointer(packed.pointer) + row / height * bank.steps * 2048 + row % height * 64
        shifts.append(bank.centre.shift(of: query))
        errors.append(bank.error(TileBank.put(query, less: bank.centre, to: cells, stride: 2048)))
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
    MatrixTiles.taken {
      for column in Swift.stride(from: range.lowerBound, to: range.upperBound, by: width) {
        tiles_32by32_leading(
          left, packed.pointer + column / width * steps * 512, steps, offsets.pointer + column,
          target + column - range.lowerBound, stride * MemoryLayout<Float>.stride)
      }
    }
  }

  /// How far the sum of a query of this extent and a row can be from x·y − x·μ.
  ///
  /// What the leading parts lack is nearly all of it. The rest is rounding, that of the sum whatever its order, and numbers
  /// too small for tiles, which count as zeros.
  private func error(_ query: RowExtent) -> Double {
    let leading = query.length + query.lack
    let lacking = query.lack * largest.length + leading * largest.lack
    let roundings = Double(steps * 32 + 2) * 0x1p-24
    let magnitudes = largest.offset + leading * (largest.length + largest.lack)
    let summed = roundings / (1 - min(roundings, 0.5)) * magnitudes
    return (lacking + summed + centre.rounding(query.length, largest)) * 1.000001 + 1e-30
  }

  /// A right tile at every step, 2,048 bytes after the one before, of up to sixteen rows, zeros for those that there are
  /// not; and the rows' offsets. Returns the largest extents.
  private static func pack16(
    _ rows: UnsafePointer<Float>, count: Int, less centre: RowCentre, offsets: UnsafeMutablePointer<Float>,
    to target: UnsafeMutableRawPointer
  ) -> RowExtent {
    var largest = RowExtent()
    for row in 0..<count {
      let source = rows + row * centre.dimension
      var extent = put(source, less: centre, to: target + row * 64, stride: 2048)
      let offset = centre.offset(of: source)
      offsets[row] = Float(offset)
      extent.offset = offset.magnitude
      largest.widen(to: extent)
    }
    // Pairs of sixteen rows become sixteen rows of pairs, in their place.
    for step in 0..<(centre.dimension + 31) / 32 {
      let tile = target + step * 2048
      (tile + count * 64).initializeMemory(as: UInt8.self, repeating: 0, count: (16 - count) * 64)
      tiles_transpose(tile, 64, tile, 64)
    }
    return largest
  }

  /// A cell at every step, `stride` bytes after the one before: the leading parts of row − centre. Returns its extent but
  /// for the offset.
  private static func put(
    _ row: UnsafePointer<Float>, less centre: RowCentre, to cells: UnsafeMutableRawPointer, stride: Int
  ) -> RowExtent {
    let dimension = centre.dimension
    let mean = UnsafePointer(centre.values.pointer)
    let steps = (dimension + 31) / 32
    var (squares, lacks) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
    for step in 0..<steps {
      let column = step * 32
      let a = sixteen(row, from: column, of: dimension) - v16_load(mean + column)
      let b = sixteen(row, from: column + 16, of: dimension) - v16_load(mean + column + 16)
      tiles_put32_leading(a, b, cells + step * stride)
      let (lackA, lackB) = (tiles_left_over(a), tiles_left_over(b))
      squares = v16_fused(b, b, v16_fused(a, a, squares))
      lacks = v16_fused(lackB, lackB, v16_fused(lackA, lackA, lacks))
    }
    return RowExtent(
      length: RowExtent.length(squares, count: steps * 32), lack: RowExtent.length(lacks, count: steps * 32))
  }

  /// Sixteen numbers of a row, zeros beyond its end.
  private static func sixteen(_ row: UnsafePointer<Float>, from column: Int, of dimension: Int) -> SIMD16<Float> {
    if column &+ 16 <= dimension { return v16_load(row + column) }
    return column < dimension ? v16_load_first(row + column, dimension - column) : .zero
  }
}
