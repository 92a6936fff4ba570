/// A convolution as products of tiles: which pixels of a source meet which weights in each sixteen rows of a target.
///
/// Forward the source is the input and the target the output; for the data gradient the roles are exchanged.
/// Padding costs nothing above and below, and nothing at the sides where the rows of a tile are images.
struct TileMapping: Sendable {
  /// What the sixteen rows of a tile are.
  enum Layout: Sendable {
    /// Neighbouring pixels of an image's line, for targets whose lines are multiples of sixteen.
    case pixels
    /// The same pixel of sixteen images.
    case images
  }

  let source: Grid
  let target: Grid
  let layout: Layout
  let taps: Int
  /// Whether the target's channels are those that the weights have first: the inputs, for the data gradient.
  let turnsWeights: Bool
  /// Zeros on the left and on the right of a source line in `Layout.pixels`.
  let margins: (left: Int, right: Int)
  /// From a row's source pixel to the next one's.
  let step: Int
  let strips: TileStrips
  /// Parts of the depth, of each of which what a strip meets of the source stays in the second-level cache.
  private(set) var parts = 1
  /// Where the entries of each strip, in it of each part of the depth, and in that of each unit begin, and where the last end.
  private var starts = [0]
  /// A left cell and a right tile for each, as tiles.h says.
  private(set) var entries: [Int32] = []

  struct Grid: Sendable {
    let height: Int
    let width: Int
    let channels: Int
    var pixels: Int { height * width }
    var count: Int { pixels * channels }
  }

  /// Bytes of packed source that a part of the depth may take, so that they stay in the second-level cache.
  private static let cachedBytes = 768 << 10

  init(forward shape: ConvolutionShape) {
    self.init(
      turnsWeights: false,
      source: Grid(height: shape.inputHeight, width: shape.inputWidth, channels: shape.inputChannels),
      target: Grid(height: shape.outputHeight, width: shape.outputWidth, channels: shape.outputChannels), shape,
      layout: shape.outputWidth % 16 == 0 ? .pixels : .images, step: shape.strideWidth,
      row: { $0 * shape.strideHeight + $1 - shape.padding },
      column: { $0 * shape.strideWidth + $1 - shape.padding })
  }

  init(dataGradient shape: ConvolutionShape) {
    /// The output's place that meets place `at` of the input by the kernel's place `tap`.
    func place(_ at: Int, _ tap: Int, _ stride: Int) -> Int? {
      let place = at + shape.padding - tap
      return stride == 1 ? place : place >= 0 && place % stride == 0 ? place / stride : nil
    }
    self.init(
      turnsWeights: true,
      source: Grid(height: shape.outputHeight, width: shape.outputWidth, channels: shape.outputChannels),
      target: Grid(height: shape.inputHeight, width: shape.inputWidth, channels: shape.inputChannels), shape,
      layout: shape.inputWidth % 16 == 0 && shape.strideWidth == 1 ? .pixels : .images, step: 1,
      row: { place($0, $1, shape.strideHeight) }, column: { place($0, $1, shape.strideWidth) })
  }

  /// - Parameters row, column: the place in the source that a place in the target and one in the kernel meet; in
  ///   `Layout.pixels` the column may lie outside.
  private init(
    turnsWeights: Bool, source: Grid, target: Grid, _ shape: ConvolutionShape, layout: Layout, step: Int,
    row: (Int, Int) -> Int?, column: (Int, Int) -> Int?
  ) {
    self.turnsWeights = turnsWeights
    self.source = source
    self.target = target
    self.layout = layout
    self.step = step
    taps = shape.kernelHeight * shape.kernelWidth
    if layout == .pixels {
      let ends = (0..<shape.kernelWidth).flatMap { [column(0, $0) ?? 0, column(target.width - 1, $0) ?? 0] }
      margins = (max(0, -(ends.min() ?? 0)), max(0, (ends.max() ?? 0) - source.width + 1))
    } else {
      margins = (0, 0)
    }
    let meets = (0..<target.height).map { y in
      let met = (0..<shape.kernelHeight).compactMap { row(y, $0) }.filter { (0..<source.height).contains($0) }
      return (met.min() ?? 0)..<(met.max() ?? -1) + 1
    }
    if layout == .pixels {
      strips = TileStrips(lines: target.height, meets: meets)
    } else {
      // Of thirty-two images; a number in two parts has as many bytes as a sum.
      strips = TileStrips(
        meets: meets, targetLine: 128 * target.width * target.channels,
        sourceLine: 128 * source.width * source.channels,
        weights: 4 * taps * source.channels * target.channels)
    }
    let bytesMet = packedBytes / source.height * strips.linesMet
    parts = max(1, min(groups, (bytesMet + Self.cachedBytes - 1) / Self.cachedBytes))
    starts.reserveCapacity(strips.count * parts * unitsPerStrip + 1)
    for strip in 0..<strips.count {
      for part in 0..<parts {
        for unit in 0..<unitsPerStrip {
          let pixel = (strip * unitsPerStrip + unit) * pixelsPerUnit
          let (y, x) = pixel.quotientAndRemainder(dividingBy: target.width)
          for group in part * groups / parts..<(part + 1) * groups / parts {
            for tap in 0..<taps {
              guard let sourceY = row(y, tap / shape.kernelWidth), let sourceX = column(x, tap % shape.kernelWidth),
                (0..<source.height).contains(sourceY), layout == .pixels || (0..<source.width).contains(sourceX)
              else { continue }
              entries.append(Int32(cell(group: group, y: sourceY, x: sourceX)))
              entries.append(Int32((group * taps + tap) * Self.tilesPerEntry))
            }
          }
          starts.append(entries.count / 2)
        }
      }
    }
    // Where padding is all that a kernel meets there is nothing to add, but an address all the same.
    if entries.isEmpty { entries = [0, 0] }
  }

  // MARK: The source, packed

  /// Cells hold one of two parts of thirty-two channels.
  var groups: Int { source.channels / 32 }
  private var cellsPerPixel: Int { layout == .pixels ? 1 : 16 }
  private var lineCells: Int { (margins.left + source.width + margins.right) * cellsPerPixel }
  private var planeCells: Int { source.height * lineCells }
  /// From the cells of a group's leading parts to those of what is left.
  var lowBytes: Int { 64 * planeCells }
  /// What a tile of the target reads of: an image, or sixteen.
  var setBytes: Int { 128 * groups * planeCells }
  var imagesPerSet: Int { layout == .pixels ? 1 : 16 }
  /// From a row's cell to the next one's.
  var rowBytes: Int { layout == .pixels ? 64 * step : 64 }

  /// The (leading) cell of a pixel, of the first image.
  func cell(group: Int, y: Int, x: Int) -> Int {
    2 * group * planeCells + y * lineCells + (margins.left + x) * cellsPerPixel
  }

  // MARK: The target

  /// Pixels of an image in a unit, which is sixteen rows of the target in two images, or a pixel in thirty-two; units lie in
  /// the order of the pixels.
  var pixelsPerUnit: Int { layout == .pixels ? 16 : 1 }
  var unitsPerStrip: Int { strips.lines * target.width / pixelsPerUnit }
  /// Numbers of an image in a strip.
  var stripCount: Int { strips.lines * target.width * target.channels }

  /// Right tiles of an entry: two parts of each sixteen of the thirty-two columns that a kernel sums.
  static let tilesPerEntry = 4
  /// A kernel sums thirty-two rows.
  private static let tilesPerUnit = 2
  var imagesPerBlock: Int { imagesPerSet * Self.tilesPerUnit }
  var packedBytes: Int { setBytes * Self.tilesPerUnit }

  /// Right tiles of thirty-two columns.
  var tilesPerColumns: Int { groups * taps * Self.tilesPerEntry }
  var weightBytes: Int { target.channels / 32 * tilesPerColumns * 1024 }

  /// Which entries make the sums of a unit of a strip in a part of the depth.
  func entries(strip: Int, part: Int, unit: Int) -> Range<Int> {
    let place = (strip * parts + part) * unitsPerStrip + unit
    return starts[place]..<starts[place + 1]
  }
}
