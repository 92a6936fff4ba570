import Numerics
import Testing

@testable import Theory

@Suite struct DimensionTermTests {
  @Test func publishedValuesOfV() {
    #expect(DimensionTerm.v(dimension: 4, classCount: 100) == 6)
    let values = (1...1000).map { DimensionTerm.v(dimension: $0, classCount: 100) }
    #expect(values.min().map { values.firstIndex(of: $0) } == 199)
  }

  /// Errata E5: a regular simplex of K = d + 1 means attains the Welch bound; V is about K/d times larger.
  @Test(arguments: [2, 3, 5, 9]) func simplexAttainsTheWelchBound(d: Int) throws {
    let count = d + 1
    let means = simplex(d)
    let statistics = ClassStatistics(means: means, counts: [Int](repeating: 1, count: count))
    let theorem = try #require(Theorem2(statistics, correlationLoss: 0, epsilon: 0))
    let welch = DimensionTerm.welchBound(dimension: d, classCount: count)
    #expect(isClose(theorem.leftSide / Double(d * d), welch))
    #expect(isClose(welch, 1 / Double(d * d)))
  }

  /// Errata E5: with ε = 0 and uniform p, Σ_{i≠j} pᵢpⱼ(μᵢᵀμⱼ)² = ‖Λ‖² − d²/K for any means, and never below Welch.
  @Test(arguments: [(3, 2), (10, 5), (4, 9), (30, 7)]) func identityOfAuditFour(classCount: Int, d: Int) throws {
    let features = try SphereFeatures(Samples.random(rows: classCount, columns: d, seed: UInt64(classCount)))
    let statistics = try ClassStatistics(
      features, labels: (0..<classCount).map(UInt16.init), classCount: classCount)
    let moment = SecondMoment(features)
    let theorem = try #require(Theorem2(statistics, correlationLoss: moment.correlationLoss, epsilon: 0))
    let (k, dimension) = (Double(classCount), Double(d))
    let sum = theorem.leftSide * statistics.differenceProbability
    #expect(isClose(sum, moment.squaredNorm - dimension * dimension / k))
    #expect(
      theorem.leftSide / (dimension * dimension)
        >= DimensionTerm.welchBound(dimension: d, classCount: classCount) - 1e-12)
    // What Eq. 26 drops is the difference of its two lines.
    #expect(isClose(sum + theorem.droppedTerm, moment.correlationLoss + k - dimension))
  }

  /// What the repair of Theorem 2 is at Λ = I with ε = 0 and equal p: the Welch bound, from which V is a factor K/d away.
  @Test(arguments: [(10, 5), (100, 4), (100, 50)]) func repairOfTheorem2IsWelch(classCount: Int, d: Int) throws {
    let classes = ClassMeans(
      means: DoubleMatrix(rows: classCount, columns: d),
      proportions: [Double](repeating: 1 / Double(classCount), count: classCount))
    let theorem = try #require(Theorem2(classes, correlationLoss: 0, epsilon: 0))
    let squaredRadius = Double(d * d)
    let welch = DimensionTerm.welchBound(dimension: d, classCount: classCount)
    #expect(isClose(theorem.repaired / squaredRadius, welch))
    let v = DimensionTerm.v(dimension: d, classCount: classCount)
    #expect(isClose(theorem.proved / squaredRadius, v / (1 - 1 / Double(classCount))))
    #expect(isClose(theorem.proved / theorem.repaired, Double(classCount) / Double(d)))
  }

  /// Closed forms of Λ: K orthogonal classes, a collapsed encoder, a simplex.
  @Test func closedFormsOfTheLoss() throws {
    var orthogonal = Matrix(rows: 3, columns: 7)
    for row in 0..<3 { orthogonal[row, 2 * row] = 1 }
    // K eigenvalues d/K and d − K zeros: K(d/K − 1)² + d − K = d²/K − d
    #expect(isClose(SecondMoment(try SphereFeatures(orthogonal)).correlationLoss, 49 / 3.0 - 7))
    let collapsed = Matrix(rows: 5, columns: 7, repeating: -2)
    #expect(isClose(SecondMoment(try SphereFeatures(collapsed)).correlationLoss, 49 - 7))
    let corners = Matrix(rows: 8, columns: 7, values: simplex(7).values.map { Float($0) })
    #expect(SecondMoment(try SphereFeatures(corners)).correlationLoss < 1e-10)
  }

  /// The d + 1 corners of a regular simplex with ‖μ‖² = d: eᵢ less their mean, in an orthonormal basis of its plane.
  private func simplex(_ d: Int) -> DoubleMatrix {
    var means = DoubleMatrix(rows: d + 1, columns: d)
    for corner in 0...d {
      for axis in 1...d {
        // Helmert's basis: (1, …, 1, −axis, 0, …)/√(axis(axis + 1))
        let entry = corner < axis ? 1.0 : corner == axis ? -Double(axis) : 0
        means[corner, axis - 1] = entry / Double(axis * (axis + 1)).squareRoot() * Double(d + 1).squareRoot()
      }
    }
    return means
  }
}
