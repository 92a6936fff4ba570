import Numerics

@testable import Theory

/// Random inputs and slow, plain versions of what the module computes in blocks.
enum Samples {
  static func random(rows: Int, columns: Int, seed: UInt64, mean: Double = 0) -> Matrix {
    var stream = RandomStream(seed: seed, purpose: 0x7E57)
    return Matrix(rows: rows, columns: columns, values: stream.normals(rows * columns).map { Float($0 + mean) })
  }

  static func labels(_ count: Int, classCount: Int, seed: UInt64) -> [UInt16] {
    var stream = RandomStream(seed: seed, purpose: 0x7E58)
    return (0..<count).map { _ in UInt16(stream.integer(below: classCount)) }
  }

  /// Points around `classCount` random directions, with their labels.
  static func clusters(
    rows: Int, columns: Int, classCount: Int, noise: Float, seed: UInt64
  ) -> (features: Matrix, labels: [UInt16]) {
    let centers = random(rows: classCount, columns: columns, seed: seed)
    var features = random(rows: rows, columns: columns, seed: seed + 1)
    let labels = (0..<rows).map { UInt16($0 % classCount) }
    for row in 0..<rows {
      for column in 0..<columns {
        features[row, column] = centers[Int(labels[row]), column] + noise * features[row, column]
      }
    }
    return (features, labels)
  }

  /// Rows as arrays of length `radius`.
  static func sphere(_ matrix: Matrix, radius: Double) -> [[Double]] {
    (0..<matrix.rows).map { row in
      let values = matrix.row(row).map(Double.init)
      let length = dot(values, values).squareRoot()
      return values.map { $0 / length * radius }
    }
  }

  static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  /// ‖(1/n)Σffᵀ − I‖² entry by entry.
  static func correlationLoss(_ rows: [[Double]]) -> Double {
    let d = rows[0].count
    var sum = 0.0
    for i in 0..<d {
      for j in 0..<d {
        let entry = rows.reduce(0) { $0 + $1[i] * $1[j] } / Double(rows.count) - (i == j ? 1 : 0)
        sum += entry * entry
      }
    }
    return sum
  }
}

func isClose(_ a: Double, _ b: Double, tolerance: Double = 1e-9) -> Bool {
  abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}
