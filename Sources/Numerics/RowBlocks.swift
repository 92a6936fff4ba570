/// Rows (pixels) of an output that were computed together, on one thread, and are still in its cache.
public struct RowBlock: Sendable, Equatable {
  /// Counts from 0 over all groups.
  public let index: Int
  public let group: Int
  /// Pixels, counted over all images.
  public let rows: Range<Int>
}

/// How a kernel cuts its output into blocks: a function of the problem alone, never of the threads, so that sums taken
/// block by block are the same for any number of them. No block lies in two groups.
public struct RowBlocks: Sendable, Equatable {
  /// Lines of an image that are never parted, for instance four, the height of a tile.
  let linesPerUnit: Int
  let unitsPerBlock: Int
  let width: Int
  let height: Int
  let images: Int
  let groups: Int

  /// - Precondition: `groups` divides `images`.
  init(unitsPerBlock: Int, linesPerUnit: Int = 1, height: Int, width: Int, images: Int, groups: Int) {
    precondition(groups > 0 && images % groups == 0, "\(images) images in \(groups) groups")
    self.unitsPerBlock = max(1, unitsPerBlock)
    self.linesPerUnit = linesPerUnit
    self.width = width
    self.height = height
    self.images = images
    self.groups = groups
  }

  /// Whole lines that hold about 4096 numbers, a share of the first-level cache.
  public init(height: Int, width: Int, channels: Int, images: Int, groups: Int) {
    self.init(
      unitsPerBlock: 4096 / (width * channels), height: height, width: width, images: images, groups: groups)
  }

  var unitsPerImage: Int { (height + linesPerUnit - 1) / linesPerUnit }
  private var unitsPerGroup: Int { images / groups * unitsPerImage }
  private var blocksPerGroup: Int { (unitsPerGroup + unitsPerBlock - 1) / unitsPerBlock }

  public var count: Int { groups * blocksPerGroup }

  /// Pixels of all images.
  public var rows: Int { images * height * width }

  /// Pixels of one group.
  public var rowsPerGroup: Int { rows / groups }

  /// The blocks of one group.
  public func indices(ofGroup group: Int) -> Range<Int> { group * blocksPerGroup..<(group + 1) * blocksPerGroup }

  /// The blocks that lie wholly within `rows`.
  func indices(within rows: Range<Int>) -> Range<Int> {
    let first = partition { self[$0].rows.lowerBound < rows.lowerBound }
    return first..<max(first, partition { self[$0].rows.upperBound <= rows.upperBound })
  }

  /// How many blocks from the first on `belongs` holds for; blocks lie in the order of their rows.
  private func partition(_ belongs: (Int) -> Bool) -> Int {
    var range = 0..<count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = belongs(middle) ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// Units of block `index`, counted over all images.
  func units(_ index: Int) -> Range<Int> {
    let (group, block) = index.quotientAndRemainder(dividingBy: blocksPerGroup)
    let first = group * unitsPerGroup
    return first + block * unitsPerBlock..<first + min(unitsPerGroup, (block + 1) * unitsPerBlock)
  }

  public subscript(index: Int) -> RowBlock {
    let units = units(index)
    return RowBlock(
      index: index, group: index / blocksPerGroup, rows: row(units.lowerBound)..<row(units.upperBound))
  }

  /// The first pixel of a unit.
  private func row(_ unit: Int) -> Int {
    let (image, line) = unit.quotientAndRemainder(dividingBy: unitsPerImage)
    return (image * height + line * linesPerUnit) * width
  }
}
