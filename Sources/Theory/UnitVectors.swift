import Numerics

/// d(x/‖x‖)/dx = (I − x̃x̃ᵀ)/‖x‖ (Eq. 30), `d × d`; nil for a zero vector.
///
/// Above Eq. 38 the paper writes d‖x̃‖/dx for it, which is zero.
public func unitVectorDerivative(_ vector: [Double]) -> DoubleMatrix? {
  guard let (direction, norm) = unit(vector) else { return nil }
  var matrix = DoubleMatrix.identity(vector.count)
  for row in vector.indices {
    for column in vector.indices {
      matrix[row, column] = (matrix[row, column] - direction[row] * direction[column]) / norm
    }
  }
  return matrix
}

/// x/‖x‖ and ‖x‖; nil where x is zero or not finite.
func unit(_ vector: [Double]) -> (direction: [Double], norm: Double)? {
  let norm = dot(vector, vector).squareRoot()
  guard norm > 0, norm.isFinite else { return nil }
  return (vector.map { $0 / norm }, norm)
}

/// a·b.
func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
