import Foundation
import Numerics
import Testing

@testable import Theory

/// The quantities of a construction against plain loops over its definition, and against the functions that measure trained
/// encoders.
@Suite struct ConstructionTests {
  private func random(_ seed: Int) -> Construction {
    var stream = RandomStream(seed: UInt64(seed), purpose: 0x7E61)
    let family = FreeFamily(
      dimension: 1 + stream.integer(below: 5), classCount: 1 + stream.integer(below: 4),
      samplesPerClass: 1 + stream.integer(below: 3), viewsPerSample: 1 + stream.integer(below: 3),
      coupling: stream.integer(below: 2) == 0 ? .independent : .distinct)
    return family.construction(family.start(&stream))
  }

  /// Views with their probability, class and sample.
  private func flat(_ world: Construction) -> [(p: Double, label: Int, sample: Int, f: [Double])] {
    world.samples.enumerated().flatMap { index, sample in
      sample.views.map { (sample.probability / Double(sample.views.count), sample.label, index, $0) }
    }
  }

  @Test(arguments: 0..<60) func agreesWithTheDefinitions(seed: Int) {
    let world = random(seed)
    let q = world.quantities
    let (d, k) = (world.dimension, world.classCount)
    let views = flat(world)
    #expect(isClose(views.reduce(0) { $0 + $1.p }, 1))
    #expect(views.allSatisfy { isClose(Samples.dot($0.f, $0.f), Double(d)) })

    let p = (0..<k).map { label in views.filter { $0.label == label }.reduce(0) { $0 + $1.p } }
    let means = (0..<k).map { label in
      (0..<d).map { i in views.filter { $0.label == label }.reduce(0) { $0 + $1.p * $1.f[i] } / p[label] }
    }
    for label in 0..<k {
      #expect(isClose(q.classes.proportions[label], p[label]))
      for i in 0..<d { #expect(isClose(q.classes.means[label, i], means[label][i])) }
    }

    // Every ordered pair of views of a sample, with its probability.
    var pairs: [(p: Double, a: [Double], b: [Double])] = []
    for sample in world.samples {
      let n = sample.views.count
      for a in 0..<n {
        for b in 0..<n where world.coupling == .independent || a != b || n == 1 {
          let count = world.coupling == .independent || n == 1 ? n * n : n * (n - 1)
          pairs.append((sample.probability / Double(count), sample.views[a], sample.views[b]))
        }
      }
    }
    var (loss, cross, difference, mean, within) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for i in 0..<d {
      for j in 0..<d {
        let identity = i == j ? 1.0 : 0
        let lambda = views.reduce(0) { $0 + $1.p * $1.f[i] * $1.f[j] }
        let c = pairs.reduce(0) { $0 + $1.p * $1.a[i] * $1.b[j] }
        let change = pairs.reduce(0) { $0 + $1.p * $1.a[i] * ($1.b[j] - $1.a[j]) }
        let between = (0..<k).reduce(0) { $0 + p[$1] * means[$1][i] * means[$1][j] }
        let covariance = views.reduce(0) {
          $0 + $1.p * ($1.f[i] - means[$1.label][i]) * ($1.f[j] - means[$1.label][j])
        }
        loss += (lambda - identity) * (lambda - identity)
        cross += (c - identity) * (c - identity)
        difference += change * change
        mean += (between - identity) * (between - identity)
        within += covariance * covariance
        // The equalities of Eq. 24: Λ is the means' part and the covariances'.
        #expect(isClose(lambda, between + covariance))
      }
    }
    #expect(isClose(q.correlationLoss, loss) && isClose(q.crossCorrelationLoss, cross))
    #expect(isClose(q.differenceNorm, difference) && isClose(q.meanLoss, mean) && isClose(q.covarianceNorm, within))

    var (epsilon, viewEpsilon, error) = (0.0, 0.0, 0.0)
    var gaps = [Double](repeating: -.infinity, count: k * k)
    for a in views {
      for b in views where a.label == b.label {
        let distance = Samples.distance(a.f, b.f) / Double(d).squareRoot()
        epsilon = max(epsilon, distance)
        if a.sample == b.sample { viewEpsilon = max(viewEpsilon, distance) }
      }
      let squares = means.map { pow(Samples.distance(a.f, $0), 2) / Double(d) }
      for label in 0..<k where label != a.label {
        gaps[a.label * k + label] = max(gaps[a.label * k + label], squares[a.label] - squares[label])
      }
      if squares.indices.contains(where: { squares[$0] < squares[a.label] - 1e-13 }) { error += a.p }
    }
    #expect(isClose(q.epsilon, epsilon) && isClose(q.viewEpsilon, viewEpsilon) && isClose(q.error, error))
    #expect(zip(q.gaps, gaps).allSatisfy { $0 == $1 || isClose($0, $1) })
  }

  /// Searches compute the quantities without the construction: they are the same, bit for bit but for the order of a sum.
  @Test(arguments: 0..<40) func familiesAgreeWithTheirConstructions(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: 0x7E66)
    let family = FreeFamily(
      dimension: 1 + stream.integer(below: 5), classCount: 1 + stream.integer(below: 4),
      samplesPerClass: 1 + stream.integer(below: 3), viewsPerSample: 1 + stream.integer(below: 3),
      coupling: stream.integer(below: 2) == 0 ? .independent : .distinct)
    var parameters = family.start(&stream)
    // A view without a direction is put on the first axis.
    if seed % 4 == 0 { for index in parameters.indices { parameters[index] = 0 } }
    let (direct, expected) = (family.quantities(parameters), family.construction(parameters).quantities)
    for (a, b) in [
      (direct.correlationLoss, expected.correlationLoss), (direct.crossCorrelationLoss, expected.crossCorrelationLoss),
      (direct.differenceNorm, expected.differenceNorm), (direct.meanLoss, expected.meanLoss),
      (direct.covarianceNorm, expected.covarianceNorm), (direct.epsilon, expected.epsilon),
      (direct.viewEpsilon, expected.viewEpsilon), (direct.error, expected.error),
    ] {
      #expect(isClose(a, b, tolerance: 1e-12))
    }
    #expect(zip(direct.gaps, expected.gaps).allSatisfy { $0 == $1 || isClose($0, $1, tolerance: 1e-12) })
  }

  /// Eq. 23 read with independent x, x′: the mean over all pairs of samples of different classes. Read as printed, with both
  /// views of one x, no pair has two classes (Eq. 7), and there is nothing to average.
  @Test(arguments: 0..<30) func equation23(seed: Int) throws {
    let world = random(seed)
    let q = world.quantities
    var (sum, total, ofOneSample) = (0.0, 0.0, 0.0)
    let views = flat(world)
    for a in views {
      for b in views where a.label != b.label {
        let product = Samples.dot(
          Array(q.classes.means.row(a.label)), Array(q.classes.means.row(b.label)))
        sum += a.p * b.p * product * product
        total += a.p * b.p
        if a.sample == b.sample { ofOneSample += a.p * b.p }
      }
    }
    #expect(ofOneSample == 0)
    guard let theorem = Theorem2(q.classes, correlationLoss: q.correlationLoss, epsilon: q.epsilon) else {
      #expect(world.classCount == 1)
      return
    }
    #expect(isClose(theorem.leftSide, sum / total))
  }

  /// Eq. 26's equality and the term that it drops.
  @Test(arguments: 0..<30) func equation26(seed: Int) {
    let q = random(seed).quantities
    let (k, p, products) = (q.classCount, q.classes.proportions, q.classes.meanProducts)
    var gram = 0.0
    for i in 0..<k {
      for j in 0..<k {
        let entry = (p[i] * p[j]).squareRoot() * products[i, j] - (i == j ? 1 : 0)
        gram += entry * entry
      }
    }
    #expect(isClose(q.meanLoss, gram - Double(k) + Double(q.dimension)))
    if let theorem = Theorem2(q.classes, correlationLoss: q.correlationLoss, epsilon: q.epsilon) {
      let kept = theorem.leftSide * q.classes.differenceProbability
      #expect(isClose(q.meanLoss, kept + theorem.droppedTerm - Double(k) + Double(q.dimension)))
    }
  }

  /// What trained encoders are measured with says the same, up to single precision.
  @Test(arguments: 0..<20) func agreesWithMeasuredFeatures(seed: Int) throws {
    var world = random(seed)
    // Rows of features are equally likely, so are the views of this world.
    world = Construction(
      dimension: world.dimension, classCount: world.classCount,
      samples: world.samples.map { sample in
        Construction.Sample(label: sample.label, probability: Double(sample.views.count), views: sample.views)
      })
    let q = world.quantities
    let views = flat(world)
    let matrix = Matrix(rows: views.count, columns: world.dimension, values: views.flatMap { $0.f.map { Float($0) } })
    let features = try SphereFeatures(matrix)
    let labels = views.map { UInt16($0.label) }
    let classes = try ClassStatistics(features, labels: labels, classCount: world.classCount)
    #expect(isClose(SecondMoment(features).correlationLoss, q.correlationLoss, tolerance: 1e-5))
    let diameter = try ClassDiameter(features, labels: labels, classCount: world.classCount)
    #expect(isClose(diameter.maximum, q.epsilon, tolerance: 1e-3))
    let wrong = 1 - (try NearestClassMean(features, classes: classes).accuracy(labels: labels))
    // Views at equal distances may fall on either side in single precision.
    if q.gaps.allSatisfy({ abs($0) > 1e-4 }) { #expect(isClose(wrong, q.error, tolerance: 1e-6)) }
    let spread = try ViewSpread(features, imageOfRow: views.map(\.sample))
    #expect(isClose(spread.maximum, q.viewEpsilon, tolerance: 1e-3))
  }
}
