/// How the lines of a mapping's target are cut: into strips that are summed one after another, each with the lines of the
/// source that it meets.
///
/// One strip has all lines as long as a block of images has few sums. Where those would outgrow the second-level cache, as of
/// the data gradient of a strided convolution, whose target is the larger side, a strip has so few lines that its sums and what
/// it reads of the source stay there. A number's products are added up in the same order either way: the bits are the same.
struct TileStrips: Sendable {
  /// Lines of the target in a strip, a divisor of all.
  let lines: Int
  /// The most lines of the source that a strip meets.
  let linesMet: Int
  /// The lines of the source that each strip needs besides those that the strips before it have needed.
  let newLines: [Range<Int>]

  var count: Int { newLines.count }

  /// Bytes of a target's sums above which it is cut: more do not stay in the second-level cache, which has two MiB where there
  /// are tiles.
  private static let largeBytes = 2 << 20
  /// The most bytes that a strip's sums and the lines of the source that it meets have together.
  private static let stripBytes = 1 << 20
  /// The most bytes of weights with which a target is cut. Each strip reads all of them anew, so they have to stay in the cache
  /// beside it.
  private static let weightBytes = 768 << 10

  /// - Parameter meets: the lines of the source that each line of the target meets, none before those of the line before.
  init(lines: Int, meets: [Range<Int>]) {
    self.lines = lines
    let met = stride(from: 0, to: meets.count, by: lines).map { first in
      let some = meets[first..<first + lines].filter { !$0.isEmpty }
      return (some.map(\.lowerBound).min() ?? 0)..<(some.map(\.upperBound).max() ?? 0)
    }
    linesMet = met.map(\.count).max() ?? 0
    var ranges: [Range<Int>] = []
    var end = 0
    for range in met {
      ranges.append(end..<max(end, range.upperBound))
      end = max(end, range.upperBound)
    }
    newLines = ranges
  }

  /// The strips of as many lines as the cache holds.
  ///
  /// - Parameters targetLine, sourceLine, weights: bytes of the sums of a line of the target, of a line of the source and of
  ///   the weights, as they are multiplied.
  init(meets: [Range<Int>], targetLine: Int, sourceLine: Int, weights: Int) {
    let height = meets.count
    guard height * targetLine > Self.largeBytes, weights <= Self.weightBytes else {
      self.init(lines: height, meets: meets)
      return
    }
    let cuts = (1...height).filter { height % $0 == 0 }.map { TileStrips(lines: $0, meets: meets) }
    self = cuts.last { $0.lines * targetLine + $0.linesMet * sourceLine <= Self.stripBytes } ?? cuts[0]
  }
}
