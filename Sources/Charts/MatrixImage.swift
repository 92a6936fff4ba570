import Foundation

/// A matrix as a picture, a square cell an element, the first row on top.
public struct MatrixImage: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// Row by row.
  public let values: [Double]
  public let scale: ColorScale

  /// - Precondition: `values.count == rows * columns`.
  public init(rows: Int, columns: Int, values: [Double], scale: ColorScale) {
    precondition(rows >= 0 && columns >= 0 && values.count == rows * columns, "the values do not fill the matrix")
    self.rows = rows
    self.columns = columns
    self.values = values
    self.scale = scale
  }

  /// How many elements are NaN: they are drawn grey.
  public var missingCount: Int { values.count { $0.isNaN } }

  /// A PNG of `pixelsPerCell` square pixels an element.
  ///
  /// - Throws: `ChartError` when the matrix is empty or too large for a PNG.
  public func png(pixelsPerCell: Int = 1) throws -> [UInt8] {
    let table = scale.table(257)
    let (lower, span) = (scale.domain.lowerBound, scale.domain.upperBound - scale.domain.lowerBound)
    var rgb: [UInt8] = []
    rgb.reserveCapacity(rows * columns * pixelsPerCell * pixelsPerCell * 3)
    for row in 0..<rows {
      var line: [UInt8] = []
      for value in values[row * columns..<(row + 1) * columns] {
        var color = Color(hex: 0xBDBDBD)
        if !value.isNaN {
          let fraction = span > 0 ? min(max((value - lower) / span, 0), 1) : 0.5
          color = table[Int((fraction * 256).rounded())]
        }
        for _ in 0..<pixelsPerCell { line += [color.red, color.green, color.blue] }
      }
      for _ in 0..<pixelsPerCell { rgb += line }
    }
    return try PNGEncoder.encode(width: columns * pixelsPerCell, height: rows * pixelsPerCell, rgb: rgb)
  }

  /// The PNG as a `data:` address. Elements get several pixels each, so that viewers that smooth when they enlarge, and
  /// those that skip pixels when they shrink, both show even squares.
  func dataAddress() throws -> String {
    let pixelsPerCell = max(1, (512 + max(rows, columns) - 1) / max(rows, columns, 1))
    return "data:image/png;base64," + Data(try png(pixelsPerCell: pixelsPerCell)).base64EncodedString()
  }
}
