import Foundation
import Numerics
import Testing

@testable import Theory

@Suite struct PointSetTests {
  @Test func lossesAgreeWithMeasuredFeatures() throws {
    let points = PointSet(random: 30, dimension: 3, seed: 1)
    let matrix = Matrix(rows: 30, columns: 3, values: points.points.values.map { Float($0) })
    let features = try SphereFeatures(matrix)
    #expect(isClose(points.correlationLoss, SecondMoment(features).correlationLoss, tolerance: 1e-5))
    #expect(isClose(points.uniformityLoss(), try Uniformity(features).value, tolerance: 1e-5))
  }

  /// On the circle the minimum of L_uniform is the regular polygon; that of L_cor is any set with Λ = I, clusters too.
  @Test func minima() {
    let random = PointSet(random: 12, dimension: 2, seed: 2)
    let uniform = random.minimised(.uniformity(t: 2), steps: 4000)
    let angles = (0..<12).map { atan2(uniform.points[$0, 1], uniform.points[$0, 0]) }.sorted()
    for (a, b) in zip(angles, angles.dropFirst()) { #expect(abs(b - a - Double.pi / 6) < 1e-3) }
    #expect(uniform.correlationLoss < 1e-6)
    let correlated = random.minimised(.correlation)
    #expect(correlated.correlationLoss < 1e-8 && correlated.uniformityLoss() > uniform.uniformityLoss() + 0.01)
    let clustered = PointSet(clusters: 3, of: 8, dimension: 3, spread: 0.05, seed: 3).minimised(.correlation)
    #expect(clustered.correlationLoss < 1e-8 && clustered.uniformityLoss() > -1.5)
  }
}
