/// A picture in at most 256 colours: without loss where it has no more, else in those that a median cut of its colours finds
/// (Heckbert, 1982, over five bits of red, green and blue). For pages that must not grow: noise in three channels of eight bits
/// does not compress.
struct ColorReduction {
  let palette: [Color]
  /// A byte a pixel: its place in the palette.
  let indices: [UInt8]

  private static let most = 256

  /// - Parameter rgb: three bytes a pixel.
  init(rgb: [UInt8]) {
    if let (palette, indices) = Self.exact(rgb) {
      (self.palette, self.indices) = (palette, indices)
      return
    }
    var counts = [Int](repeating: 0, count: Self.bins)
    var sums = [Int](repeating: 0, count: 3 * Self.bins)
    for start in stride(from: 0, to: rgb.count, by: 3) {
      let bin = Self.bin(rgb, at: start)
      counts[bin] += 1
      for channel in 0..<3 { sums[3 * bin + channel] += Int(rgb[start + channel]) }
    }
    var places = [UInt8](repeating: 0, count: Self.bins)
    var palette: [Color] = []
    for box in Self.boxes(counts) {
      var total = [0, 0, 0]
      for bin in box.bins {
        places[bin] = UInt8(palette.count)
        for channel in 0..<3 { total[channel] += sums[3 * bin + channel] }
      }
      let mean = total.map { UInt8(($0 + box.count / 2) / box.count) }
      palette.append(Color(red: mean[0], green: mean[1], blue: mean[2]))
    }
    self.palette = palette
    indices = stride(from: 0, to: rgb.count, by: 3).map { places[Self.bin(rgb, at: $0)] }
  }

  /// Nil where there are too many colours.
  private static func exact(_ rgb: [UInt8]) -> (palette: [Color], indices: [UInt8])? {
    var places: [Color: UInt8] = [:]
    var palette: [Color] = []
    var indices: [UInt8] = []
    indices.reserveCapacity(rgb.count / 3)
    for start in stride(from: 0, to: rgb.count, by: 3) {
      let color = Color(red: rgb[start], green: rgb[start + 1], blue: rgb[start + 2])
      if let place = places[color] {
        indices.append(place)
        continue
      }
      guard palette.count < most else { return nil }
      let place = UInt8(palette.count)
      places[color] = place
      palette.append(color)
      indices.append(place)
    }
    return (palette, indices)
  }

  // MARK: Median cut

  private static let bins = 1 << 15

  private static func bin(_ rgb: [UInt8], at start: Int) -> Int {
    Int(rgb[start] >> 3) << 10 | Int(rgb[start + 1] >> 3) << 5 | Int(rgb[start + 2] >> 3)
  }

  /// What a bin has of one channel.
  private static func level(_ bin: Int, _ shift: Int) -> Int { (bin >> shift) & 31 }

  private struct Box {
    /// None of them is empty.
    let bins: [Int]
    /// Pixels.
    let count: Int
    /// The channel in which its colours lie farthest apart, as a shift of its bits, and how far.
    let shift: Int
    let extent: Int

    init(_ bins: [Int], _ counts: [Int]) {
      self.bins = bins
      count = bins.reduce(0) { $0 + counts[$1] }
      var widest = (shift: 10, extent: -1)
      for shift in [10, 5, 0] {
        let levels = bins.map { ColorReduction.level($0, shift) }
        let extent = (levels.max() ?? 0) - (levels.min() ?? 0)
        if extent > widest.extent { widest = (shift, extent) }
      }
      (shift, extent) = (widest.shift, widest.extent)
    }

    /// What is to be cut next: many pixels that differ much.
    var weight: Int { bins.count > 1 ? extent * count : 0 }
  }

  private static func boxes(_ counts: [Int]) -> [Box] {
    var boxes = [Box(counts.indices.filter { counts[$0] > 0 }, counts)]
    while boxes.count < most {
      guard let place = boxes.indices.max(by: { boxes[$0].weight < boxes[$1].weight }), boxes[place].weight > 0 else {
        break
      }
      let box = boxes[place]
      let sorted = box.bins.sorted { left, right in
        let (near, far) = (level(left, box.shift), level(right, box.shift))
        return near == far ? left < right : near < far
      }
      var before = 0
      var cut = 0
      // Both halves keep a bin.
      while cut < sorted.count - 1, cut == 0 || 2 * before < box.count {
        before += counts[sorted[cut]]
        cut += 1
      }
      boxes[place] = Box(Array(sorted[..<cut]), counts)
      boxes.append(Box(Array(sorted[cut...]), counts))
    }
    return boxes
  }
}

extension PNGEncoder {
  /// A PNG of the same picture in at most 256 colours where that is smaller, else the same PNG.
  ///
  /// - Throws: `ChartError` when `png` is not a PNG that libpng can read.
  public static func reduced(_ png: [UInt8]) throws -> [UInt8] {
    let (width, height, rgb) = try decode(png)
    let reduction = ColorReduction(rgb: rgb)
    let small = try encode(width: width, height: height, indices: reduction.indices, palette: reduction.palette)
    return small.count < png.count ? small : png
  }
}
