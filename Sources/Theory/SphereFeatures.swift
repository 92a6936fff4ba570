import Numerics

/// Features f(x̂) on the sphere of radius r = √d, as §4.1 assumes: `count` rows of `dimension` values, ‖f‖² = d.
///
/// The paper has tr Λ = d in §4.1 and unit vectors in §4.2; here f = √d·z̃ throughout, z̃ being the output divided by
/// its length (errata E20). Rows are kept as the encoder gave them, with one factor a row; blocks of them are scaled in
/// double precision when they are used.
public struct SphereFeatures: Sendable {
  /// The rows as they came, `count × dimension`.
  let source: Matrix
  /// 1/‖row‖ for each row.
  let inverseNorms: [Double]

  public var count: Int { source.rows }
  public var dimension: Int { source.columns }

  /// Puts each row of `features` onto the sphere.
  ///
  /// - Throws: `FeatureError` naming the first row that is not finite or zero and how many there are: neither has a
  ///   direction, and leaving them out would hide a diverged or dead encoder.
  public init(_ features: Matrix) throws(FeatureError) {
    guard features.rows > 0, features.columns > 0 else { throw .tooFewRows(found: 0, needed: 1) }
    let norms = rowNorms(features)
    try requireFinite(norms)
    let zero = norms.indices.filter { norms[$0] == 0 }
    if let first = zero.first { throw .zero(row: first, count: zero.count, rows: features.rows) }
    source = features
    inverseNorms = norms.map { 1 / $0 }
  }

  private init(source: Matrix, inverseNorms: [Double]) {
    self.source = source
    self.inverseNorms = inverseNorms
  }

  /// The rows of `range` with ‖f‖² = d (or of length `radius`), in double precision.
  public func block(_ range: Range<Int>, radius: Double? = nil) -> DoubleMatrix {
    gather(Array(range), radius: radius)
  }

  /// The rows at `indices`, in their order, with ‖f‖² = d (or of length `radius`), in double precision.
  public func gather(_ indices: [Int], radius: Double? = nil) -> DoubleMatrix {
    let length = radius ?? Double(dimension).squareRoot()
    let width = dimension
    var values = [Double](repeating: 0, count: indices.count * width)
    source.values.withUnsafeBufferPointer { from in
      for (position, index) in indices.enumerated() {
        let factor = inverseNorms[index] * length
        for column in 0..<width { values[position * width + column] = Double(from[index * width + column]) * factor }
      }
    }
    return DoubleMatrix(rows: indices.count, columns: width, values: values)
  }

  /// The features of the rows at `indices` alone, for instance one view of each image.
  public func selecting(_ indices: [Int]) -> SphereFeatures {
    let width = dimension
    var values: [Float] = []
    values.reserveCapacity(indices.count * width)
    for index in indices { values.append(contentsOf: source.values[index * width..<(index + 1) * width]) }
    return SphereFeatures(
      source: Matrix(rows: indices.count, columns: width, values: values),
      inverseNorms: indices.map { inverseNorms[$0] })
  }

  /// The first `count` rows (all of them where there are fewer).
  public func prefix(_ count: Int) -> SphereFeatures {
    count >= self.count ? self : selecting(Array(0..<count))
  }
}

/// The Euclidean length of each row, in double precision.
func rowNorms(_ matrix: Matrix, threads: Int = 1) -> [Double] {
  let width = matrix.columns
  let ranges = blocks(of: matrix.rows, size: 256)
  return matrix.values.withUnsafeBufferPointer { values in
    nonisolated(unsafe) let values = values
    return parallelMap(ranges.count, threads: threads) { index in
      ranges[index].map { row in
        var sum = 0.0
        for column in row * width..<(row + 1) * width {
          let value = Double(values[column])
          sum += value * value
        }
        return sum.squareRoot()
      }
    }.flatMap(\.self)
  }
}

/// Throws `FeatureError.nonFinite` where a row's length is NaN or infinite.
func requireFinite(_ norms: [Double]) throws(FeatureError) {
  let bad = norms.indices.filter { !norms[$0].isFinite }
  if let first = bad.first { throw .nonFinite(row: first, count: bad.count, rows: norms.count) }
}
