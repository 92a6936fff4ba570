import Numerics
import Testing

@testable import Theory

@Suite struct TheoremTests {
  /// Two classes on each of d orthogonal directions, K = 2d: errata E8.
  private func counterExample(d: Int) throws -> (features: SphereFeatures, labels: [UInt16], classes: ClassStatistics) {
    var points = Matrix(rows: 2 * d, columns: d)
    for row in 0..<2 * d { points[row, row / 2] = 1 }
    let features = try SphereFeatures(points)
    let labels = (0..<2 * d).map(UInt16.init)
    return (features, labels, try ClassStatistics(features, labels: labels, classCount: 2 * d))
  }

  @Test(arguments: [5, 50]) func theorem3FailsAsPrinted(d: Int) throws {
    let (features, labels, classes) = try counterExample(d: d)
    let loss = SecondMoment(features).correlationLoss
    #expect(loss < 1e-20)
    let theorem = Theorem3(classes, correlationLoss: loss, epsilon: 0)
    let printed = try #require(theorem.printed)
    // d = 5: (K − d)/d² / (1 − 1/K) = .2/.9
    #expect(isClose(printed, d == 5 ? 2.0 / 9 : 0.02 / 0.99))
    let error = 1 - (try NearestClassMean(features, classes: classes).accuracy(labels: labels))
    #expect(isClose(error, 0.5))
    #expect(error > printed)
    // The union bound says nothing here, which is more than the error.
    #expect(try #require(theorem.union) >= 1)
  }

  @Test func limitOfEpsilon() throws {
    #expect(isClose(Theorem1.margin(epsilon: Theorem1.epsilonLimit), 0, tolerance: 1e-12))
    let (_, _, classes) = try counterExample(d: 5)
    let at = Theorem3(classes, correlationLoss: 0, epsilon: Theorem1.epsilonLimit)
    #expect(at.printed == nil && at.union == nil)
    #expect(Theorem3(classes, correlationLoss: 0, epsilon: .nan).printed == nil)
    #expect(try #require(Theorem3(classes, correlationLoss: 0, epsilon: 0.267).printed) >= 1)
  }

  /// Errata E6: with Λ = I and d > K the right side is negative, so ε cannot have been zero.
  @Test func negativeBoundIsImpossible() throws {
    let means = DoubleMatrix(rows: 2, columns: 8)
    let classes = ClassStatistics(means: means, counts: [1, 1])
    #expect(try #require(Theorem3(classes, correlationLoss: 0, epsilon: 0).printed) < 0)
  }

  @Test func oneClassHasNoPair() {
    let classes = ClassStatistics(means: .identity(1), counts: [4])
    #expect(Theorem2(classes, correlationLoss: 0, epsilon: 0) == nil)
    #expect(Theorem3(classes, correlationLoss: 0, epsilon: 0).printed == nil)
    #expect(Theorem1(classes, epsilon: 0).pairs == 0)
  }

  /// Theorems 1 and 2 (proof's form) and the repaired Theorem 3 hold for whatever features, of any shape.
  @Test(arguments: 0..<40) func theoremsHold(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: 0x7E59)
    let d = 2 + stream.integer(below: 12)
    let classCount = 2 + stream.integer(below: 8)
    let noise: Float = [0, 0.001, 0.02, 0.05, 0.3][stream.integer(below: 5)]
    let (matrix, labels) = Samples.clusters(
      rows: 12 * classCount, columns: d, classCount: classCount, noise: noise, seed: UInt64(1000 + seed))
    let features = try SphereFeatures(matrix)
    let classes = try ClassStatistics(features, labels: labels, classCount: classCount)
    let loss = SecondMoment(features).correlationLoss
    // Eq. 6 is strict.
    let epsilon = try ClassDiameter(features, labels: labels, classCount: classCount).maximum + 1e-6
    let error = 1 - (try NearestClassMean(features, classes: classes).accuracy(labels: labels))

    let first = Theorem1(classes, epsilon: epsilon)
    if first.separatedPairs == first.pairs { #expect(error == 0) }
    #expect(first.sharplySeparatedPairs >= first.separatedPairs)
    if first.sharplySeparatedPairs == first.pairs { #expect(error == 0) }
    let second = try #require(Theorem2(classes, correlationLoss: loss, epsilon: epsilon))
    #expect(
      second.leftSide <= second.proved && second.leftSide <= second.repaired
        && second.leftSide <= second.measured + 1e-9)
    #expect(second.measured <= second.repaired + 1e-9)
    #expect(second.repaired <= second.proved + 0.125 / classes.differenceProbability)
    let third = Theorem3(classes, correlationLoss: loss, epsilon: epsilon)
    if let union = third.union { #expect(error <= union) }
    if let sharp = third.sharp { #expect(error <= sharp && third.closeClasses <= sharp + 1e-9) }
    #expect(error <= third.closeClasses && third.closeClasses <= third.closePairs + 1e-12)
    #expect((third.printed == nil) == (epsilon >= Theorem1.epsilonLimit))
    if let printed = third.printed {
      let margin = Theorem1.margin(epsilon: epsilon)
      #expect(isClose(printed, second.proved / Double(d * d) / (margin * margin)))
    }
  }

  @Test func pairsAgreeWithLoops() throws {
    let (matrix, labels) = Samples.clusters(rows: 60, columns: 5, classCount: 6, noise: 0.1, seed: 77)
    let features = try SphereFeatures(matrix)
    let classes = try ClassStatistics(features, labels: labels, classCount: 7)
    #expect(classes.counts == [10, 10, 10, 10, 10, 10, 0])
    let rows = Samples.sphere(matrix, radius: 5.0.squareRoot())
    let means = (0..<6).map { label in
      (0..<5).map { column in rows.indices.filter { labels[$0] == label }.reduce(0) { $0 + rows[$1][column] } / 10 }
    }
    var (sum, products) = (0.0, [Double]())
    for i in 0..<6 {
      for j in 0..<6 where i != j {
        let product = Samples.dot(means[i], means[j])
        sum += product * product / 36
        if i < j { products.append(product / 5) }
      }
    }
    #expect(isClose(try #require(Theorem2(classes, correlationLoss: 1, epsilon: 0)).leftSide, sum / (1 - 1 / 6.0)))
    for epsilon in stride(from: 0.0, to: 0.5, by: 0.02) {
      let theorem = Theorem1(classes, epsilon: epsilon)
      #expect(theorem.pairs == 15)
      #expect(theorem.separatedPairs == products.count { $0 < 1 - 4 * epsilon + epsilon * epsilon })
    }
  }
}
