import Numerics

extension AuditQuantities {
  /// The quantities of measured features, rows being equally likely views.
  ///
  /// C is over two different views of an image in either order (`Coupling.distinct`). Er and the gaps are those of the views
  /// that the class means are made of.
  ///
  /// - Parameters:
  ///   - labels: the latent class of each row.
  ///   - imageOfRow: the image behind each row; images of a single row count as having that view twice.
  ///   - moment: Λ over all rows, where it is known already.
  ///   - epsilon: the largest distance within a class over r, where it is known already.
  ///   - threads: never changes the result.
  /// - Throws: `FeatureError` where sizes differ or a label is no class.
  public init(
    _ features: SphereFeatures, labels: [UInt16], classCount: Int, imageOfRow: [Int],
    moment known: SecondMoment? = nil, epsilon knownEpsilon: Double? = nil, threads: Int = 1
  ) throws(FeatureError) {
    guard imageOfRow.count == features.count else {
      throw .mismatch(what: "image numbers", found: imageOfRow.count, expected: features.count)
    }
    let statistics = try ClassStatistics(features, labels: labels, classCount: classCount)
    let classes = statistics.classMeans
    let moment = known ?? SecondMoment(features, threads: threads)
    let d = features.dimension
    let between = Self.betweenClasses(classes)
    let cross = Self.crossCorrelation(features, imageOfRow)
    func norm(_ value: (Int) -> Double) -> Double { (0..<d * d).reduce(0) { $0 + value($1) * value($1) } }
    let (error, gaps) = Self.mistakes(features, labels, classes, threads: threads)
    let ofClasses: Double
    if let knownEpsilon {
      ofClasses = knownEpsilon
    } else {
      ofClasses =
        try largestDistances(features, labels: labels, classCount: classCount, threads: threads).max() ?? 0
    }
    let ofImages = try ViewSpread(features, imageOfRow: imageOfRow).maximum
    self.init(
      classes: classes, correlationLoss: moment.correlationLoss,
      crossCorrelationLoss: squaredDistanceToIdentity(cross),
      differenceNorm: norm { cross.values[$0] - moment.matrix.values[$0] },
      meanLoss: squaredDistanceToIdentity(between),
      covarianceNorm: norm { moment.matrix.values[$0] - between.values[$0] },
      // Views of one image are of one class; the two are computed in different ways, and rounding must not tell otherwise.
      epsilon: max(ofClasses, ofImages), viewEpsilon: ofImages, error: error, gaps: gaps,
      rank: features.count)
  }

  /// Σ pᵢμᵢμᵢᵀ
  private static func betweenClasses(_ classes: ClassMeans) -> DoubleMatrix {
    var scaled = classes.means
    for label in 0..<classes.classCount {
      let root = classes.proportions[label].squareRoot()
      for column in 0..<classes.dimension { scaled[label, column] *= root }
    }
    return scaled.multiplied(by: scaled, transposingSelf: true)
  }

  /// E[f(x̂₁)f(x̂₂)ᵀ] over ordered pairs of different views, every row weighing the same.
  private static func crossCorrelation(_ features: SphereFeatures, _ imageOfRow: [Int]) -> DoubleMatrix {
    let (count, d) = (features.count, features.dimension)
    let order = (0..<count).sorted { (imageOfRow[$0], $0) < (imageOfRow[$1], $1) }
    let groups = runs(of: order.map { imageOfRow[$0] })
    var total = DoubleMatrix(rows: d, columns: d)
    // Each row beside the mean of the other views of its image; a few hundred images at a time.
    var start = 0
    while start < groups.count {
      let end = min(groups.count, start + 256)
      let rows = groups[start].lowerBound..<groups[end - 1].upperBound
      let own = features.gather(Array(order[rows]))
      var other = own
      for group in groups[start..<end] where group.count > 1 {
        let first = group.lowerBound - rows.lowerBound
        for column in 0..<d {
          var sum = 0.0
          for row in first..<first + group.count { sum += own.values[row * d + column] }
          for row in first..<first + group.count {
            other.values[row * d + column] = (sum - own.values[row * d + column]) / Double(group.count - 1)
          }
        }
      }
      let product = own.multiplied(by: other, transposingSelf: true)
      for index in total.values.indices { total.values[index] += product.values[index] / Double(count) }
      start = end
    }
    for row in 0..<d {
      for column in 0..<row {
        let mean = (total[row, column] + total[column, row]) / 2
        total[row, column] = mean
        total[column, row] = mean
      }
    }
    return total
  }

  /// Er and the gaps.
  private static func mistakes(
    _ features: SphereFeatures, _ labels: [UInt16], _ classes: ClassMeans, threads: Int
  ) -> (error: Double, gaps: [Double]) {
    let (k, d) = (classes.classCount, Double(features.dimension))
    let lengths = (0..<k).map { dot(Array(classes.means.row($0)), Array(classes.means.row($0))) }
    let present = (0..<k).filter { classes.proportions[$0] > 0 }
    let ranges = blocks(of: features.count, size: 512)
    let parts: [(wrong: Int, gaps: [Double])] = parallelMap(ranges.count, threads: threads) { index in
      let products = features.block(ranges[index]).multiplied(by: classes.means, transposingOther: true)
      var gaps = [Double](repeating: -.infinity, count: k * k)
      var wrong = 0
      for (row, source) in ranges[index].enumerated() {
        let own = Int(labels[source])
        // ‖f − μ‖² less ‖f‖², which all classes share
        let distance = lengths[own] - 2 * products.values[row * k + own]
        var isWrong = false
        for label in present where label != own {
          let gap = (distance - lengths[label] + 2 * products.values[row * k + label]) / d
          if gap > gaps[own * k + label] { gaps[own * k + label] = gap }
          if gap > 1e-13 { isWrong = true }
        }
        if isWrong { wrong += 1 }
      }
      return (wrong, gaps)
    }
    var gaps = [Double](repeating: -.infinity, count: k * k)
    for part in parts {
      for index in gaps.indices { gaps[index] = max(gaps[index], part.gaps[index]) }
    }
    return (Double(parts.reduce(0) { $0 + $1.wrong }) / Double(features.count), gaps)
  }
}
