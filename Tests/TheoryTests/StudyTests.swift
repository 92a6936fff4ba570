import Numerics
import Testing

@testable import Theory

@Suite struct StudyTests {
  /// ‖C − I‖² in double precision, by its definition.
  private func loss(_ outputs: [[Double]]) -> Double {
    let (batch, d) = (outputs.count / 2, outputs[0].count)
    let features = outputs.map { row in
      row.map { $0 * Double(d).squareRoot() / Samples.dot(row, row).squareRoot() }
    }
    var sum = 0.0
    for i in 0..<d {
      for j in 0..<d {
        let c =
          (0..<batch).reduce(0) {
            $0 + features[$1][i] * features[$1 + batch][j] + features[$1][j] * features[$1 + batch][i]
          } / Double(2 * batch)
        sum += (c - (i == j ? 1 : 0)) * (c - (i == j ? 1 : 0))
      }
    }
    return sum
  }

  @Test(arguments: [(4, 2), (10, 3), (6, 8)]) func gradientAgreesWithDifferences(batch: Int, d: Int) {
    let matrix = Samples.random(rows: 2 * batch, columns: d, seed: 71, mean: 0.3)
    let rows = (0..<2 * batch).map { matrix.row($0).map(Double.init) }
    let (value, gradient) = StudyEncoder.lossAndGradient(matrix)
    #expect(isClose(value, loss(rows), tolerance: 1e-4))
    for index in 0..<2 * batch * d {
      func moved(_ step: Double) -> Double {
        var rows = rows
        rows[index / d][index % d] += step
        return loss(rows)
      }
      let expected = (moved(1e-5) - moved(-1e-5)) / 2e-5
      #expect(isClose(Double(gradient.values[index]), expected, tolerance: 1e-3))
    }
  }

  /// The whole network: a step against the gradient of one batch lowers its loss, and training ends near the identity where
  /// d ≤ K allows it.
  @Test func trainsToTheIdentity() {
    let data = StudyData(classCount: 6, seed: 3)
    var encoder = StudyEncoder(widths: [32, 64, 64, 6], seed: 3)
    let losses = encoder.train(.init(steps: 150), on: data, seed: 3)
    #expect(losses.count == 150 && losses[149] < 0.02 && losses[0] > 1)
    var again = StudyEncoder(widths: [32, 64, 64, 6], seed: 3)
    #expect(again.train(.init(steps: 150), on: data, seed: 3) == losses)
  }

  /// Eq. 6 holds by construction: the classes' diameter is what was asked for, or less by the last step of the bisection.
  @Test(arguments: [0.05, 0.25, 0.8]) func classesHaveTheWantedDiameter(epsilon: Double) throws {
    let data = StudyData(classCount: 8, seed: 4)
    var encoder = StudyEncoder(widths: [32, 64, 4], seed: 4)
    _ = encoder.train(.init(steps: 60), on: data, seed: 4)
    let evaluation = StudyEvaluation(data: data, encoder: encoder)
    let measured = try evaluation.measure(epsilon: epsilon)
    #expect(measured.epsilon <= epsilon && measured.epsilon > 0.97 * epsilon)
    let features = try evaluation.features(spread: measured.spread)
    let labels = evaluation.labels()
    let diameter = try ClassDiameter(features, labels: labels, classCount: 8)
    #expect(isClose(diameter.maximum, measured.epsilon, tolerance: 1e-9))
    let classes = try ClassStatistics(features, labels: labels, classCount: 8)
    let accuracy = try NearestClassMean(features, classes: classes).accuracy(labels: labels)
    #expect(isClose(measured.error, 1 - accuracy))
    #expect(isClose(measured.quantities.correlationLoss, SecondMoment(features).correlationLoss))
    // Nothing that is proved or repaired is contradicted by a trained encoder.
    for statement in Statement.all where !TheoremAuditTests.fails.contains(statement.id) {
      #expect(statement.verdict(measured.quantities) != .fails, "\(statement.id)")
    }
  }

  /// Eq. 7: as long as data are said to be disjoint, every view is nearest to the centre of its own class, and beyond it some are not.
  @Test func disjointClasses() throws {
    let data = StudyData(classCount: 12, seed: 6)
    let none = data.inputs(0..<12, offsets: Matrix(rows: 12, columns: 32), spread: 0)
    let centers = (0..<12).map { none.row($0).map(Double.init) }
    var least = Double.infinity
    for a in 0..<12 { for b in 0..<a { least = min(least, Samples.distance(centers[a], centers[b])) } }
    #expect(isClose(data.leastCenterDistance, least, tolerance: 1e-5))
    let limit = least / (3 * 32.0.squareRoot())
    #expect(data.isDisjoint(spread: 0.99 * limit) && !data.isDisjoint(spread: 1.01 * limit))
    func mistakes(_ spread: Double) -> Int {
      let offsets = data.offsets(0..<600, views: 2)[1]
      let views = data.inputs(0..<600, offsets: offsets, spread: spread)
      return (0..<600).count { row in
        let view = views.row(row).map(Double.init)
        let nearest = centers.indices.min { Samples.distance(view, centers[$0]) < Samples.distance(view, centers[$1]) }
        return nearest != data.label(row)
      }
    }
    #expect(mistakes(0.99 * limit) == 0 && mistakes(8 * limit) > 0)
  }

  /// Several ε at once are what each is alone, and offsets that were made before are those that would be made.
  @Test func sharedSearchesAndOffsets() throws {
    let data = StudyData(classCount: 5, seed: 7)
    var (alone, shared) = (StudyEncoder(widths: [32, 24, 3], seed: 7), StudyEncoder(widths: [32, 24, 3], seed: 7))
    let training = StudyEncoder.Training(steps: 10, samples: 300)
    let losses = alone.train(training, on: data, seed: 7)
    #expect(shared.train(training, on: data, offsets: data.offsets(0..<300, views: 6), seed: 7) == losses)
    let evaluation = StudyEvaluation(data: data, encoder: shared, offsets: StudyEvaluation.offsets(of: data))
    let together = try evaluation.measure(epsilons: [0.1, 0.8, 0.3])
    let each = try [0.1, 0.8, 0.3].map { try StudyEvaluation(data: data, encoder: alone).measure(epsilon: $0) }
    #expect(together == each)
  }

  /// One set of features under two labellings.
  @Test func coarseLabels() throws {
    let data = StudyData(classCount: 12, finePerCoarse: 3, seed: 5)
    #expect(data.coarseCount == 4)
    var encoder = StudyEncoder(widths: [32, 64, 6], seed: 5)
    _ = encoder.train(.init(steps: 60), on: data, seed: 5)
    let evaluation = StudyEvaluation(data: data, encoder: encoder)
    let fine = try evaluation.measure(spread: 0.1, target: 0)
    let coarse = try evaluation.measure(spread: 0.1, target: 0, isCoarse: true)
    #expect(fine.quantities.correlationLoss == coarse.quantities.correlationLoss)
    #expect(fine.classCount == 12 && coarse.classCount == 4 && coarse.epsilon > fine.epsilon)
  }

  /// What is measured on features is what a construction of the same points says.
  @Test(arguments: 0..<15) func quantitiesOfFeatures(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: 0x7E64)
    let (d, k, views) = (2 + stream.integer(below: 4), 2 + stream.integer(below: 4), 1 + stream.integer(below: 3))
    let samples = 3 * k
    let matrix = Samples.random(rows: samples * views, columns: d, seed: UInt64(100 + seed))
    // All first views before all second ones.
    let images = (0..<samples * views).map { $0 % samples }
    let labels = images.map { UInt16($0 % k) }
    let quantities = try AuditQuantities(
      SphereFeatures(matrix), labels: labels, classCount: k, imageOfRow: images, threads: 2)
    let rows = Samples.sphere(matrix, radius: 1)
    let world = Construction(
      dimension: d, classCount: k, coupling: .distinct,
      samples: (0..<samples).map { sample in
        Construction.Sample(label: sample % k, probability: 1, views: (0..<views).map { rows[$0 * samples + sample] })
      })
    let expected = world.quantities
    for (a, b) in [
      (quantities.correlationLoss, expected.correlationLoss),
      (quantities.crossCorrelationLoss, expected.crossCorrelationLoss),
      (quantities.differenceNorm, expected.differenceNorm), (quantities.meanLoss, expected.meanLoss),
      (quantities.covarianceNorm, expected.covarianceNorm), (quantities.epsilon, expected.epsilon),
      (quantities.viewEpsilon, expected.viewEpsilon), (quantities.error, expected.error),
    ] {
      #expect(isClose(a, b, tolerance: 1e-7))
    }
    #expect(zip(quantities.gaps, expected.gaps).allSatisfy { $0 == $1 || isClose($0, $1, tolerance: 1e-7) })
  }
}
