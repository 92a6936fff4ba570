import Numerics

/// The class means μ_k of features on the sphere and the class proportions p_k.
public struct ClassStatistics: Sendable, Equatable {
  /// μ_k (§3, below Eq. 4), `K × d`, one class a row; zero for a class without rows.
  public let means: DoubleMatrix
  /// Rows of each class.
  public let counts: [Int]

  public var classCount: Int { means.rows }
  public var dimension: Int { means.columns }
  /// r² = d.
  public var squaredRadius: Double { Double(means.columns) }

  /// - Parameter labels: the class of each row, below `classCount`.
  /// - Throws: `FeatureError` where sizes differ or a label is no class.
  public init(_ features: SphereFeatures, labels: [UInt16], classCount: Int) throws(FeatureError) {
    try requireLabels(labels, rows: features.count, classCount: classCount)
    let width = features.dimension
    var sums = [Double](repeating: 0, count: classCount * width)
    var counts = [Int](repeating: 0, count: classCount)
    for range in blocks(of: features.count, size: 512) {
      let block = features.block(range)
      for row in range {
        let (label, start) = (Int(labels[row]), (row - range.lowerBound) * width)
        counts[label] += 1
        for column in 0..<width { sums[label * width + column] += block.values[start + column] }
      }
    }
    for label in 0..<classCount where counts[label] > 0 {
      for column in 0..<width { sums[label * width + column] /= Double(counts[label]) }
    }
    means = DoubleMatrix(rows: classCount, columns: width, values: sums)
    self.counts = counts
  }

  /// Means and counts that are already known.
  ///
  /// - Precondition: one count for each row of `means`.
  public init(means: DoubleMatrix, counts: [Int]) {
    precondition(means.rows == counts.count, "one count for each class")
    self.means = means
    self.counts = counts
  }

  /// p_k: the share of rows in each class.
  public var proportions: [Double] {
    let total = Double(counts.reduce(0, +))
    return counts.map { total > 0 ? Double($0) / total : 0 }
  }

  /// Means and proportions, which is all that the theorems ask for.
  public var classMeans: ClassMeans { ClassMeans(means: means, proportions: proportions) }

  /// 1 − Σp_k²: the probability that two independent rows differ in class.
  public var differenceProbability: Double { classMeans.differenceProbability }

  /// The smallest p_k among classes that have rows.
  public var leastProportion: Double { classMeans.leastProportion }

  /// μᵢᵀμⱼ for all classes, `K × K`.
  public var meanProducts: DoubleMatrix { classMeans.meanProducts }
}

/// Throws unless there is one label a row and each is a class.
func requireLabels(_ labels: [UInt16], rows: Int, classCount: Int) throws(FeatureError) {
  guard labels.count == rows else { throw .mismatch(what: "labels", found: labels.count, expected: rows) }
  if let row = labels.firstIndex(where: { Int($0) >= classCount }) {
    throw .labelOutOfRange(row: row, label: Int(labels[row]), classCount: classCount)
  }
}
