import Numerics
import Testing

@testable import Theory

/// Draws from a distribution whose Λ is known exactly, so that what an estimator says on average can be held against it.
@Suite struct EstimatorBiasTests {
  /// Points of a finite distribution on the circle or sphere, with unequal weights: n in 10⁴ samples of each draw.
  private struct Distribution {
    let points: Matrix
    let cumulative: [Double]
    let squaredNorm: Double
    let dimension: Int

    init(points count: Int, dimension: Int, seed: UInt64) throws {
      points = Samples.random(rows: count, columns: dimension, seed: seed, mean: 0.4)
      let weights = (1...count).map(Double.init)
      let total = weights.reduce(0, +)
      var sum = 0.0
      cumulative = weights.map { weight in
        sum += weight / total
        return sum
      }
      let rows = Samples.sphere(points, radius: Double(dimension).squareRoot())
      var norm = 0.0
      for i in 0..<dimension {
        for j in 0..<dimension {
          let entry = rows.indices.reduce(0.0) { $0 + weights[$1] / total * rows[$1][i] * rows[$1][j] }
          norm += entry * entry
        }
      }
      squaredNorm = norm
      self.dimension = dimension
    }

    func draw(_ count: Int, _ stream: inout RandomStream) -> Matrix {
      var values: [Float] = []
      for _ in 0..<count {
        let u = Double(stream.next() >> 11) * 0x1p-53
        let index = cumulative.firstIndex { u < $0 } ?? cumulative.count - 1
        values += points.row(index)
      }
      return Matrix(rows: count, columns: dimension, values: values)
    }
  }

  /// Mean, standard deviation and standard error of the mean over draws.
  private func summary(_ values: [Double]) -> (mean: Double, deviation: Double, error: Double) {
    let deviation = variance(values).squareRoot()
    return (values.reduce(0, +) / Double(values.count), deviation, deviation / Double(values.count).squareRoot())
  }

  @Test(arguments: [(12, 3), (24, 6)])
  func overTenThousandDraws(batchSize: Int, dimension: Int) throws {
    let distribution = try Distribution(points: 9, dimension: dimension, seed: UInt64(dimension))
    let d = Double(dimension)
    let truth = distribution.squaredNorm - d
    var stream = RandomStream(seed: 5, purpose: 0x7E5A)
    var (biased, unbiased) = ([Double](), [Double]())
    for _ in 0..<10_000 {
      let features = try SphereFeatures(distribution.draw(batchSize, &stream))
      let moment = SecondMoment(features)
      biased.append(moment.correlationLoss)
      unbiased.append(try UnbiasedLoss(features, moment: moment).value)
    }
    let (bias, clean) = (summary(biased), summary(unbiased))
    let expected = EstimatorBias.minibatch(
      squaredNorm: distribution.squaredNorm, dimension: dimension, batchSize: batchSize)
    // Within three standard errors, which three draws in a thousand miss; the seed is fixed.
    #expect(abs(clean.mean - truth) < 3 * clean.error, "\(clean) against \(truth)")
    #expect(abs(bias.mean - truth - expected) < 3 * bias.error, "\(bias) against \(truth) + \(expected)")
    #expect(expected > 20 * bias.error)

    // What `UnbiasedError` says of one large sample is the spread that smaller ones have, scaled by its own formula.
    let large = try SphereFeatures(distribution.draw(4000, &stream))
    let error = try UnbiasedError(large)
    let n = Double(batchSize)
    let predicted = ((4 * (n - 2) * error.firstOrder + 2 * error.secondOrder) / (n * (n - 1))).squareRoot()
    #expect(abs(predicted - clean.deviation) < 0.06 * clean.deviation, "\(predicted) against \(clean.deviation)")
  }

  /// The standard error as it is used: from the same rows as the estimate, at Λ = I, where ζ₁ is zero and a plug-in estimate of it
  /// would make the error √3 times too large; and away from it.
  @Test(arguments: [(40, 4, 0.0), (60, 8, 0.0), (60, 4, 0.8)])
  func errorFromTheSameRows(rows: Int, dimension: Int, mean: Double) throws {
    var stream = RandomStream(seed: 9, purpose: 0x7E67)
    var (estimates, variances) = ([Double](), [Double]())
    for _ in 0..<2000 {
      var values = stream.normals(rows * dimension).map { Float($0) }
      for row in 0..<rows { values[row * dimension] += Float(mean) }
      let features = try SphereFeatures(Matrix(rows: rows, columns: dimension, values: values))
      estimates.append(try UnbiasedLoss(features, moment: SecondMoment(features)).value)
      let error = try UnbiasedError(features).standardError
      variances.append(error * error)
    }
    let (measured, claimed) = (summary(estimates).deviation, summary(variances).mean.squareRoot())
    // An estimate of a ζ₁ that is zero is often below it and then counts as zero: on average the error is a little too large.
    #expect(abs(claimed - measured) < 0.2 * measured, "\(claimed) against \(measured)")
    #expect(throws: FeatureError.self) { try UnbiasedError(SphereFeatures(Matrix(rows: 4, columns: 1, repeating: 1))) }
  }

  /// Figure 5's floor of a bank: what it shows on average at Λ = I, with views that are alike.
  @Test func floorOfABankAtTheIdentity() throws {
    let (images, views, d) = (30, 2, 4)
    var stream = RandomStream(seed: 10, purpose: 0x7E68)
    var (losses, floors) = ([Double](), [Double]())
    for _ in 0..<2000 {
      let centers = (0..<images).map { _ in stream.normals(d) }
      let values = (0..<views).flatMap { _ in
        centers.flatMap { center in zip(center, stream.normals(d)).map { Float($0 + 0.2 * $1) } }
      }
      let features = try SphereFeatures(Matrix(rows: images * views, columns: d, values: values))
      let moment = SecondMoment(features)
      losses.append(moment.correlationLoss)
      floors.append(
        try BatchCorrelation.expectedLossAtIdentity(
          features, moment: moment, imageOfRow: (0..<images * views).map { $0 % images }))
    }
    let (measured, claimed) = (summary(losses), summary(floors))
    #expect(abs(measured.mean - claimed.mean) < 4 * measured.error, "\(claimed) against \(measured)")
    // As independent rows it would be nearly half of that.
    #expect(claimed.mean > 1.7 * Double(d * d - d) / Double(images * views))
  }

  /// Two views of an image share it, so a bank of n images is worth fewer than nV rows.
  @Test func bankOfViews() throws {
    let (images, views, d) = (20, 3, 4)
    var stream = RandomStream(seed: 6, purpose: 0x7E5B)
    var (losses, products) = ([Double](), [Double]())
    for _ in 0..<4000 {
      // Around a direction that is uniform on the sphere, so Λ = I.
      var values: [Float] = []
      for _ in 0..<images {
        let center = stream.normals(d)
        for _ in 0..<views { values += zip(center, stream.normals(d)).map { Float($0 + 0.5 * $1) } }
      }
      let features = try SphereFeatures(Matrix(rows: images * views, columns: d, values: values))
      let moment = SecondMoment(features)
      losses.append(moment.correlationLoss)
      let loss = try UnbiasedLoss(features, moment: moment, imageOfRow: (0..<images * views).map { $0 / views })
      products.append(try #require(loss.viewProduct))
    }
    let expected = EstimatorBias.bank(
      squaredNorm: Double(d), dimension: d, images: images, views: views, viewProduct: summary(products).mean)
    let measured = summary(losses)
    #expect(abs(measured.mean - expected) < 3 * measured.error, "\(measured) against \(expected)")
    #expect(expected > 1.5 * Double(d * d - d) / Double(images * views))
  }

  @Test func bankOfEqualViewsIsWorthItsImages() {
    let bank = EstimatorBias.bank(squaredNorm: 9, dimension: 5, images: 7, views: 4, viewProduct: 25)
    #expect(isClose(bank, EstimatorBias.minibatch(squaredNorm: 9, dimension: 5, batchSize: 7)))
    let independent = EstimatorBias.bank(squaredNorm: 9, dimension: 5, images: 7, views: 4, viewProduct: 9)
    #expect(isClose(independent, EstimatorBias.minibatch(squaredNorm: 9, dimension: 5, batchSize: 28)))
    // At Λ = I it is the floor that DimensionTerm gives (errata E22).
    let floor = EstimatorBias.minibatch(squaredNorm: 5, dimension: 5, batchSize: 512)
    #expect(
      isClose(
        EstimatorBias.inLBound(floor, dimension: 5), DimensionTerm.samplingFloor(batchSize: 512, dimension: 5)))
  }

  @Test func standardisedFloorOfIndependentDimensions() throws {
    let (rows, d) = (30, 5)
    let losses = try (0..<3000).map { seed in
      try StandardisedCorrelation(Samples.random(rows: rows, columns: d, seed: UInt64(seed))).correlationLoss
    }
    let measured = summary(losses)
    let expected = EstimatorBias.standardised(dimension: d, rows: rows)
    #expect(abs(measured.mean - expected) < 3 * measured.error, "\(measured) against \(expected)")
  }

  @Test func readingsCarryTheirFloors() throws {
    let matrix = Samples.random(rows: 400, columns: 6, seed: 61)
    let features = try SphereFeatures(matrix)
    let moment = SecondMoment(features)
    let images = (0..<400).map { $0 % 200 }
    let readings = try BoundReadings(
      outputs: matrix, features: features, moment: moment, classCount: 10, batchSize: 50, imageOfRow: images)
    #expect(isClose(readings.standardisedFloor, 2 * 30.0 / 199 / 36))
    let loss = try UnbiasedLoss(features, moment: moment, imageOfRow: images)
    let norm = max(6, loss.value + 6)
    let product = try #require(loss.viewProduct)
    #expect(isClose(readings.bankFloor, 2 / 36.0 * (36 - norm + product - norm) / 400))
    #expect(try #require(readings.unbiasedError) > 0)
    // Two thirds of the time within one of it; here within four, with nothing to find but Λ = I.
    #expect(abs(readings.unbiased - readings.v) < 4 * (try #require(readings.unbiasedError)))
  }
}
