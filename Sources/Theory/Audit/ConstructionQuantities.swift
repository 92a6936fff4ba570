import Numerics

extension Construction {
  /// All quantities by their definitions, as sums over the construction's views: O(n²d + nKd + nd²) for n views.
  public var quantities: AuditQuantities {
    let (d, k) = (dimension, classCount)
    let view = ViewTable(self)
    let count = view.labels.count

    // Λ, μ_k, p_k
    var lambda = [Double](repeating: 0, count: d * d)
    var means = [Double](repeating: 0, count: k * d)
    var proportions = [Double](repeating: 0, count: k)
    for row in 0..<count {
      let (p, start, label) = (view.probabilities[row], row * d, view.labels[row])
      proportions[label] += p
      for i in 0..<d {
        let scaled = p * view.values[start + i]
        means[label * d + i] += scaled
        for j in 0...i { lambda[i * d + j] += scaled * view.values[start + j] }
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

    let (epsilon, viewEpsilon) = view.diameters(dimension: d)
    let (error, gaps) = view.mistakes(means: means, proportions: proportions, dimension: d)
    return AuditQuantities(
      classes: ClassMeans(means: DoubleMatrix(rows: k, columns: d, values: means), proportions: proportions),
      correlationLoss: sums.lambda, crossCorrelationLoss: sums.cross, differenceNorm: sums.difference,
      meanLoss: sums.between, covarianceNorm: sums.within, epsilon: epsilon, viewEpsilon: viewEpsilon, error: error,
      gaps: gaps)
  }

  /// E[f(x̂₁)f(x̂₂)ᵀ], lower triangle.
  private func addCrossProducts(to matrix: inout [Double]) {
    let d = dimension
    for sample in samples {
      let n = Double(sample.views.count)
      var mean = [Double](repeating: 0, count: d)
      for view in sample.views {
        for i in 0..<d { mean[i] += view[i] / n }
      }
      let isDistinct = coupling == .distinct && sample.views.count > 1
      for i in 0..<d {
        for j in 0...i {
          var product = mean[i] * mean[j]
          if isDistinct {
            // n²ggᵀ counts all ordered pairs; those of a view with itself are taken away.
            let own = sample.views.reduce(0) { $0 + $1[i] * $1[j] }
            product = (n * n * product - own) / (n * (n - 1))
          }
          matrix[i * d + j] += sample.probability * product
        }
      }
    }
  }
}

/// The views of a construction one below the other.
private struct ViewTable {
  var values: [Double] = []
  var labels: [Int] = []
  var sampleIndices: [Int] = []
  var probabilities: [Double] = []

  init(_ construction: Construction) {
    for (index, sample) in construction.samples.enumerated() {
      for view in sample.views {
        values += view
        labels.append(sample.label)
        sampleIndices.append(index)
        probabilities.append(sample.probability / Double(sample.views.count))
      }
    }
  }

  /// The largest distances over r within a class and within a sample. Views of probability zero do not occur.
  func diameters(dimension d: Int) -> (ofClasses: Double, ofSamples: Double) {
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
  func mistakes(means: [Double], proportions: [Double], dimension d: Int) -> (error: Double, gaps: [Double]) {
    let k = proportions.count
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
