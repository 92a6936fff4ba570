import Numerics

extension Construction {
  /// All quantities by their definitions, as sums over the construction's views: O(n²d + nKd + nd²) for n views.
  public var quantities: AuditQuantities { ViewTable(self).quantities }
}

/// The views of a construction one below the other, in plain arrays: what quantities are computed from. Searches fill it without
/// the construction, whose arrays of arrays cost more than what is computed.
struct ViewTable {
  let dimension: Int
  let classCount: Int
  private let isDistinct: Bool
  /// A view a row.
  private var values: [Double] = []
  private var labels: [Int] = []
  private var sampleIndices: [Int] = []
  private var probabilities: [Double] = []
  /// The rows of each sample, and its probability.
  private var samples: [(rows: Range<Int>, probability: Double)] = []

  init(dimension: Int, classCount: Int, coupling: Construction.Coupling) {
    self.dimension = dimension
    self.classCount = classCount
    isDistinct = coupling == .distinct
  }

  init(_ construction: Construction) {
    self.init(
      dimension: construction.dimension, classCount: construction.classCount, coupling: construction.coupling)
    for sample in construction.samples {
      for view in sample.views { values += view }
      append(label: sample.label, probability: sample.probability, views: sample.views.count)
    }
  }

  /// Room for so many views.
  mutating func reserve(views: Int) {
    values.reserveCapacity(views * dimension)
    labels.reserveCapacity(views)
    sampleIndices.reserveCapacity(views)
    probabilities.reserveCapacity(views)
  }

  /// The next view of the sample that `append(label:probability:views:)` will end, put on the sphere as `Construction` does it.
  mutating func appendView(_ coordinate: (Int) -> Double) {
    let start = values.count
    var square = 0.0
    for index in 0..<dimension {
      let value = coordinate(index)
      values.append(value)
      square += value * value
    }
    let radius = Double(dimension).squareRoot()
    guard square > 0 else {
      values[start] = radius
      return
    }
    let length = square.squareRoot()
    for index in start..<start + dimension { values[index] = radius * (values[index] / length) }
  }

  /// Ends a sample whose views were appended.
  mutating func append(label: Int, probability: Double, views: Int) {
    let first = labels.count
    for _ in 0..<views {
      labels.append(label)
      sampleIndices.append(samples.count)
      probabilities.append(probability / Double(views))
    }
    samples.append((first..<first + views, probability))
  }

  var quantities: AuditQuantities {
    let (d, k) = (dimension, classCount)
    let count = labels.count

    // Λ, μ_k, p_k
    var lambda = [Double](repeating: 0, count: d * d)
    var means = [Double](repeating: 0, count: k * d)
    var proportions = [Double](repeating: 0, count: k)
    for row in 0..<count {
      let (p, start, label) = (probabilities[row], row * d, labels[row])
      proportions[label] += p
      for i in 0..<d {
        let scaled = p * values[start + i]
        means[label * d + i] += scaled
        for j in 0...i { lambda[i * d + j] += scaled * values[start + j] }
      }
    }
    for label in 0..<k where proportions[label] > 0 {
      for i in 0..<d { means[label * d + i] /= proportions[label] }
    }

    // C, and Σ pᵢ μᵢμᵢᵀ
    var cross = [Double](repeating: 0, count: d * d)
    addCrossProducts(to: &cross)
    var between = [Double](repeating: 0, count: d * d)
    for label in 0..<k {
      for i in 0..<d {
        for j in 0...i { between[i * d + j] += proportions[label] * means[label * d + i] * means[label * d + j] }
      }
    }
    var sums = (lambda: 0.0, cross: 0.0, difference: 0.0, between: 0.0, within: 0.0)
    for i in 0..<d {
      for j in 0...i {
        let (index, weight, identity) = (i * d + j, i == j ? 1.0 : 2.0, i == j ? 1.0 : 0.0)
        func square(_ value: Double) -> Double { weight * value * value }
        sums.lambda += square(lambda[index] - identity)
        sums.cross += square(cross[index] - identity)
        sums.difference += square(cross[index] - lambda[index])
        sums.between += square(between[index] - identity)
        sums.within += square(lambda[index] - between[index])
      }
    }

    let (epsilon, viewEpsilon) = diameters
    let (error, gaps) = mistakes(means: means, proportions: proportions)
    return AuditQuantities(
      classes: ClassMeans(means: DoubleMatrix(rows: k, columns: d, values: means), proportions: proportions),
      correlationLoss: sums.lambda, crossCorrelationLoss: sums.cross, differenceNorm: sums.difference,
      meanLoss: sums.between, covarianceNorm: sums.within, epsilon: epsilon, viewEpsilon: viewEpsilon, error: error,
      gaps: gaps, rank: count)
  }

  /// E[f(x̂₁)f(x̂₂)ᵀ], lower triangle.
  private func addCrossProducts(to matrix: inout [Double]) {
    let d = dimension
    var mean = [Double](repeating: 0, count: d)
    for sample in samples {
      let n = Double(sample.rows.count)
      for i in 0..<d { mean[i] = 0 }
      for row in sample.rows {
        for i in 0..<d { mean[i] += values[row * d + i] / n }
      }
      let isDistinct = isDistinct && sample.rows.count > 1
      for i in 0..<d {
        for j in 0...i {
          var product = mean[i] * mean[j]
          if isDistinct {
            // n²ggᵀ counts all ordered pairs; those of a view with itself are taken away.
            var own = 0.0
            for row in sample.rows { own += values[row * d + i] * values[row * d + j] }
            product = (n * n * product - own) / (n * (n - 1))
          }
          matrix[i * d + j] += sample.probability * product
        }
      }
    }
  }

  /// The largest distances over r within a class and within a sample. Views of probability zero do not occur.
  private var diameters: (ofClasses: Double, ofSamples: Double) {
    let d = dimension
    var (largest, ofSamples) = (0.0, 0.0)
    for a in 0..<labels.count where probabilities[a] > 0 {
      for b in 0..<a where labels[b] == labels[a] && probabilities[b] > 0 {
        var sum = 0.0
        for i in 0..<d {
          let difference = values[a * d + i] - values[b * d + i]
          sum += difference * difference
        }
        largest = max(largest, sum)
        if sampleIndices[a] == sampleIndices[b] { ofSamples = max(ofSamples, sum) }
      }
    }
    return ((largest / Double(d)).squareRoot(), (ofSamples / Double(d)).squareRoot())
  }

  /// Er and the gaps.
  private func mistakes(means: [Double], proportions: [Double]) -> (error: Double, gaps: [Double]) {
    let (d, k) = (dimension, proportions.count)
    var gaps = [Double](repeating: -.infinity, count: k * k)
    var error = 0.0
    var distances = [Double](repeating: 0, count: k)
    for row in 0..<labels.count where probabilities[row] > 0 {
      for label in 0..<k where proportions[label] > 0 {
        var sum = 0.0
        for i in 0..<d {
          let difference = values[row * d + i] - means[label * d + i]
          sum += difference * difference
        }
        distances[label] = sum / Double(d)
      }
      let own = labels[row]
      var isWrong = false
      for label in 0..<k where label != own && proportions[label] > 0 {
        let gap = distances[own] - distances[label]
        gaps[own * k + label] = max(gaps[own * k + label], gap)
        // Rounding must not make a mistake of a tie.
        if gap > 1e-13 { isWrong = true }
      }
      if isWrong { error += probabilities[row] }
    }
    return (error, gaps)
  }
}
