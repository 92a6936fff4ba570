import Foundation

/// A matrix as a picture, a square cell an element, the first row on top.
public struct MatrixImage: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// Row by row.
  public let values: [Double]
  public let scale: ColorScale
  /// What is told of an element that is pointed at, before its row, column and value.
  public let name: String
  /// Whether its picture has one pixel an element, which viewers are told not to smooth, and half the bytes of one that needs
  /// no telling.
  var hasSinglePixels = false

  /// - Precondition: `values.count == rows * columns`.
  public init(rows: Int, columns: Int, values: [Double], scale: ColorScale, name: String = "") {
    precondition(rows >= 0 && columns >= 0 && values.count == rows * columns, "the values do not fill the matrix")
    self.rows = rows
    self.columns = columns
    self.values = values
    self.scale = scale
    self.name = name
  }

  /// How many elements are NaN: they are drawn grey.
  public var missingCount: Int { values.count { $0.isNaN } }

  /// The colours of a picture: so many from one end of the scale to the other, then the one of what is no number. Who has
  /// the picture alone can tell values from it, to a 254th of the scale.
  private static let colorCount = 255
  private static let missing = Color(hex: 0xBDBDBD)
  /// The most elements whose values a drawing carries in full.
  private static let mostPrinted = 1024

  /// A PNG of `pixelsPerCell` square pixels an element.
  ///
  /// - Throws: `ChartError` when the matrix is empty or too large for a PNG.
  public func png(pixelsPerCell: Int = 1) throws -> [UInt8] {
    let (lower, span) = (scale.domain.lowerBound, scale.domain.upperBound - scale.domain.lowerBound)
    let last = Double(Self.colorCount - 1)
    var indices: [UInt8] = []
    indices.reserveCapacity(rows * columns * pixelsPerCell * pixelsPerCell)
    for row in 0..<rows {
      var line: [UInt8] = []
      for value in values[row * columns..<(row + 1) * columns] {
        var index = UInt8(Self.colorCount)
        if !value.isNaN {
          let fraction = span > 0 ? min(max((value - lower) / span, 0), 1) : 0.5
          index = UInt8((fraction * last).rounded())
        }
        for _ in 0..<pixelsPerCell { line.append(index) }
      }
      for _ in 0..<pixelsPerCell { indices += line }
    }
    return try PNGEncoder.encode(
      width: columns * pixelsPerCell, height: rows * pixelsPerCell, indices: indices,
      palette: scale.table(Self.colorCount) + [Self.missing])
  }

  /// The values as people read them, where there are not too many.
  var printedValues: String? {
    guard values.count <= Self.mostPrinted else { return nil }
    return values.map { NumberFormat.significant($0, digits: 3) }.joined(separator: " ")
  }

  /// The PNG as a `data:` address. Elements get several pixels each, so that viewers that smooth when they enlarge, and
  /// those that skip pixels when they shrink, both show even squares.
  func dataAddress() throws -> String {
    let pixelsPerCell = hasSinglePixels ? 1 : max(1, (512 + max(rows, columns) - 1) / max(rows, columns, 1))
    return "data:image/png;base64," + Data(try png(pixelsPerCell: pixelsPerCell)).base64EncodedString()
  }
}
