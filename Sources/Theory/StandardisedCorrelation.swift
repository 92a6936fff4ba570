import Numerics

/// The correlation matrix of raw outputs z standardised per dimension to mean 0 and variance 1, `d × d`: the matrix
/// that Barlow Twins' batch normalisation sees, without putting rows back on the sphere.
public struct StandardisedCorrelation: Sendable, Equatable {
  /// Ones on the diagonal, but for constant dimensions, whose row and column are zero.
  public let matrix: DoubleMatrix
  /// Dimensions that do not vary over the rows. They stand for collapse, each adds 1 to ‖C − I‖².
  public let constantDimensions: Int

  /// ‖C − I‖²_F.
  public var correlationLoss: Double { squaredDistanceToIdentity(matrix) }

  /// - Parameter outputs: `n × d`, one output a row, as the encoder gave them.
  /// - Throws: `FeatureError` where there are fewer than two rows or a row is not finite.
  public init(_ outputs: Matrix, threads: Int = 1) throws(FeatureError) {
    guard outputs.rows > 1 else { throw .tooFewRows(found: outputs.rows, needed: 2) }
    try requireFinite(rowNorms(outputs))
    let scaling = ColumnScaling(outputs)
    constantDimensions = scaling.factors.count { $0 == 0 }
    matrix = meanOuterProduct(count: outputs.rows, columns: outputs.columns, threads: threads) { range in
      scaling.apply(to: outputs, rows: range)
    }
  }
}

/// The mean of each column and the reciprocal of its standard deviation (n in the denominator; zero for a constant).
struct ColumnScaling: Sendable {
  let means: [Double]
  let factors: [Double]

  init(_ matrix: Matrix) {
    let (rows, width) = (matrix.rows, matrix.columns)
    var mean = [Double](repeating: 0, count: width)
    var variance = [Double](repeating: 0, count: width)
    var largest = [Double](repeating: 0, count: width)
    matrix.values.withUnsafeBufferPointer { values in
      for row in 0..<rows {
        for column in 0..<width { mean[column] += Double(values[row * width + column]) }
      }
      for column in 0..<width { mean[column] /= Double(rows) }
      for row in 0..<rows {
        for column in 0..<width {
          let value = Double(values[row * width + column])
          variance[column] += (value - mean[column]) * (value - mean[column])
          largest[column] = max(largest[column], abs(value))
        }
      }
    }
    means = mean
    factors = (0..<width).map { column in
      let deviation = (variance[column] / Double(rows)).squareRoot()
      // A spread below the rounding of `Float` is none.
      return deviation > 1e-7 * largest[column] ? 1 / deviation : 0
    }
  }

  /// The rows of `range`, each column less its mean and divided by its deviation.
  func apply(to matrix: Matrix, rows range: Range<Int>) -> DoubleMatrix {
    let width = matrix.columns
    var values = [Double](repeating: 0, count: range.count * width)
    matrix.values.withUnsafeBufferPointer { source in
      for row in 0..<range.count {
        let start = (range.lowerBound + row) * width
        for column in 0..<width {
          values[row * width + column] = (Double(source[start + column]) - means[column]) * factors[column]
        }
      }
    }
    return DoubleMatrix(rows: range.count, columns: width, values: values)
  }
}
