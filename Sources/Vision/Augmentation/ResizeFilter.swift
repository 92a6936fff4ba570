/// The weights of an antialiased bilinear resize along one axis, from any length up to a greatest one to a fixed one.
///
/// Pixel centres lie at half-integers. Enlarging, an output pixel blends its two neighbours: plain bilinear. Shrinking
/// by s, the triangle is s times as wide, so that every input pixel counts, as in Pillow and in torchvision with
/// `antialias=True`: plain bilinear at 32 → 16 would skip or alias the patterns that this project's classes are made
/// of. Weights that fall outside the crop are left out and the rest is scaled to sum 1.
struct ResizeFilter: Sendable {
  /// The inputs of one output pixel.
  struct Taps: Sendable {
    /// The first input pixel.
    var first: Int
    /// Where this pixel's weights start in `weights`.
    var start: Int
    var count: Int
  }

  let side: Int
  private var taps: [Taps] = []
  private(set) var weights: [Float] = []

  /// Filters from 1, 2, …, `greatest` pixels to `side`.
  init(greatest: Int, side: Int) {
    self.side = side
    for length in 1...greatest {
      for output in 0..<side {
        let (first, values) = Self.triangle(length: length, side: side, output: output)
        taps.append(Taps(first: first, start: weights.count, count: values.count))
        weights += values.map(Float.init)
      }
    }
  }

  /// The inputs of output pixel `output` when `length` pixels become `side`.
  @inline(__always)
  func taps(length: Int, output: Int) -> Taps {
    taps[(length - 1) * side + output]
  }

  private static func triangle(length: Int, side: Int, output: Int) -> (first: Int, weights: [Double]) {
    let scale = Double(length) / Double(side)
    let support = max(scale, 1)
    let centre = (Double(output) + 0.5) * scale
    let candidates = max(0, Int(centre - support))...min(length - 1, Int(centre + support))
    let values = candidates.map { max(0, 1 - abs(Double($0) + 0.5 - centre) / support) }
    let leading = values.prefix { $0 == 0 }.count
    let kept = values.dropFirst(leading).reversed().drop { $0 == 0 }.reversed()
    let sum = kept.reduce(0, +)
    return (candidates.lowerBound + leading, kept.map { $0 / sum })
  }
}
