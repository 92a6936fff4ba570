import Numerics
import Testing

@testable import Theory

@Suite struct CorrelationLossTests {
  @Test(arguments: [(1, 3), (5, 1), (9, 6), (130, 17), (1500, 5)])
  func agreesWithTheDefinition(rows: Int, columns: Int) throws {
    let matrix = Samples.random(rows: rows, columns: columns, seed: 11, mean: 0.3)
    let moment = SecondMoment(try SphereFeatures(matrix))
    let plain = Samples.correlationLoss(Samples.sphere(matrix, radius: Double(columns).squareRoot()))
    #expect(isClose(moment.correlationLoss, plain))
    let trace = (0..<columns).reduce(0) { $0 + moment.matrix[$1, $1] }
    #expect(isClose(trace, Double(columns)))
    #expect(isClose(moment.correlationLoss, moment.squaredNorm - Double(columns)))
  }

  @Test func bitsDoNotDependOnThreads() throws {
    let features = try SphereFeatures(Samples.random(rows: 5000, columns: 24, seed: 12))
    #expect(SecondMoment(features, threads: 1) == SecondMoment(features, threads: 3))
  }

  @Test func orthonormalBasisHasNoLoss() throws {
    var basis = Matrix(rows: 8, columns: 8)
    for index in 0..<8 { basis[index, index] = index % 2 == 0 ? 3 : -0.5 }
    let moment = SecondMoment(try SphereFeatures(basis))
    #expect(moment.correlationLoss < 1e-24)
    #expect(isClose(DimensionTerm.lBound(correlationLoss: 0, dimension: 8, classCount: 10), 2 / 64.0))
  }

  /// Errata E20: L_bound lies in [V, V + 2(1 − 1/d)], its upper end where all outputs lie along one line.
  @Test(arguments: [2, 4, 64]) func rankOneIsTheWorst(dimension: Int) throws {
    let line = Matrix(rows: 3, columns: dimension, repeating: 0.7)
    let loss = SecondMoment(try SphereFeatures(line)).correlationLoss
    let range = DimensionTerm.lBoundRange(dimension: dimension, classCount: 10)
    let worst = DimensionTerm.lBound(correlationLoss: loss, dimension: dimension, classCount: 10)
    #expect(isClose(worst, range.upperBound))
    #expect(isClose(range.lowerBound, DimensionTerm.v(dimension: dimension, classCount: 10)))
  }

  @Test(arguments: [(3, 8), (8, 3), (5, 5)])
  func minibatchesAgreeWithTheDefinition(batchSize: Int, columns: Int) throws {
    let matrix = Samples.random(rows: 17, columns: columns, seed: 13, mean: 0.2)
    let rows = Samples.sphere(matrix, radius: Double(columns).squareRoot())
    let loss = try MinibatchLoss(SphereFeatures(matrix), batchSize: batchSize)
    #expect(loss.perBatch.count == 17 / batchSize)
    for (batch, value) in loss.perBatch.enumerated() {
      #expect(isClose(value, Samples.correlationLoss(Array(rows[batch * batchSize..<(batch + 1) * batchSize]))))
      // Errata E21: B < d rows cannot come nearer to the identity than d²/B − d.
      let rank = min(batchSize, columns)
      #expect(value >= Double(columns * columns) / Double(rank) - Double(columns) - 1e-9)
    }
    #expect(throws: FeatureError.tooFewRows(found: 17, needed: 18)) {
      try MinibatchLoss(SphereFeatures(matrix), batchSize: 18)
    }
  }

  @Test func unbiasedAgreesWithAllPairs() throws {
    let matrix = Samples.random(rows: 24, columns: 5, seed: 14, mean: 0.4)
    let rows = Samples.sphere(matrix, radius: 5.0.squareRoot())
    let features = try SphereFeatures(matrix)
    let moment = SecondMoment(features)
    for images in [nil, (0..<24).map { $0 % 8 }] as [[Int]?] {
      var (sum, pairs) = (0.0, 0)
      for a in 0..<24 {
        for b in 0..<24 where images.map({ $0[a] != $0[b] }) ?? (a != b) {
          sum += Samples.dot(rows[a], rows[b]) * Samples.dot(rows[a], rows[b])
          pairs += 1
        }
      }
      let estimate = try UnbiasedLoss(features, moment: moment, imageOfRow: images)
      #expect(estimate.pairs == pairs)
      #expect(isClose(estimate.value, sum / Double(pairs) - 5))
    }
    #expect(throws: FeatureError.self) {
      try UnbiasedLoss(features, moment: moment, imageOfRow: [Int](repeating: 0, count: 24))
    }
  }

  /// Errata E22: uniform points have Λ = I; minibatches see the sampling floor, the unbiased reading sees nothing.
  @Test func samplingFloorOfUniformPoints() throws {
    let (d, batchSize) = (16, 32)
    let features = try SphereFeatures(Samples.random(rows: 20_000, columns: d, seed: 15))
    let loss = try MinibatchLoss(features, batchSize: batchSize).mean
    let floor = DimensionTerm.samplingFloor(batchSize: batchSize, dimension: d)
    #expect(isClose(floor, 2.0 / 32 * (15.0 / 16)))
    #expect(abs(2 * loss / Double(d * d) - floor) < 0.02 * floor)
    let unbiased = try UnbiasedLoss(features, moment: SecondMoment(features)).value
    #expect(abs(2 * unbiased / Double(d * d)) < 0.01 * floor)
  }

  @Test func standardisedAgreesWithPearson() throws {
    let matrix = Samples.random(rows: 40, columns: 6, seed: 16, mean: 2)
    let correlation = try StandardisedCorrelation(matrix)
    let columns = (0..<6).map { column in (0..<40).map { Double(matrix[$0, column]) } }
    for i in 0..<6 {
      for j in 0..<6 {
        let (a, b) = (columns[i], columns[j])
        let (meanA, meanB) = (a.reduce(0, +) / 40, b.reduce(0, +) / 40)
        let (x, y) = (a.map { $0 - meanA }, b.map { $0 - meanB })
        let r = Samples.dot(x, y) / (Samples.dot(x, x) * Samples.dot(y, y)).squareRoot()
        #expect(isClose(correlation.matrix[i, j], r))
      }
    }
  }

  @Test func constantDimensionsAreCounted() throws {
    var matrix = Samples.random(rows: 30, columns: 4, seed: 17)
    for row in 0..<30 { matrix[row, 2] = 0.1 }
    let correlation = try StandardisedCorrelation(matrix)
    #expect(correlation.constantDimensions == 1)
    #expect(correlation.matrix[2, 2] == 0)
    #expect(correlation.matrix.values.allSatisfy { $0.isFinite })
  }

  @Test func readingsAreThoseOfTheirParts() throws {
    let matrix = Samples.random(rows: 50, columns: 6, seed: 18, mean: 0.5)
    let features = try SphereFeatures(matrix)
    let moment = SecondMoment(features)
    let readings = try BoundReadings(
      outputs: matrix, features: features, moment: moment, classCount: 10, batchSize: 16)
    let v = 4.0 / 36
    #expect(isClose(readings.v, v))
    #expect(isClose(readings.bank, moment.correlationLoss / 18 + v))
    let batches = try MinibatchLoss(features, batchSize: 16)
    #expect(isClose(try #require(readings.minibatch), batches.mean / 18 + v))
    #expect(isClose(try #require(readings.minibatchDeviation), batches.standardDeviation / 18))
    #expect(isClose(readings.unbiased, try UnbiasedLoss(features, moment: moment).value / 18 + v))
    #expect(isClose(readings.standardised, try StandardisedCorrelation(matrix).correlationLoss / 18 + v))
    // The bank is nearer to the identity than its batches are on average (Jensen).
    #expect(try #require(readings.minibatch) >= readings.bank)
    let small = try BoundReadings(outputs: matrix, features: features, moment: moment, classCount: 10, batchSize: 64)
    #expect(small.minibatch == nil)
    // A batch of as many rows as there are would hold both views of an image.
    let count = features.count
    func read(_ images: [Int], _ batchSize: Int) throws -> BoundReadings {
      try BoundReadings(
        outputs: matrix, features: features, moment: moment, classCount: 10, batchSize: batchSize, imageOfRow: images)
    }
    let pairs = (0..<count).map { $0 % (count / 2) }
    #expect(try read(pairs, count / 2).minibatch != nil && read(pairs, count).minibatch == nil)
    #expect(throws: FeatureError.self) { try read([0] + Array(0..<count - 1), 16) }
  }

  /// Errata E21: the picture looks like the identity and is far from it.
  @Test func batchOfFewRowsIsFarFromTheIdentity() throws {
    let batch = try BatchCorrelation(Samples.random(rows: 16, columns: 64, seed: 19))
    #expect(batch.leastLoss == 192)
    #expect(batch.uncentred.correlationLoss >= 192)
  }

  /// B orthogonal rows have all the distance that rank B forces and no more, in a batch and in L_bound; d rows have none.
  @Test(arguments: [(1, 7), (3, 7), (16, 64), (64, 64), (80, 64)]) func orthogonalRowsAttainTheRankFloor(
    rows: Int, dimension: Int
  ) throws {
    var matrix = Matrix(rows: min(rows, dimension), columns: dimension)
    for row in 0..<matrix.rows { matrix[row, dimension - 1 - row] = row % 2 == 0 ? 3 : -0.5 }
    let loss = try BatchCorrelation(matrix).uncentred.correlationLoss
    let least = BatchCorrelation.leastLoss(dimension: dimension, rank: rows)
    #expect(abs(loss - least) < 1e-9 * Double(dimension * dimension), "\(loss) against \(least)")
    #expect(least >= Double(max(0, dimension - rows)) && (least == 0) == (rows >= dimension))
    let range = DimensionTerm.lBoundRange(dimension: dimension, classCount: 10, rank: rows)
    let attained = DimensionTerm.lBound(correlationLoss: least, dimension: dimension, classCount: 10)
    #expect(isClose(attained, range.lowerBound), "\(attained) against \(range)")
  }

  /// Any B rows, also far from orthogonal and with views that repeat, stay at or above it.
  @Test func noRowsComeBelowTheRankFloor() throws {
    for seed in 0..<60 {
      var stream = RandomStream(seed: UInt64(seed), purpose: 0x7E69)
      let (rows, dimension) = (1 + seed % 9, 2 + seed % 13)
      let matrix = Matrix(
        rows: rows, columns: dimension, values: stream.normals(rows * dimension).map { Float($0) })
      let batch = try BatchCorrelation(matrix)
      #expect(
        batch.uncentred.correlationLoss >= batch.leastLoss - 1e-5, "seed \(seed): \(rows) rows at d = \(dimension)")
    }
  }

  /// Directions drawn uniformly have Λ = I, so all of what a batch shows is noise: (d² − d)/B of it.
  @Test func uniformDirectionsShowTheSamplingFloorAndNoMore() throws {
    let batches = try (0..<40).map { seed in
      var stream = RandomStream(seed: UInt64(seed), purpose: 7)
      return try BatchCorrelation(
        Matrix(rows: 50, columns: 8, values: stream.normals(400).map { Float($0) }))
    }
    let mean = batches.map(\.uncentred.correlationLoss).reduce(0, +) / Double(batches.count)
    let expected = batches[0].expectedLossAtIdentity
    #expect(isClose(expected, 56.0 / 50))
    #expect(abs(mean - expected) < 0.1 * expected)
  }
}
