import Numerics

/// ‖A − I‖²_F of a square matrix.
public func squaredDistanceToIdentity(_ matrix: DoubleMatrix) -> Double {
  let size = matrix.columns
  var sum = 0.0
  for row in 0..<size {
    for column in 0..<size {
      let value = matrix.values[row * size + column]
      let difference = row == column ? value - 1 : value
      sum += difference * difference
    }
  }
  return sum
}
